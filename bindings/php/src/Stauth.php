<?php

declare(strict_types=1);

use Stauth\App;
use Stauth\Error;
use Stauth\InvalidArgument;
use Stauth\Log;
use Stauth\Request;
use Stauth\User;

/**
 * Sign in with any OpenID provider, for pages in plain PHP:
 *
 *     $user = Stauth::protect();        // this page is for signed-in users
 *     echo $user['email'];
 *
 * Every method answers the library's own paths, so requests for them must reach the script; each ends the script if the
 * response is the library's. Call the first one before the page's output begins.
 */
final class Stauth
{
    private static ?App $app = null;
    private static ?Request $request = null;
    private static bool $hasHeaders = false;
    /** @var list<mixed> what the request was made for: servers that keep PHP running start no new process for the next */
    private static array $visit = [];

    private function __construct()
    {
    }

    /** Uses this application instead of new Stauth\App(). Call it first. */
    public static function use(App $app): void
    {
        [self::$app, self::$request] = [$app, null];
    }

    public static function app(): App
    {
        return self::$app ??= new App();
    }

    /** The signed-in user of this page. Others are sent to the login if they load a page, and get 401 if not. */
    public static function protect(): User
    {
        $request = self::request();
        if (!$request->requireLogin()) {
            self::answer($request);
        }
        return $request->user();
    }

    /** Who sent this request, signed in or not. */
    public static function user(): User
    {
        return self::request()->user();
    }

    /** Sends the user to a provider, as Stauth\Request::login() does. */
    public static function login(?string $provider = null, mixed ...$options): never
    {
        self::request()->login($provider, ...$options);
        self::answer(self::request());
    }

    /** Ends the session, as Stauth\Request::logout() does. */
    public static function logout(bool $local = false): never
    {
        self::request()->logout($local);
        self::answer(self::request());
    }

    /** This request, begun. */
    public static function request(): Request
    {
        return self::$request !== null && self::$visit === self::visit() ? self::$request : self::begin();
    }

    /** @return list<mixed> */
    private static function visit(): array
    {
        $names = ['REQUEST_TIME_FLOAT', 'REQUEST_METHOD', 'REQUEST_URI', 'HTTP_COOKIE', 'REMOTE_ADDR', 'REMOTE_PORT'];
        return array_map(static fn (string $name): mixed => $_SERVER[$name] ?? null, $names);
    }

    private static function begin(): Request
    {
        set_exception_handler(self::refuse(...));
        header_register_callback(self::addHeaders(...));
        register_shutdown_function(self::addHeaders(...)); // of a page without output, the request ends first
        [self::$request, self::$hasHeaders, self::$visit] = [null, false, self::visit()];
        self::$request = self::made();
        if (self::$request->wantsBody()) {
            self::$request->setBody((string) file_get_contents('php://input', length: Request::LONGEST_BODY + 1));
        }
        if (self::$request->begin()) {
            self::answer(self::$request);
        }
        return self::$request;
    }

    private static function made(): Request
    {
        $headers = [];
        foreach (Request::HEADERS as $name) {
            $key = strtoupper(strtr($name, '-', '_'));
            $value = $_SERVER[$key === 'CONTENT_TYPE' ? $key : "HTTP_$key"] ?? null;
            if (is_string($value)) {
                $headers[] = [$name, $value];
            }
        }
        $target = $_SERVER['REQUEST_URI'] ?? '/';
        $address = $_SERVER['REMOTE_ADDR'] ?? null;
        $target = str_starts_with($target, '/') ? $target : '/';
        return self::app()->request($_SERVER['REQUEST_METHOD'] ?? 'GET', $target, $headers, $address);
    }

    /** Sends the library's response in place of what the page has made so far. */
    private static function answer(Request $request): never
    {
        if (headers_sent($file, $line)) {
            throw new InvalidArgument("the page's output has begun at $file:$line: call Stauth before", 'out_of_sequence');
        }
        while (ob_get_level() > 0 && ob_end_clean()) {
            continue;
        }
        header_remove();
        http_response_code($request->status());
        echo $request->body();
        exit;
    }

    /** PHP calls it when the response begins. The library's headers are added to the page's, never in place of them. */
    private static function addHeaders(): void
    {
        $headers = self::$hasHeaders || headers_sent() ? [] : self::$request?->headers() ?? [];
        self::$hasHeaders = true;
        foreach ($headers as [$name, $value]) {
            header("$name: $value", strcasecmp($name, 'Content-Type') === 0);
        }
    }

    /** The library's page for an error of its own that nobody has caught. Its text is for developers. */
    private static function refuse(Throwable $error): void
    {
        if (!$error instanceof Error) {
            restore_exception_handler();
            throw $error;
        }
        Log::write($error->httpStatus === 500 ? 3 : 2, "uncaught: {$error->getCode()}: {$error->getMessage()}");
        if (headers_sent()) {
            exit; // there is no room for another page
        }
        try {
            self::$request ??= self::app()->request('GET', '/'); // the library has not even taken the request
            self::$request->refuse($error->getCode());
        } catch (Error) {
            http_response_code(500); // without an application there is no page either
            exit;
        }
        self::answer(self::$request);
    }
}
