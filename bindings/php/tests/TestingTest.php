<?php

declare(strict_types=1);

require __DIR__ . '/helper.php';

use Stauth\App;
use Stauth\ConfigurationError;

test('installed', function () {
    auth()->install();
    same('ada', (new App())->userFromCookie(auth()->cookieHeader(['sub' => 'ada']))['sub']);
    same(true, (new App('/nowhere'))->userFromCookie(auth()->cookieHeader())->isLoggedIn(), 'in place of a file');
    fails(ConfigurationError::class, 'configuration_invalid', fn () => new App(toml: '[auth]'));
    $other = new Stauth\Testing\App();
    $other->close();
    new App();
    auth()->close();
    fails(ConfigurationError::class, 'configuration_invalid', fn () => new App());
});

test('another application', fn () => same(false,
    (new Stauth\Testing\App())->userFromCookie((new Stauth\Testing\App())->cookieHeader())->isLoggedIn()));

test('providers', function () {
    $auth = new Stauth\Testing\App(providers: ['google']);
    $user = $auth->userFromCookie($auth->cookieHeader(['sub' => 42], 'google'));
    same(['google', '42'], [$user['provider'], $user['sub']]);
    fails(Stauth\InvalidArgument::class, 'provider_unknown', fn () => $auth->signIn([], 'nobody'));
});

test('a client without Accept is a browser', function () {
    $auth = new Stauth\Testing\App(settings: ['auth.require_login' => true]);
    [$silent, $script] = [$auth->request('GET', '/'), $auth->request('GET', '/', [['accept', 'application/json']])];
    same([true, true, 302, 401], [$silent->begin(), $script->begin(), $silent->status(), $script->status()]);
});

test('claims that are refused', fn () => fails(Stauth\TokenInvalid::class, 'id_token_subject_invalid',
    fn () => (new Stauth\Testing\App())->signIn(['sub' => ''])));

test('claims that are no JSON', function () {
    $auth = new Stauth\Testing\App();
    fails(JsonException::class, '', fn () => $auth->signIn(['name' => "\xff"]));
    same(true, $auth->userFromCookie($auth->cookieHeader())->isLoggedIn(), 'the application goes on');
});
