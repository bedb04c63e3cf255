<?php

declare(strict_types=1);

namespace Stauth;

use Psr\Http\Message\ResponseFactoryInterface;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Message\StreamFactoryInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;

/**
 * PSR-15 middleware: answers the library's own paths, and puts a Stauth\Request into the attribute "stauth". Put it inside of
 * any middleware that changes the path.
 */
final class Middleware implements MiddlewareInterface
{
    private readonly ?Gate $gate;
    private readonly App $app;

    /**
     * @param ResponseFactoryInterface&StreamFactoryInterface $factory makes the library's responses, such as Nyholm's
     *   Psr17Factory
     * @param ?App $app null for new App()
     * @param bool $requireLogin if true, only signed-in users pass, but for the open paths
     * @param list<string> $openPaths "/health" is that path alone, "/static/" that folder and all below it
     */
    public function __construct(
        private readonly ResponseFactoryInterface&StreamFactoryInterface $factory,
        ?App $app = null,
        bool $requireLogin = false,
        array $openPaths = [],
    ) {
        if ($openPaths !== [] && !$requireLogin) {
            throw new \ValueError('open paths have no effect without requireLogin');
        }
        $this->app = $app ?? new App();
        $this->gate = $requireLogin ? new Gate($openPaths) : null;
    }

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $visit = null;
        try {
            $visit = $this->visit($request);
            if (!$this->answers($visit, $request)) {
                $response = $handler->handle($request->withAttribute('stauth', $visit));
            }
        } catch (Error $e) {
            $visit = $this->refused($visit, $e);
        }
        try {
            return $this->finished($visit, $response ?? null, $request->getMethod());
        } finally {
            $visit->close();
        }
    }

    private function visit(ServerRequestInterface $request): Request
    {
        $headers = [];
        foreach (Request::HEADERS as $name) {
            foreach ($request->getHeader($name) as $value) {
                $headers[] = [$name, $value];
            }
        }
        $address = $request->getServerParams()['REMOTE_ADDR'] ?? null;
        return $this->app->request($request->getMethod(), self::target($request), $headers, $address);
    }

    /** True if the response is the library's. */
    private function answers(Request $visit, ServerRequestInterface $request): bool
    {
        if ($visit->wantsBody()) {
            $visit->setBody(self::body($request));
        }
        $routes = self::routes($request->getUri()->getPath());
        if ($this->app->requiresLogin()) {
            array_walk($routes, $visit->addRoute(...));
        }
        if ($visit->begin()) {
            return true;
        }
        foreach ($this->gate === null ? [] : $routes as $route) {
            if (!$visit->requireLogin($this->gate, $route)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The path, decoded; and as a router sees it that splits it before it decodes the segments. "_" stands for each "%" there,
     * which would close every path.
     *
     * @return list<string>
     */
    private static function routes(string $path): array
    {
        return str_contains($path, '%') ? [rawurldecode($path), str_replace('%', '_', $path)] : [$path];
    }

    /** Up to one byte more than the library accepts. */
    private static function body(ServerRequestInterface $request): string
    {
        [$stream, $body] = [$request->getBody(), ''];
        if ($stream->isSeekable()) {
            $stream->rewind();
        }
        while (strlen($body) <= Request::LONGEST_BODY && !$stream->eof()) {
            $body .= $stream->read(Request::LONGEST_BODY + 1 - strlen($body));
        }
        return $body;
    }

    /** The target as the browser sent it, if it is still the path that the application routes by. */
    private static function target(ServerRequestInterface $request): string
    {
        $uri = $request->getUri();
        $raw = $request->getServerParams()['REQUEST_URI'] ?? '';
        if (str_starts_with($raw, '/') && rawurldecode(explode('?', $raw, 2)[0]) === rawurldecode($uri->getPath())) {
            return $raw;
        }
        $path = '/' . ltrim($uri->getPath(), '/');
        return $path . ($uri->getQuery() === '' ? '' : "?{$uri->getQuery()}");
    }

    /** The response with the library's headers, or the library's in its place. */
    private function finished(Request $visit, ?ResponseInterface $response, string $method): ResponseInterface
    {
        if ($visit->status() > 0 || $response === null) {
            $body = $visit->body();
            $response = $this->factory->createResponse($visit->status())->withHeader('Content-Length', (string) strlen($body));
            $response = $response->withBody($this->factory->createStream($method === 'HEAD' ? '' : $body));
        }
        foreach ($visit->headers() as [$name, $value]) {
            $response = $response->withAddedHeader($name, $value);
        }
        return $response;
    }

    /** The library's page for an error of its own that nobody has caught. Its text is for developers. */
    private function refused(?Request $visit, Error $error): Request
    {
        Log::write($error->httpStatus === 500 ? 3 : 2, "uncaught: {$error->getCode()}: {$error->getMessage()}");
        $visit ??= $this->app->request('GET', '/'); // the library has not even taken the request
        $visit->refuse($error->getCode());
        return $visit;
    }
}
