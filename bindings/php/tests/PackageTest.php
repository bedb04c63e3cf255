<?php

/** The package, as Composer gives it to its users, and the extension, as phpize does. */

declare(strict_types=1);

require __DIR__ . '/helper.php';

const ARCHIVE = ROOT . '/build/dist/stauth-php-0.2.0.zip';

/** @param array<string, string> $environment */
function succeed(string $command, string $folder, array $environment = []): string
{
    $process = proc_open($command . ' 2>&1', [1 => ['pipe', 'w']], $pipes, $folder, $environment + getenv());
    $output = (string) stream_get_contents($pipes[1]);
    same(0, proc_close($process), "$command: $output");
    return $output;
}

test('composer require', function () {
    $folder = sys_get_temp_dir() . '/stauth-package-' . getmypid();
    mkdir("$folder/site", recursive: true);
    succeed('unzip -q ' . escapeshellarg((string) realpath(ARCHIVE)) . ' -d package', $folder);
    $archive = ['type' => 'path', 'url' => "$folder/package", 'options' => ['symlink' => false]];
    $folder .= '/site';
    file_put_contents("$folder/composer.json", json_encode(['repositories' => [$archive, ['packagist.org' => false]]]));
    $alone = ['COMPOSER_HOME' => "$folder/home", 'COMPOSER_ALLOW_SUPERUSER' => '1', 'PHP_INI_SCAN_DIR' => ''];
    succeed('composer require --no-interaction --no-progress stauth/stauth', $folder, $alone);
    $package = "$folder/vendor/stauth/stauth";
    same([], array_filter(['README.md', 'LICENSE', 'ext/config.m4', 'src/stauth.ffi.h'], fn ($file) => !is_file("$package/$file")));

    $script = 'require "vendor/autoload.php"; echo get_class(Stauth\Library::native()), " ",
        implode(array_keys((new Stauth\Testing\App())->signIn())), "\n";';
    $php = PHP_BINARY . ' -d ffi.enable=1 -r ' . escapeshellarg($script);
    $library = ROOT . '/build/prefix/lib/libstauth.so.0';
    $found = "Stauth\\ForeignFunctions stauth_session\n";
    $none = ['STAUTH_LIBRARY' => '', 'LD_LIBRARY_PATH' => '', 'PHP_INI_SCAN_DIR' => ''];
    same($found, succeed($php, $folder, ['STAUTH_LIBRARY' => $library] + $none));
    same($found, succeed($php, $folder, ['LD_LIBRARY_PATH' => dirname($library)] + $none));
    copy($library, "$package/src/libstauth.so.0");
    same($found, succeed($php, $folder, $none), "the package's own file");

    $extension = realpath(ROOT . '/build/php/ext/modules/stauth.so');
    $php = PHP_BINARY . " -d extension=$extension -r " . escapeshellarg($script);
    same("Stauth\\Extension stauth_session\n", succeed($php, $folder, $none), 'which knows where its library is');
    succeed('rm -r ' . escapeshellarg(dirname($folder)), '/');
});
