<?php

/** What the tests share. Each file is a program that prints TAP. */

declare(strict_types=1);

require __DIR__ . '/../autoload.php';
require __DIR__ . '/Server.php';

const ROOT = __DIR__ . '/../../..';
define('HEADER', (string) file_get_contents(ROOT . '/include/stauth.h'));
const SETTINGS = [
    'auth.redirect_uri' => 'http://localhost:8501/oauth2callback', 'auth.client_id' => 'x', 'auth.client_secret' => 'y',
    'auth.cookie_secret' => 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e',
    'auth.server_metadata_url' => 'https://provider.test/.well-known/openid-configuration',
];

// A warning is an error.
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});
$count = 0;
$failed = 0;
$owner = getmypid();
ini_set('error_log', (string) tempnam(sys_get_temp_dir(), 'stauth'));
register_shutdown_function(static function (): void {
    if ($GLOBALS['owner'] === getmypid()) {
        unlink((string) ini_get('error_log'));
        echo error_get_last() === null ? "1..{$GLOBALS['count']}\n" : ''; // otherwise there is no plan
        exit($GLOBALS['failed'] > 0 ? 1 : 0);
    }
});

function test(string $name, Closure $body): void
{
    try {
        $body();
        $problem = null;
    } catch (Throwable $e) {
        $problem = get_class($e) . " {$e->getMessage()}\n{$e->getTraceAsString()}";
    }
    $GLOBALS['count']++;
    $GLOBALS['failed'] += $problem === null ? 0 : 1;
    echo $problem === null ? 'ok ' : 'not ok ', $GLOBALS['count'], " - $name\n";
    echo $problem === null ? '' : preg_replace('/^/m', '# ', $problem) . "\n";
}

function same(mixed $expected, mixed $found, string $what = ''): void
{
    if ($expected !== $found) {
        throw new Exception("$what: expected " . var_export($expected, true) . ', found ' . var_export($found, true));
    }
}

function contains(string $part, string $text): void
{
    if (!str_contains($text, $part)) {
        throw new Exception("\"$part\" is not in: $text");
    }
}

/** @param class-string<Throwable> $kind */
function fails(string $kind, string $code, Closure $call): Throwable
{
    try {
        $call();
    } catch (Throwable $e) {
        same([$kind, $code], [get_class($e), $e instanceof Stauth\Error ? $e->getCode() : ''], $e->getMessage());
        return $e;
    }
    throw new Exception("no $kind $code");
}

function auth(): Stauth\Testing\App
{
    static $auth = null;
    return $auth ??= new Stauth\Testing\App();
}

/**
 * A request of this user, or of nobody.
 *
 * @param ?array<string, mixed> $claims
 */
function begun(?array $claims = null, ?Stauth\Testing\App $app = null): Stauth\Request
{
    $app ??= auth();
    $cookie = $claims === null ? [] : [['Cookie', $app->cookieHeader($claims)]];
    $request = $app->request('GET', '/page', [['Sec-Fetch-Site', 'same-origin'], ...$cookie]);
    same(false, $request->begin());
    return $request;
}

/** The lines of the log since the last call. */
function logged(): string
{
    $file = (string) ini_get('error_log');
    $lines = (string) file_get_contents($file);
    file_put_contents($file, '');
    return $lines;
}

function hasExtension(): bool
{
    return extension_loaded('stauth');
}

/**
 * The exit status and the output of another PHP; a signal counts as a negative status.
 *
 * @param array<string, string> $environment
 * @return array{int, string}
 */
function run(string $script, array $environment = []): array
{
    $code = 'require ' . var_export(__DIR__ . '/../autoload.php', true) . "; $script";
    $process = proc_open([PHP_BINARY, '-d', 'display_errors=0', '-r', $code], [1 => ['pipe', 'w'], 2 => ['redirect', 1]],
        $pipes, null, $environment + getenv());
    $output = (string) stream_get_contents($pipes[1]);
    do {
        $status = proc_get_status($process); // it has closed its output
    } while ($status['running']);
    return [$status['signaled'] ? -$status['termsig'] : $status['exitcode'], $output];
}
