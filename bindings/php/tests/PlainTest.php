<?php

/** Pages in plain PHP, with PHP's own server. */

declare(strict_types=1);

require __DIR__ . '/helper.php';

const AUTH = '$auth = new Stauth\Testing\App("http://localhost:8501/oauth2callback", [], (array) json_decode(
    $_SERVER["HTTP_X_SETTINGS"] ?? "{}") + ["auth.cookie_secret" => "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"]); Stauth::use($auth);
    $cookie = fn () => $auth->cookieHeader(["sub" => "ada", "name" => "Ada"]);';

test('a page for signed-in users', function () {
    $server = new Server(AUTH . 'if ($_SERVER["REQUEST_URI"] === "/sign-in") { echo $cookie(); exit; }
        $user = Stauth::protect(); echo "Hello, ", htmlspecialchars($user["name"]);');
    [$status, $headers] = $server->visit('/');
    same([302, ['no-store']], [$status, $headers['cache-control']]);
    contains('https://provider.test/authorize?', $headers['location'][0]);
    same(401, $server->visit('/', ['Accept' => 'application/json'])[0]);
    $cookie = $server->visit('/sign-in')[2];
    [$status, $headers, $body] = $server->visit('/', ['Cookie' => $cookie]);
    same([200, 'Hello, Ada', ['Cookie']], [$status, $body, $headers['vary']]);
    same(401, $server->visit('/', ['Accept' => '*/*', 'Cookie' => 'stauth_session=x'])[0]);
});

test('headers of every page', function () {
    $server = new Server(AUTH . 'header("Vary: Accept"); header("Set-Cookie: mine=1"); Stauth::user();
        if ($_SERVER["REQUEST_URI"] === "/empty") { exit; }
        if ($_SERVER["REQUEST_URI"] === "/late") { echo "x"; flush(); Stauth::user(); exit; }
        if ($_SERVER["REQUEST_URI"] === "/buffer") { ob_start(); echo "a"; ob_end_flush(); exit; }
        echo "page";');
    foreach (['/empty', '/', '/late', '/buffer'] as $path) {
        [$status, $headers] = $server->visit($path);
        same([200, ['Accept', 'Cookie'], ['mine=1']], [$status, $headers['vary'], $headers['set-cookie']], $path);
    }
    same('', $server->visit('/', method: 'HEAD')[2]);
});

test('a response in place of the page', function () {
    $server = new Server(AUTH . 'ob_start(); echo "the page"; header("X-Page: 1"); http_response_code(201);
        if ($_SERVER["REQUEST_URI"] === "/login") { Stauth::login(null, loginHint: "ada"); }
        Stauth::login("nobody"); echo "more";');
    [$status, $headers, $body] = $server->visit('/login');
    same([302, false, ''], [$status, isset($headers['x-page']), $body]);
    contains('login_hint=ada', $headers['location'][0]);
    [$status, $headers, $body] = $server->visit('/');
    same([404, false], [$status, isset($headers['x-page'])]);
    contains('provider_unknown', $body);
    contains('uncaught: provider_unknown', $server->log);
});

test('a logout', function () {
    $server = new Server(AUTH . 'if ($_SERVER["REQUEST_URI"] === "/sign-in") { echo $cookie(); exit; } Stauth::logout();');
    $cookie = $server->visit('/sign-in')[2];
    [$status, $headers] = $server->visit('/x', ['Cookie' => $cookie]);
    same(303, $status);
    contains('Max-Age=0', $headers['set-cookie'][0]);
    same(403, $server->visit('/x', ['Cookie' => $cookie, 'Sec-Fetch-Site' => 'cross-site'])[0]);
});

test('errors', function () {
    $server = new Server(AUTH . 'Stauth::user(); throw new DomainException("mine");');
    same(500, $server->visit('/')[0]);
    contains('Uncaught DomainException: mine', $server->log);
    $server = new Server('echo Stauth::user()["sub"];');
    putenv('STAUTH_SECRETS=/nowhere/secrets.toml');
    same([500, ''], [$server->visit('/')[0], $server->visit('/')[2]]);
    contains('uncaught: configuration_invalid', $server->log);
    same(false, str_contains($server->log, 'Uncaught Stauth'));
    $server = new Server(AUTH . 'Stauth::user(); echo "page";');
    [$status, $headers, $body] = $server->visit('/', ['Cookie' => str_repeat('x', 70_000)]);
    same([413, true], [$status, isset($headers['content-security-policy'])]);
    contains('too_large', $body);
});

test('output that has begun', function () {
    $server = new Server(AUTH . 'ini_set("zlib.output_compression", 0); while (ob_get_level()) { ob_end_flush(); }
        if ($_SERVER["REQUEST_URI"] === "/known") { Stauth::user(); }
        echo "top"; flush(); Stauth::protect(); echo "secret";');
    foreach (['/', '/known'] as $path) {
        [$status, , $body] = $server->visit($path);
        same([200, 'top'], [$status, $body]);
        contains("uncaught: out_of_sequence: the page's output has begun at ", $server->log);
    }
});

test('a form', function () {
    $server = new Server(AUTH . 'Stauth::user(); echo file_get_contents("php://input");');
    $form = ['Origin' => 'http://localhost:8501', 'Content-Type' => 'application/x-www-form-urlencoded'];
    [$status, $headers] = $server->visit('/auth/login', $form, 'POST', 'return_to=/x');
    same([303, true], [$status, isset($headers['location'])]);
    same(413, $server->visit('/auth/login', $form, 'POST', str_repeat('x', 65_537))[0]);
    same('mine', $server->visit('/page', $form, 'POST', 'mine')[2]);
});

// As in the worker mode of FrankenPHP, where one script serves one request after another.
test('requests of one script', function () {
    $script = AUTH . '$bob = $auth->cookieHeader(["sub" => "bob"]);
        foreach ([$cookie(), $bob, "", $bob] as $number => $sent) {
            $_SERVER = ["REQUEST_TIME_FLOAT" => 1.5 + intdiv($number, 3), "REQUEST_URI" => "/", "HTTP_COOKIE" => $sent] + $_SERVER;
            echo Stauth::user()["sub"] ?? "nobody", " ", Stauth::request() === Stauth::request() ? "once " : "twice ";
        }';
    same([0, 'ada once bob once nobody once bob once '], run($script));
});
