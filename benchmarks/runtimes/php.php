<?php

/** The figures of c.c, from PHP: by the extension, or by FFI. A foreign call is one of the extension, or of the library. */

declare(strict_types=1);

use Stauth\App;
use Stauth\Extension;
use Stauth\Library;

require getenv('STAUTH_BENCH_PACKAGE') . '/autoload.php';

/** What the calls of the extension go through from here on, to be counted. The class is final, so the loader of it is changed. */
function count_calls(): void
{
    $code = '';
    foreach ((new ReflectionClass(Extension::class))->getMethods() as $method) {
        $names = array_map(static fn ($each): string => '$' . $each->getName(), $method->getParameters());
        $given = array_map(
            static fn ($each): string => ($each->isPassedByReference() ? '&$' : '$') . $each->getName(),
            $method->getParameters(),
        );
        $isVoid = (string) $method->getReturnType() === 'void';
        $code .= "public function {$method->getName()}(" . implode(', ', $given) . ') { self::$calls++; '
            . ($isVoid ? '' : 'return ') . "self::\$real->{$method->getName()}(" . implode(', ', $names) . "); }\n";
    }
    eval("final class Counted { public static int \$calls = 0; public static object \$real;\n$code}");
    Counted::$real = new Extension();
    $source = file_get_contents(getenv('STAUTH_BENCH_PACKAGE') . '/src/Library.php');
    eval(strtr(substr($source, strlen('<?php')), ['Extension|ForeignFunctions|null' => '?object', 'Extension|ForeignFunctions' => 'object']));
    (new ReflectionProperty(Library::class, 'native'))->setValue(null, new Counted());
}

[, $inputs, $turns, $iterations] = $argv;
$runtime = extension_loaded('stauth') ? 'PHP' : 'PHP by FFI';
if (isset($argv[4]) && extension_loaded('stauth')) {
    count_calls();
}
$app = new App("$inputs/secrets");
$cookie = file_get_contents("$inputs/cookie");
$headers = array_map(static fn ($line) => explode(': ', $line, 2), file("$inputs/headers", FILE_IGNORE_NEW_LINES));

function must(bool $holds): void
{
    $holds || throw new RuntimeException('a figure of something that failed');
}

$cases = [
    "request, $runtime" => static function () use ($app, $headers): void {
        $request = $app->request('GET', '/report?id=3', $headers, '192.0.2.7');
        must(!$request->begin());
        must($request->user()->isLoggedIn());
        must($request->status() === 0 && $request->headers() !== []);
        $request->close();
    },
    "cookie, $runtime" => static fn () => must($app->userFromCookie($cookie)->isLoggedIn()),
    "20 foreign calls, $runtime" => static function (): void {
        for ($native = Library::native(), $call = 0; $call < 20; $call++) {
            $native->requestWantsBody(0);
        }
    },
];
if (isset($argv[4])) {
    $cases = array_slice($cases, 0, 1);
    if (extension_loaded('stauth')) {
        $before = Counted::$calls;
        $cases["request, $runtime"]();
        echo json_encode(['name' => "calls, $runtime", 'value' => Counted::$calls - $before]), "\n";
        exit;
    }
}
for ($turn = -1; $turn < (int) $turns; $turn++) {
    foreach ($cases as $name => $call) {
        $before = getrusage();
        $wall = hrtime(true);
        for ($i = 0; $i < (int) $iterations; $i++) {
            $call();
        }
        $wall = (hrtime(true) - $wall) / 1e9;
        $after = getrusage();
        $cpu = 0.0;
        foreach (['ru_utime', 'ru_stime'] as $kind) {
            $cpu += $after["$kind.tv_sec"] - $before["$kind.tv_sec"];
            $cpu += ($after["$kind.tv_usec"] - $before["$kind.tv_usec"]) / 1e6;
        }
        if ($turn >= 0) {
            $figures = ['name' => $name, 'iterations' => (int) $iterations, 'seconds' => $cpu, 'wall' => $wall];
            echo json_encode($figures), "\n";
        }
    }
}
