<?php

declare(strict_types=1);

namespace Stauth;

use FFI;
use FFI\CData;

/**
 * The library by PHP's FFI, for where the extension is not installed: the same methods as Stauth\Extension. Applications
 * end with PHP's request, since FFI has no place to keep one.
 *
 * @internal
 */
final class ForeignFunctions
{
    use ForeignRequests;

    private const LIBRARY = 'libstauth.so.0';
    private const HEADER = 'stauth.ffi.h';
    /** The header that this binding was written for. Before 1.0, the same minor number means the same ABI. */
    private const VERSION = 2;

    private FFI $ffi;
    private \Closure $log;
    /** @var array<string, FFI\CType> parsed once: PHP would lose some memory each time */
    private array $types = [];

    public function __construct()
    {
        if (!extension_loaded('ffi')) {
            throw new LibraryNotFound('install the extension stauth, or PHP\'s ffi', 'library_not_found');
        }
        $this->ffi = self::preloaded() ?? self::load();
        $found = $this->version();
        if (intdiv($found, 100) !== self::VERSION) {
            throw new LibraryNotFound(sprintf('%s is version %d.%d, and 0.%d is needed', self::LIBRARY,
                intdiv($found, 10_000), intdiv($found, 100) % 100, self::VERSION), 'library_not_found');
        }
        $this->log = static function (int $level, string $line): void {
            try {
                Log::write($level, $line);
            } catch (\Throwable) {
                // The library goes on without its line: no exception may cross C.
            }
        };
    }

    /** By ffi.preload in php.ini. */
    private static function preloaded(): ?FFI
    {
        try {
            return FFI::scope('STAUTH');
        } catch (FFI\Exception) {
            return null;
        }
    }

    private static function load(): FFI
    {
        $named = (string) getenv('STAUTH_LIBRARY');
        $bundled = __DIR__ . '/' . self::LIBRARY;
        $candidates = $named !== '' ? [$named] : [...(is_file($bundled) ? [$bundled] : []), self::LIBRARY];
        $tried = [];
        foreach ($candidates as $path) {
            try {
                return FFI::cdef(self::header($path), $path);
            } catch (FFI\Exception $e) {
                $tried[] = "$path: {$e->getMessage()}";
            }
        }
        throw new LibraryNotFound(self::LIBRARY . " could not be loaded. Install the extension or the library, or set "
            . "STAUTH_LIBRARY to the file. Tried:\n" . implode("\n", $tried), 'library_not_found');
    }

    private static function header(string $library): string
    {
        $folders = [__DIR__, dirname($library, 2) . '/include', '/usr/local/include', '/usr/include'];
        foreach ($folders as $folder) {
            if (is_file("$folder/" . self::HEADER)) {
                return (string) preg_replace('/^#.*$/m', '', (string) file_get_contents("$folder/" . self::HEADER));
            }
        }
        throw new FFI\Exception(self::HEADER . ' is in none of ' . implode(', ', $folders));
    }

    public function version(): int
    {
        return $this->ffi->st_version_number();
    }

    /** @param array<string, string> $settings */
    public function appNew(?string $secrets, ?string $toml, array $settings, bool $steps, mixed &$error): int
    {
        if (!$this->areTexts([$secrets, ...array_keys($settings), ...array_values($settings)], $error)) {
            return 0;
        }
        [$out, $slot] = [$this->output('st_config *[1]'), $this->slot()];
        if (!$this->check($this->ffi->st_config_new($out, $slot), $slot, $error)) {
            return 0;
        }
        $config = $out[0];
        $made = $this->output('st_app *[1]');
        $status = $secrets === null ? 0 : $this->ffi->st_config_load_file($config, $secrets, $slot);
        $status = $status ?: ($toml === null ? 0 : $this->ffi->st_config_load_toml($config, $toml, strlen($toml), $slot));
        foreach ($settings as $key => $value) {
            $status = $status ?: $this->ffi->st_config_set($config, (string) $key, $value, $slot);
        }
        $status = $status ?: $this->ffi->st_config_set_log($config, $this->log, null, null, $slot);
        $status = $status ?: ($steps ? $this->ffi->st_config_set_event_loop($config, 1, $slot) : 0);
        $status = $status ?: $this->ffi->st_app_new($config, $made, $slot);
        $this->ffi->st_config_free($config);
        return $this->check($status, $slot, $error) ? $this->number($made[0]) : 0;
    }

    public function appShared(string $secrets, mixed &$error): int
    {
        return $this->appNew($secrets, null, [], false, $error);
    }

    public function appFree(int $app): void
    {
        $this->ffi->st_app_free($this->app($app));
    }

    public function appPreload(int $app, mixed &$error): void
    {
        $slot = $this->slot();
        $this->check($this->ffi->st_app_preload($this->app($app), $slot), $slot, $error);
    }

    /** @return ?list<mixed> */
    public function appPaths(int $app): ?array
    {
        $handle = $this->app($app);
        $login = $this->ffi->st_app_login_path($handle);
        if ($login === null) {
            return null;
        }
        $paths = [$login, $this->ffi->st_app_logout_path($handle), $this->ffi->st_app_requires_login($handle) === 1];
        for ($index = 0; ($path = $this->ffi->st_app_callback_path($handle, $index)) !== null; $index++) {
            $paths[] = $path;
        }
        return $paths;
    }

    public function appStats(int $app, bool $isPrometheus, mixed &$error): string
    {
        $name = $isPrometheus ? 'st_app_stats_prometheus' : 'st_app_stats_json';
        return $this->written(fn (...$buffer): int => $this->ffi->$name($this->app($app), ...$buffer), $error);
    }

    public function userFromCookie(int $app, string $cookie, mixed &$error): string
    {
        return $this->written(fn (...$buffer): int => $this->ffi->st_user_from_cookie(
            $this->app($app), $cookie, strlen($cookie), ...$buffer), $error);
    }

    /** @param list<string> $paths */
    public function gateNew(array $paths, mixed &$error): int
    {
        if (!$this->areTexts($paths, $error)) {
            return 0;
        }
        [$out, $slot, $texts] = [$this->output('st_gate *[1]'), $this->slot(), []];
        $list = $this->ffi->new('const char *[' . (count($paths) + 1) . ']');
        foreach (array_values($paths) as $index => $path) {
            $texts[$index] = $this->ffi->new('char[' . (strlen($path) + 1) . ']');
            FFI::memcpy($texts[$index], $path . "\0", strlen($path) + 1);
            $list[$index] = $this->as('const char *', FFI::addr($texts[$index]));
        }
        $status = $this->ffi->st_gate_new($list, count($paths), $out, $slot);
        return $this->check($status, $slot, $error) ? $this->number($out[0]) : 0;
    }

    public function gateFree(int $gate): void
    {
        $this->ffi->st_gate_free($this->as('st_gate *', $gate));
    }

    private function output(string $type): CData
    {
        return $this->ffi->new($this->types[$type] ??= $this->ffi->type($type));
    }

    private function as(string $type, mixed $value): CData
    {
        return $this->ffi->cast($this->types[$type] ??= $this->ffi->type($type), $value);
    }

    private function app(int $number): CData
    {
        return $this->as('st_app *', $number);
    }

    private function number(CData $handle): int
    {
        return $this->as('intptr_t', $handle)->cdata;
    }

    private function slot(): CData
    {
        return $this->output('st_error *[1]');
    }

    /** Stores the error that a call has left as a list, or null. True if there is none. */
    private function check(int $status, CData $slot, mixed &$error): bool
    {
        $error = null;
        if ($status !== 0) {
            $error = $this->described($status, $slot[0]);
            $this->ffi->st_error_free($slot[0]);
            $slot[0] = null;
        }
        return $status === 0;
    }

    /** @return list<mixed> */
    private function described(int $status, ?CData $error): array
    {
        return [$status, $this->ffi->st_error_code($error), $this->ffi->st_error_message($error),
            $this->ffi->st_error_http_status($error), $this->ffi->st_error_provider_code($error),
            $this->ffi->st_error_provider_description($error)];
    }

    /** @param array<?string> $texts */
    private function areTexts(array $texts, mixed &$error): bool
    {
        foreach ($texts as $text) {
            if (str_contains((string) $text, "\0")) {
                $error = [1, 'invalid_text', 'text must not contain a NUL', 400, null, null];
                return false;
            }
        }
        return true;
    }

    /** What a function writes to a buffer, however long it is. */
    private function written(\Closure $call, mixed &$error): string
    {
        [$length, $slot, $capacity] = [$this->output('size_t[1]'), $this->slot(), 64 * 1024];
        while (true) {
            $length[0] = 0;
            $buffer = $this->ffi->new("char[$capacity]");
            if ($this->check($call($buffer, $capacity, $length, $slot), $slot, $error)) {
                return FFI::string($buffer, $length[0]);
            }
            if ($length[0] <= $capacity) {
                return '';
            }
            $capacity = 2 * $length[0]; // it may grow meanwhile
        }
    }
}
