<?php

/** The binding calls what stauth.h has, and both ways to the library offer the same. */

declare(strict_types=1);

require __DIR__ . '/helper.php';

const CODE_OF_HEADER = '~/\*.*?\*/|^#(?:[^\n]*\\\\\n)*[^\n]*~ms';
$code = preg_replace(CODE_OF_HEADER, ' ', HEADER);
preg_match_all('/ST_API\s+[^;(]*?(\w+)\(/', $code, $found);
$functions = $found[1];
// What this binding does not call, and why.
$unused = array_merge(...array_values([
    'the status is written as a number' => ['st_status_name'],
    'for tests of the library' => ['st_config_set_clock', 'st_config_set_random'],
    'PHP programs use Redis' => ['st_config_set_session_store', 'st_record_set'],
    'the provider of tests is asked by the steps of an event loop' => ['st_config_set_transport'],
    'no event loop but that of tests' => [
        'st_request_new_preload', 'st_request_may_block', 'st_request_login_may_block', 'st_request_loads_page',
        'st_request_logout_may_block',
        'st_exchange_method', 'st_exchange_header_name', 'st_exchange_header_value', 'st_exchange_timeout_ms',
        'st_exchange_connect_timeout_ms', 'st_exchange_proxy', 'st_exchange_ca_file', 'st_exchange_allows_loopback',
    ],
    'all headers in one call' => [
        'st_request_add_header', 'st_request_response_header_count', 'st_request_response_header',
    ],
    'operators revoke by other means' => ['st_app_end_sessions'],
    'for programs without a site' => [
        'st_native_new', 'st_native_login', 'st_native_callback', 'st_native_device_login',
        'st_native_poll', 'st_native_is_pending', 'st_native_wait_ms', 'st_native_expires_in',
        'st_native_url', 'st_native_verification_uri', 'st_native_user_code', 'st_native_session',
    ],
    "PHP's error log is better" => ['st_config_log_to_fd'],
    'PHP has JSON' => ['st_request_is_logged_in', 'st_request_claim'],
    'fibers share a thread' => ['st_request_bind', 'st_request_unbind', 'st_login', 'st_logout', 'st_user_json'],
]));

test('the header is understood', fn () => same(substr_count($code, 'ST_API '), count($functions)));

// Only the extension shows the version as text, and keeps applications, whose log FFI could not write. By FFI, names are put together: 'begin' is st_request_begin().
$calls = '/\b(st_[a-z_]+)\b|->(?:call|action|read)\(\'(\w+)\'/';
foreach (['the extension' => ['ext/*.c', []], 'FFI' => ['src/Foreign*.php', ['st_version_string', 'st_app_shared']]] as $way => [$pattern, $less]) {
    test("$way calls every function but the unused ones", function () use ($pattern, $less, $functions, $unused, $calls) {
        $text = implode(array_map(file_get_contents(...), glob(__DIR__ . "/../$pattern")));
        preg_match_all($calls, $text, $found);
        $called = [...$found[1], ...array_map(fn (string $name) => "st_request_$name", $found[2])];
        same(array_values(array_diff($functions, $unused, $less)), array_values(array_intersect($functions, $called)));
        same([], array_values(array_diff([...$unused, ...$less], $functions)));
    });
}

if (hasExtension()) {
    test('both ways have the same methods', function () {
        $described = function (string $class): array {
            $methods = [];
            foreach ((new ReflectionClass($class))->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
                $parameters = array_map(fn (ReflectionParameter $parameter) => $parameter->getName() . ' '
                    . ($parameter->isPassedByReference() ? '&' : $parameter->getType()), $method->getParameters());
                $methods[$method->getName()] = [(string) $method->getReturnType(), $parameters];
            }
            unset($methods['__construct']);
            ksort($methods);
            return $methods;
        };
        same($described(Stauth\Extension::class), $described(Stauth\ForeignFunctions::class));
    });
    test("the extension's version", fn () => contains('ST_VERSION_STRING "' . phpversion('stauth') . '"', HEADER));
}

test('the kinds of errors', function () {
    preg_match('/ST_OK = 0.*?\};/s', HEADER, $section);
    preg_match_all('/ST_(\w+?)(?:_ERROR)? = (\d+)/', $section[0], $found);
    $names = array_map(fn (string $name) => strtolower(strtr($name, ['_' => ''])), array_combine($found[2], $found[1]));
    unset($names[0]);
    $kinds = (new ReflectionClass(Stauth\Error::class))->getConstant('KINDS');
    $short = fn (string $kind) => strtolower(preg_replace('/^Stauth.|Error$/', '', $kind));
    same($names, array_map($short, $kinds));
});

test('the headers of a request', function () {
    preg_match('/Add all of them, or at least ([\w ,\n-]+);/', HEADER, $found);
    $listed = array_map(strtolower(...), preg_split('/,\s+|\s+and\s+/', $found[1]));
    same([[], []], [array_diff($listed, Stauth\Request::HEADERS), array_diff(Stauth\Request::HEADERS, $listed)]);
});

test('numbers', function () {
    $words = preg_replace('/\s+/', ' ', HEADER);
    $constant = (new ReflectionClass(Stauth\Request::class))->getConstant(...);
    contains('so. At most 64 KiB', $words);
    contains('65,536 bytes always suffice', $words);
    same(65_536, Stauth\Request::LONGEST_BODY);
    contains("ST_RESPOND = {$constant('RESPOND')},", $words);
    contains("ST_WAIT = {$constant('WAIT')} ", $words);
    contains('enum { ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 }', $words);
});

test('the version', function () {
    $composer = json_decode(file_get_contents(__DIR__ . '/../composer.json'), true);
    contains("#define ST_VERSION_STRING \"{$composer['version']}\"", HEADER);
    $wanted = (new ReflectionClass(Stauth\ForeignFunctions::class))->getConstant('VERSION');
    same(explode('.', $composer['version'])[1], (string) $wanted);
});
