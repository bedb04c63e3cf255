<?php

declare(strict_types=1);

namespace Stauth;

/**
 * For objects with a handle of the library's: a copy would free it, too.
 *
 * @internal
 */
trait Unique
{
    public function __clone()
    {
        throw new \LogicException(self::class . ' cannot be copied');
    }

    /** @return array<string, mixed> */
    public function __serialize(): array
    {
        throw new \LogicException(self::class . ' cannot be serialized');
    }

    /** @param array<string, mixed> $data */
    public function __unserialize(array $data): void
    {
        throw new \LogicException(self::class . ' cannot be serialized');
    }
}
