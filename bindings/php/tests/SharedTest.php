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
$shared = fn (?string $path = null): Stauth\App => new Stauth\App($path ?? $file);
// An application is known by the logins that it has refused.
$refuse = function (Stauth\App $app): void {
    $request = $app->request('GET', '/auth/login?provider=nobody');
    $request->begin();
    $request->close();
};
$refused = fn (Stauth\App $app): int => array_sum(array_column(
    array_filter($app->stats()['events'], fn (array $each): bool => $each['event'] === 'login_refused'), 'count'));

if (hasExtension()) {
    test('one for each file', function () use ($write, $shared, $refuse, $refused, $file) {
        fails(ConfigurationError::class, 'configuration_invalid', $shared);
        $write();
        $app = $shared();
        $refuse($app);
        same(1, $refused($shared()));
        $app->close();
        unset($app);
        same(1, $refused($shared()), 'closing one closes it for nobody else');
        chdir(dirname($file));
        same(1, $refused($shared('./' . basename($file))), 'by any name of its path');
    });

    test('a file that changes', function () use ($write, $shared, $refuse, $refused) {
        $write();
        $before = $shared();
        $refuse($before);
        $request = $before->request('GET', '/');
        $write('another-secret-0123456789-abcdef');
        same(0, $refused($shared()), 'it is made anew');
        same(false, $request->begin(), 'requests keep theirs');
    });

    test('a file with a mistake', function () use ($write, $shared, $refuse, $refused, $file) {
        $write();
        $refuse($shared());
        logged();
        file_put_contents($file, '[auth]');
        same([1, 1], [$refused($shared()), $refused($shared())]);
        same(1, substr_count(logged(), 'event=new_settings_refused '), 'it is reported once');
        unlink($file);
        same([1, 1], [$refused($shared()), $refused($shared())], 'no file');
        same(1, substr_count(logged(), 'no such file'));
        $write('another-secret-0123456789-abcdef');
        same(0, $refused($shared()));
    });

    test('from one request of PHP to the next', function () use ($write, $file) {
        $write();
        $server = new Server("\$app = new Stauth\\App('$file'); \$app->request('GET', '/auth/login?provider=nobody')->begin();
            echo array_sum(array_column(\$app->stats()['events'], 'count'));");
        // One at the start, which new settings do not repeat, and one for each login.
        same(['2', '3'], [$server->visit('/')[2], $server->visit('/')[2]]);
        $write('another-secret-0123456789-abcdef');
        same('1', $server->visit('/')[2]);
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
