<?php

declare(strict_types=1);

require __DIR__ . '/helper.php';

use Stauth\InvalidArgument;
use Stauth\LimitExceeded;
use Stauth\RequestRefused;

function location(Stauth\Request $request): string
{
    return array_column($request->headers(), 1, 0)['Location'];
}

test('a NUL', function () {
    $calls = [
        fn () => auth()->request("G\0T", '/'), fn () => auth()->request('GET', "/\0"),
        fn () => auth()->request('GET', '/', [['Cookie', "a\0"]]),
        fn () => auth()->request('GET', '/', clientAddress: "1\0"),
    ];
    $request = begun();
    array_push($calls, fn () => $request->login("a\0b"), fn () => $request->login(loginHint: "a\0b"),
        fn () => $request->refuse("a\0b"));
    foreach ($calls as $call) {
        fails(InvalidArgument::class, 'invalid_text', $call);
    }
    same(0, $request->status());
});

test('text that is not UTF-8', function () {
    $request = begun();
    fails(InvalidArgument::class, 'invalid_text', fn () => $request->login("\xff"));
    fails(InvalidArgument::class, 'invalid_text', fn () => auth()->request('GET', "/\xff"));
    fails(TypeError::class, '', fn () => $request->login(7));
    fails(TypeError::class, '', fn () => auth()->request('GET', '/', [['Cookie', []]]));
    $odd = auth()->request('GET', '/', [['Referer', "\xff\xfe"], ['Cookie', "\xff=\xfe"]]);
    same(false, $odd->begin());
});

test('huge input', function () {
    $huge = str_repeat('x', 70_000);
    foreach (['Cookie', 'Referer', 'Accept'] as $name) {
        fails(LimitExceeded::class, 'too_large', fn () => auth()->request('GET', '/', [[$name, $huge]]));
    }
    fails(LimitExceeded::class, 'too_large', fn () => auth()->request('GET', "/$huge"));
    fails(LimitExceeded::class, 'too_large', fn () => begun()->login($huge));
    fails(LimitExceeded::class, 'too_large', fn () => auth()->request('POST', '/auth/login')->setBody($huge));
});

test('a request after its end', function () {
    $request = begun(['sub' => 'ada']);
    $request->close();
    $request->close();
    same('ada', $request->user()['sub'], 'it was read before the end');
    $calls = [
        $request->login(...), $request->logout(...), $request->refresh(...), $request->accessToken(...),
        $request->requireLogin(...), $request->begin(...), $request->body(...), fn () => $request->refuse('x'),
        fn () => $request->setBody('x'), fn () => $request->addRoute('/'),
    ];
    foreach ($calls as $call) {
        fails(InvalidArgument::class, 'out_of_sequence', $call);
    }
    same([-1, null, [], false, false], [$request->status(), $request->error(), $request->headers(), $request->wantsBody(),
        $request->isFresh(10)]);
});

test('calls out of order', function () {
    $request = auth()->request('GET', '/');
    fails(InvalidArgument::class, 'out_of_sequence', fn () => $request->login());
    same(false, $request->user()->isLoggedIn());
});

test('options of a login', function () {
    $request = begun();
    $request->login(null, '/x', 'ada', 'login', 'mfa', 300, 'de');
    foreach (['login_hint=ada', 'prompt=login', 'acr_values=mfa', 'max_age=300', 'ui_locales=de'] as $part) {
        contains($part, location($request));
    }
});

test('a login with nothing cached', function () {
    $request = begun(null, new Stauth\Testing\App());
    $request->login();
    same([302, null], [$request->status(), $request->error()]);
    contains('https://provider.test/authorize?', location($request));
});

test('an option that is refused', function () {
    $request = begun();
    fails(InvalidArgument::class, 'option_invalid', fn () => $request->login(loginHint: 'ada', maxAge: -1));
    $request->login();
    same(false, str_contains(location($request), 'login_hint'));
});

test('fresh', function () {
    $request = begun(['auth_time' => time() - 100]);
    same([false, true], [$request->isFresh(50), $request->isFresh(1000)]);
});

test('access token and refresh', function () {
    $app = new Stauth\Testing\App(settings: ['auth.expose_tokens' => 'access']);
    $request = begun(['sub' => 'ada'], $app);
    same(['access'], array_keys($request->user()['tokens']));
    $token = $request->accessToken();
    same(true, abs($token->expiresAt - time() - 3600) < 60);
    same(false, str_contains(print_r($token, true), $token->secret));
    $request->refresh();
    same('ada', $request->user()['sub']);
    same(false, $request->user()['tokens']['access'] === $token->secret, 'the refresh gave another');
    fails(RequestRefused::class, 'not_signed_in', fn () => begun(null, $app)->accessToken());
});

test('logout', function () {
    $request = begun(['sub' => 'ada']);
    same(true, $request->user()->isLoggedIn());
    $request->logout(local: true);
    same([303, false], [$request->status(), $request->user()->isLoggedIn()]);
    $refused = auth()->request('POST', '/x', [['Cookie', auth()->cookieHeader()], ['Sec-Fetch-Site', 'cross-site']]);
    $refused->begin();
    fails(RequestRefused::class, 'cross_site_request', fn () => $refused->logout());
});

test('memory', function () {
    $resident = fn (): int => 4 * (int) explode(' ', (string) file_get_contents('/proc/self/statm'))[1];
    $request = begun(['sub' => 'ada']);
    $repeat = function () use ($request) {
        for ($count = 0; $count < 3000; $count++) {
            try {
                auth()->request('GET', '/', [['Cookie', 'a=b']])->begin();
                $count % 2 === 0 ? $request->login('nobody') : auth()->request('GET', '/', [['Accept', "a\nb"]]);
            } catch (InvalidArgument) {
                continue;
            }
        }
    };
    $repeat();
    $before = $resident();
    $repeat();
    same(true, $resident() - $before < 500, 'errors and requests leave memory');
});
