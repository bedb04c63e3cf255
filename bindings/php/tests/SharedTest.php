<?php

/** Applications that the extension keeps between PHP's requests. */

declare(strict_types=1);

require __DIR__ . '/helper.php';

use Stauth\ConfigurationError;
use Stauth\Library;

$file = (string) tempnam(sys_get_temp_dir(), 'stauth');
$write = function (string $cookieSecret = SETTINGS['auth.cookie_secret']) use ($file): void {
    $lines = "[auth]\n";
    foreach (['auth.cookie_secret' => $cookieSecret] + SETTINGS as $key => $value) {
        $lines .= substr($key, 5) . " = \"$value\"\n";
    }
    file_put_contents("$file.new", $lines);
    rename("$file.new", $file);
};
$shared = fn (): int => Library::call('appShared', $file);
$handle = fn (Stauth\App $app): int => (new ReflectionProperty(Stauth\App::class, 'handle'))->getValue($app);

if (hasExtension()) {
    test('one for each file', function () use ($write, $shared, $file, $handle) {
        fails(ConfigurationError::class, 'configuration_invalid', $shared);
        $write();
        same($shared(), $handle(new Stauth\App($file)));
        $app = new Stauth\App($file);
        $app->close();
        unset($app);
        same('/auth/login', Library::native()->appPaths($shared())[0], 'closing one closes it for nobody else');
        chdir(dirname($file));
        same($shared(), Library::call('appShared', './' . basename($file)), 'by any name of its path');
    });

    test('a file that changes', function () use ($write, $shared, $file) {
        $write();
        $before = $shared();
        $request = (new Stauth\App($file))->request('GET', '/');
        $write('another-secret-0123456789-abcdef');
        same(false, $before === $shared(), 'it is made anew');
        same(false, $request->begin(), 'requests keep theirs');
        same(null, Library::native()->appPaths($before), 'and the old one ends');
    });

    test('a file with a mistake', function () use ($write, $shared, $file) {
        $write();
        $before = $shared();
        logged();
        file_put_contents($file, '[auth]');
        same([$before, $before], [$shared(), $shared()]);
        same(1, substr_count(logged(), 'the settings before the last change stay in force: '), 'it is reported once');
        unlink($file);
        same([$before, $before], [$shared(), $shared()], 'no file');
        same(1, substr_count(logged(), 'stay in force: cannot read'));
        $write('another-secret-0123456789-abcdef');
        same(false, $before === $shared());
    });

    test('from one request of PHP to the next', function () use ($write, $file) {
        $write();
        $server = new Server("echo Stauth\\Library::call('appShared', '$file');");
        [, , $first] = $server->visit('/');
        same($first, $server->visit('/')[2]);
        $write('another-secret-0123456789-abcdef');
        same(false, $first === $server->visit('/')[2]);
    });

    // PHP calls no destructor after a fatal error, in a process that goes on.
    test('what a fatal error leaves', function () use ($write, $file) {
        $write();
        $server = new Server("\$kept = []; \$app = new Stauth\\App(settings: (array) json_decode('"
            . json_encode(SETTINGS, JSON_UNESCAPED_SLASHES) . "'));
            for (\$i = 0; \$i < 1000; \$i++) { \$kept[] = \$app->request('GET', '/'); }
            set_exception_handler(null); undefined_function();");
        same(500, $server->visit('/')[0]);
        $server->visit('/');
        $before = $server->memory();
        array_map(fn () => $server->visit('/'), range(1, 20));
        same(true, $server->memory() - $before < 1000, 'the requests were freed');
    });
}

test('a path that is not text', fn () => fails(Stauth\InvalidArgument::class, 'invalid_text',
    fn () => Library::call('appShared', "a\0b")));
is_file($file) && unlink($file);
