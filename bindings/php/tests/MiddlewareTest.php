<?php

declare(strict_types=1);

require __DIR__ . '/helper.php';
require __DIR__ . '/psr15.php';
require 'Nyholm/Psr7/autoload.php';

use Nyholm\Psr7\Factory\Psr17Factory;
use Nyholm\Psr7\Response;
use Nyholm\Psr7\ServerRequest;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\RequestHandlerInterface;
use Stauth\Middleware;

final class Page implements RequestHandlerInterface
{
    public function __construct(private readonly Closure $page)
    {
    }

    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        return ($this->page)($request->getAttribute('stauth'), $request);
    }
}

/**
 * @param array<string, string|list<string>> $headers
 * @param array<string, mixed> $options
 */
function visit(string $target, ?Closure $page = null, array $headers = [], array $options = []): ResponseInterface
{
    $auth = $options['app'] ?? auth();
    $headers += ['Host' => 'localhost:8501', 'Sec-Fetch-Site' => 'same-origin'];
    if (isset($options['user'])) {
        $headers['Cookie'] = $auth->cookieHeader($options['user']);
    }
    $server = ($options['server'] ?? []) + ['REMOTE_ADDR' => '127.0.0.1'];
    $request = new ServerRequest($options['method'] ?? 'GET', "http://localhost:8501$target", $headers,
        $options['content'] ?? null, '1.1', $server);
    $middleware = new Middleware(new Psr17Factory(), $auth, ...($options['gate'] ?? []));
    return $middleware->process($request, new Page($page ?? fn () => new Response(200, [], 'the page')));
}

const HTML = ['Accept' => 'text/html'];

test('user and headers', function () {
    $who = fn (Stauth\Request $request) => new Response(200, ['Cache-Control' => 'no-store'], (string) $request->user()['sub']);
    $answer = visit('/', $who, options: ['user' => ['sub' => 'ada']]);
    same(['ada', 'Cookie', 'no-store'], [(string) $answer->getBody(), $answer->getHeaderLine('Vary'),
        $answer->getHeaderLine('Cache-Control')]);
    same('', (string) visit('/', $who)->getBody());
});

test('a response that is replaced', function () {
    $answer = visit('/', function (Stauth\Request $request) {
        $request->login();
        return new Response(201, ['X-Page' => '1'], 'the page');
    });
    same([302, '', '', '0'], [$answer->getStatusCode(), (string) $answer->getBody(), $answer->getHeaderLine('X-Page'),
        $answer->getHeaderLine('Content-Length')]);
    same(true, str_starts_with($answer->getHeaderLine('Location'), 'https://provider.test/authorize?'));
});

test('cookies are added', function () {
    $idle = new Stauth\Testing\App(settings: ['auth.idle_timeout' => '1m', 'auth.session_lifetime' => '1h']);
    $answer = visit('/', function (Stauth\Request $request) {
        $request->user();
        return new Response(200, ['Set-Cookie' => 'mine=1', 'Vary' => 'Accept']);
    }, options: ['app' => $idle, 'user' => ['sub' => 'ada']]);
    same('Accept, Cookie', $answer->getHeaderLine('Vary'));
    same('mine=1', $answer->getHeader('Set-Cookie')[0]);
});

test('an error that nobody catches', function () {
    logged();
    $answer = visit('/', fn (Stauth\Request $request) => $request->login('nobody'));
    same(404, $answer->getStatusCode());
    contains('provider_unknown', (string) $answer->getBody());
    contains('stauth: level=warning uncaught: provider_unknown: there is no provider', logged());
    fails(DivisionByZeroError::class, '', fn () => visit('/', fn () => intdiv(1, 0)));
});

test('a request that is refused', function () {
    foreach (['too_large' => ['Cookie' => str_repeat('x', 70_000)], 'text_invalid' => ['Host' => 'localhost:8501']] as $code => $headers) {
        $target = $code === 'text_invalid' ? "/\xff" : '/';
        $server = $code === 'text_invalid' ? ['REQUEST_URI' => "/\xff"] : [];
        $answer = visit($target, headers: $headers, options: ['server' => $server]);
        same(true, $answer->getStatusCode() >= 400);
        same(true, $answer->hasHeader('Content-Security-Policy'));
    }
});

test('the request is closed', function () {
    $kept = null;
    $keep = function (Stauth\Request $request) use (&$kept) {
        $kept = $request;
        return new Response();
    };
    visit('/', $keep, options: ['user' => ['sub' => 'ada']]);
    same(['ada', -1], [$kept->user()['sub'], $kept->status()]);
});

test('a form', function () {
    $form = ['Origin' => 'http://localhost:8501', 'Content-Type' => 'application/x-www-form-urlencoded'];
    $posted = fn (string $content, string $target = '/auth/login', ?Closure $page = null) =>
        visit($target, $page, $form, ['method' => 'POST', 'content' => $content]);
    same(303, $posted('return_to=/x')->getStatusCode());
    same(413, $posted(str_repeat('x', 65_537))->getStatusCode());
    $echo = fn ($visit, ServerRequestInterface $request) => new Response(200, [], (string) $request->getBody());
    same('mine', (string) $posted('mine', '/page', $echo)->getBody());
});

test('HEAD', fn () => same('', (string) visit('/auth/logout', options: ['method' => 'HEAD'])->getBody()));

test('gate', function () {
    $gate = ['gate' => ['requireLogin' => true, 'openPaths' => ['/health', '/static/']]];
    $paths = ['/' => 302, '/health' => 200, '/health/x' => 302, '/static/a.css' => 200, '/static/..%2fx' => 302,
        '/static' => 302, '/static/%2e%2e/x' => 302, '/static%2fx' => 302, '/static/a%20b.css' => 200];
    foreach ($paths as $path => $status) {
        same($status, visit($path, headers: HTML, options: $gate)->getStatusCode(), $path);
        same(200, visit($path, options: $gate + ['user' => ['sub' => 'ada']])->getStatusCode(), $path);
    }
    same(401, visit('/', headers: ['Accept' => 'application/json'], options: $gate)->getStatusCode());
});

test('a bad gate', function () {
    fails(ValueError::class, '', fn () => new Middleware(new Psr17Factory(), auth(), openPaths: ['/x']));
    $made = fn (mixed $path) => fn () => new Middleware(new Psr17Factory(), auth(), true, [$path]);
    fails(Stauth\ConfigurationError::class, 'configuration_invalid', $made('health'));
    fails(Stauth\ConfigurationError::class, 'configuration_invalid', $made('/a/../b'));
    fails(Stauth\InvalidArgument::class, 'invalid_text', $made("/\0"));
    fails(TypeError::class, '', $made(null));
});

test('gate of the settings', function () {
    $closed = new Stauth\Testing\App(settings: ['auth.require_login' => true, 'auth.open_paths' => '/open/']);
    same(200, visit('/open/x', options: ['app' => $closed])->getStatusCode());
    same(200, visit('/open/a%20b', options: ['app' => $closed])->getStatusCode());
    same(302, visit('/open%2fx', headers: HTML, options: ['app' => $closed])->getStatusCode(), 'one segment');
    $moved = ['app' => $closed, 'server' => ['REQUEST_URI' => '/open/x']];
    same(302, visit('//open/x', headers: HTML, options: ['app' => $closed])->getStatusCode(), 'another path');
    same(302, visit('/secret', options: $moved)->getStatusCode(), 'the path that the application routes by counts');
});

test('a login comes back to the page as the browser knows it', function () {
    $target = (new ReflectionMethod(Middleware::class, 'target'))->invoke(...);
    $cases = [['/a', '/a', null], ['/a?x=1', '/a', '/a?x=1'], ['/%C3%A4', '/%C3%A4', '/%C3%A4'], ['/a', '/a', '/other'],
        ['/a', '/a', 'http://evil.example/b'], ['/p?q', '/p?q', null], ['/b', '//b', '/x'], ['/', '', null]];
    foreach ($cases as [$expected, $path, $sent]) {
        $request = new ServerRequest('GET', "http://localhost$path", serverParams: array_filter(['REQUEST_URI' => $sent]));
        same($expected, $target(null, $request));
    }
});

test('the log names the request and the client', function () {
    logged();
    visit('/oauth2callback?code=x&state=y', null, ['X-Request-Id' => 'id-7'], ['server' => ['REMOTE_ADDR' => '192.0.2.1']]);
    contains('request_id=id-7 client_address=192.0.2.1', logged());
});
