<?php

declare(strict_types=1);

namespace Stauth;

/**
 * Lines for PHP's error log, as the extension writes them: warnings and errors, or what STAUTH_LOG asks for.
 *
 * @internal
 */
final class Log
{
    private const NAMES = [1 => 'info', 2 => 'warning', 3 => 'error'];

    public static function write(int $level, string $line): void
    {
        $least = array_search(getenv('STAUTH_LOG'), self::NAMES, true) ?: 2;
        if ($level >= $least) {
            error_log('stauth: level=' . (self::NAMES[$level] ?? 'warning') . " $line");
        }
    }
}
