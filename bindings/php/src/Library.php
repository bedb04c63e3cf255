<?php

declare(strict_types=1);

namespace Stauth;

/**
 * The library: by the extension, or by FFI without it. Turns its errors into exceptions.
 *
 * @internal
 */
final class Library
{
    private static Extension|ForeignFunctions|null $native = null;

    public static function native(): Extension|ForeignFunctions
    {
        return self::$native ??= extension_loaded('stauth') ? new Extension() : new ForeignFunctions();
    }


    /** Calls a method whose last parameter is the error; throws it. */
    public static function call(string $name, mixed ...$arguments): mixed
    {
        $error = null;
        $arguments[] = &$error;
        $result = self::native()->$name(...$arguments);
        if ($error !== null) {
            throw Error::of($error);
        }
        return $result;
    }

    /** Text for the library; numbers are written as text. */
    public static function text(mixed $value): string
    {
        if (is_string($value) || is_int($value)) {
            return (string) $value;
        }
        throw new \TypeError('expected text, not ' . get_debug_type($value));
    }

    /**
     * @param iterable<string, mixed> $options
     * @return array<string, string>
     */
    public static function texts(iterable $options): array
    {
        $texts = [];
        foreach ($options as $name => $value) {
            $texts[$name] = is_bool($value) ? ($value ? 'true' : 'false') : self::text($value);
        }
        return $texts;
    }
}
