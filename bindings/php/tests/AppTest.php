<?php

declare(strict_types=1);

require __DIR__ . '/helper.php';

use Stauth\App;
use Stauth\ConfigurationError;
use Stauth\InvalidArgument;
use Stauth\LimitExceeded;

test('an error lists all problems', function () {
    $error = fails(ConfigurationError::class, 'configuration_invalid',
        fn () => new App(toml: "[auth]\nredirect_uri = 'x'\nclient_idd = 'ä'\n"));
    contains('redirect_uri', $error->getMessage());
    contains('client_idd', $error->getMessage());
    same([500, null, null], [$error->httpStatus, $error->providerCode, $error->providerDescription]);
});

test('the file of the environment', function () {
    $file = tempnam(sys_get_temp_dir(), 'stauth');
    putenv("STAUTH_SECRETS=$file");
    fails(ConfigurationError::class, 'configuration_invalid', fn () => new App());
    $lines = "[auth]\n";
    foreach (SETTINGS as $key => $value) {
        $lines .= substr($key, 5) . ' = "' . str_replace('oauth2callback', 'in', $value) . "\"\n";
    }
    file_put_contents($file, $lines);
    $app = new App();
    same([['/in'], '/auth/login', '/auth/logout', false],
        [$app->callbackPaths(), $app->loginPath(), $app->logoutPath(), $app->requiresLogin()]);
    putenv('STAUTH_SECRETS');
    unlink($file);
});

test('the address of a login', function () {
    same('/auth/login', auth()->loginUrl());
    same('/auth/login?provider=a+b&return_to=%2Fx%3Fy', auth()->loginUrl('a b', '/x?y'));
});

test('bad settings', function () {
    foreach (["a\0b", "\xff"] as $text) {
        fails(InvalidArgument::class, 'invalid_text', fn () => new App($text));
        fails(InvalidArgument::class, 'invalid_text', fn () => new App(settings: ['auth.client_id' => $text]));
        fails(InvalidArgument::class, 'invalid_text', fn () => new App(settings: [$text => 'x']));
    }
    fails(ConfigurationError::class, 'configuration_invalid', fn () => new App(toml: "[auth]\0"));
    fails(TypeError::class, '', fn () => new App(settings: ['auth.port' => 1.5]));
    fails(TypeError::class, '', fn () => new App(settings: ['auth.port' => null]));
    fails(ValueError::class, '', fn () => new App('file', '[auth]'));
    fails(ConfigurationError::class, 'configuration_invalid', fn () => new App(settings: [1, true, false, 'x']));
});

test('user from a cookie', function () {
    $user = auth()->userFromCookie(auth()->cookieHeader(['email' => 'ä@example.org', 'n' => [1, ['a' => null]]]));
    same(true, $user->isLoggedIn());
    same(['ä@example.org', [1, ['a' => null]], 'default', null, true, false],
        [$user['email'], $user['n'], $user['provider'], $user['no'], isset($user['email']), isset($user['no'])]);
    same(json_encode(json_decode($user->toJson())), json_encode($user));
    foreach ([null, '', 'a=b', "stauth_session=\0\xff"] as $cookie) {
        same(false, auth()->userFromCookie($cookie)->isLoggedIn());
    }
    fails(LimitExceeded::class, 'too_large', fn () => auth()->userFromCookie(str_repeat('x', 70_000)));
    $groups = array_map(fn (int $number) => "group number $number", range(1, 500));
    same($groups, auth()->userFromCookie(auth()->cookieHeader(['groups' => $groups]))['groups'], 'more than 4 KiB');
});

test('a user does not change, and is not shown', function () {
    $user = auth()->userFromCookie(auth()->cookieHeader(['email' => 'ada@example.org']));
    fails(LogicException::class, '', function () use ($user) {
        $user['email'] = 'x';
    });
    fails(LogicException::class, '', function () use ($user) {
        unset($user['email']);
    });
    same(false, str_contains(print_r($user, true), 'ada'));
});

test('numbers for monitoring', function () {
    $app = new Stauth\Testing\App();
    $app->signIn();
    $succeeded = ['event' => 'login_succeeded', 'provider' => 'default', 'count' => 1];
    same(true, in_array($succeeded, $app->stats()['events']));
    contains("stauth_events_total{event=\"login_succeeded\",provider=\"default\",code=\"\"} 1\n", $app->statsPrometheus());
    $toml = "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n";
    foreach (range(1, 200) as $number) {
        $toml .= "[auth.p$number]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n"
            . "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n";
    }
    same(200, substr_count((new App(toml: $toml))->statsPrometheus(), '_count{'));
});

test('an application that is closed', function () {
    $app = new Stauth\Testing\App();
    [$cookie, $request] = [$app->cookieHeader(), begun(['sub' => 'ada'], $app)];
    $app->close();
    $app->close();
    fails(InvalidArgument::class, 'invalid_handle', fn () => $app->userFromCookie($cookie));
    fails(InvalidArgument::class, 'invalid_handle', fn () => $app->request('GET', '/'));
    fails(InvalidArgument::class, 'invalid_handle', fn () => $app->stats());
    same('ada', $request->user()['sub'], 'requests keep their application');
});

test('copies, which would free a handle twice', function () {
    foreach ([auth(), auth()->request('GET', '/'), new Stauth\Gate([])] as $object) {
        fails(LogicException::class, '', fn () => clone $object);
        fails(LogicException::class, '', fn () => serialize($object));
        $class = get_class($object);
        $forged = 'O:' . strlen($class) . ":\"$class\":1:{s:6:\"handle\";i:16;}";
        fails(LogicException::class, '', fn () => unserialize($forged));
    }
});

test('numbers that are no handles', function () {
    $native = Stauth\Library::native();
    foreach ([0, 1, -1, PHP_INT_MAX, PHP_INT_MIN, 12345] as $number) {
        fails(InvalidArgument::class, 'invalid_handle', fn () => Stauth\Library::call('requestBegin', $number));
        fails(InvalidArgument::class, 'invalid_handle', fn () => Stauth\Library::call('userFromCookie', $number, 'x'));
        fails(InvalidArgument::class, 'invalid_handle', fn () => Stauth\Library::call('requestRespond', $number, 200, 'a', ''));
        same([null, null, null, -1], [$native->appPaths($number), $native->requestError($number),
            $native->requestExchange($number), $native->requestStatus($number)]);
        $native->requestFree($number);
        $native->appFree($number);
        $native->gateFree($number);
    }
});

test('log', function () {
    logged();
    (new App(settings: SETTINGS))->request('GET', '/oauth2callback?code=x&state=y')->begin();
    same(1, preg_match('/stauth: level=warning event=login_refused code=state_mismatch/', logged()));
});

test('levels of the log', function () {
    $script = 'ini_set("error_log", ""); ini_set("log_errors", "1"); $a = new Stauth\Testing\App; $a->signIn();
        $a->request("GET", "/oauth2callback")->begin();';
    $expected = ['' => '/^stauth: level=warning.*\n$/', 'info' => '/login_succeeded.*\n.*level=warning/', 'error' => '/^$/'];
    foreach ($expected as $level => $pattern) {
        [$status, $output] = run($script, ['STAUTH_LOG' => $level]);
        same([0, 1], [$status, preg_match($pattern, $output)], $output);
    }
});

if (hasExtension()) {
    test('a file that open_basedir does not allow', function () {
        $script = 'ini_set("open_basedir", ' . var_export(realpath(ROOT), true) . '); try { new Stauth\App(%s); }
            catch (Stauth\InvalidArgument $e) { echo $e->getCode(), $e->getMessage(); }';
        foreach (['"/etc/hostname"', '"/etc/hostname", null, ["auth.port" => 1]'] as $arguments) {
            [$status, $output] = run(sprintf($script, $arguments));
            same([0, "invalid_argumentPHP's open_basedir does not allow this secrets.toml"], [$status, $output]);
        }
    });
}

if (!hasExtension()) { // whose library is loaded with it
    test('library that cannot be loaded', function () {
        $script = 'try { new Stauth\App("x"); } catch (Stauth\LibraryNotFound $e) { echo $e->getCode(), $e->getMessage(); }';
        $folder = sys_get_temp_dir() . '/stauth-' . getmypid();
        array_map(mkdir(...), [$folder, "$folder/lib", "$folder/include"]);
        copy(dirname((string) getenv('STAUTH_LIBRARY'), 2) . '/include/stauth.ffi.h', "$folder/include/stauth.ffi.h");
        file_put_contents("$folder/lib/text.so", 'not a library');
        copy((string) getenv('STAUTH_LIBRARY'), "$folder/lib/old.so");
        file_put_contents("$folder/lib/old.so", strtr(file_get_contents("$folder/lib/old.so"), ['st_app_stats_json' => 'st_app_stats_yaml']));
        $expected = ["$folder/lib/none.so" => 'Failed loading', "$folder/lib/text.so" => 'Failed loading',
            "$folder/lib/old.so" => 'Failed resolving C function', '/nowhere/x/y.so' => 'stauth.ffi.h is in none of '];
        foreach ($expected as $path => $message) {
            [, $output] = run($script, ['STAUTH_LIBRARY' => $path, 'PHP_INI_SCAN_DIR' => '']);
            contains('library_not_found', $output);
            contains($message, $output);
        }
        array_map(unlink(...), [...glob("$folder/lib/*"), "$folder/include/stauth.ffi.h"]);
        array_map(rmdir(...), ["$folder/lib", "$folder/include", $folder]);
    });
}
