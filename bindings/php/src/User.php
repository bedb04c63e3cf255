<?php

declare(strict_types=1);

namespace Stauth;

/**
 * The claims of a user: $user['email'], null if the provider does not send it. $user->isLoggedIn() is the only one that
 * always has an answer.
 *
 * @implements \ArrayAccess<string, mixed>
 */
final class User implements \ArrayAccess, \JsonSerializable
{
    private const SIGNED_IN = '{"is_logged_in":true'; // the library writes this member first

    /** @var ?array<string, mixed> */
    private ?array $claims = null;

    /** @internal */
    public function __construct(private readonly string $json)
    {
    }

    public static function anonymous(): self
    {
        return new self('{"is_logged_in":false}');
    }

    public function isLoggedIn(): bool
    {
        return str_starts_with($this->json, self::SIGNED_IN);
    }

    /**
     * All claims; objects are arrays.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return $this->claims ??= json_decode($this->json, true, 512, JSON_THROW_ON_ERROR);
    }

    /** All claims as JSON, as the library writes them. */
    public function toJson(): string
    {
        return $this->json;
    }

    public function jsonSerialize(): mixed
    {
        return json_decode($this->json, false, 512, JSON_THROW_ON_ERROR);
    }

    public function offsetExists(mixed $name): bool
    {
        return isset($this->toArray()[$name]);
    }

    public function offsetGet(mixed $name): mixed
    {
        return $this->toArray()[$name] ?? null;
    }

    public function offsetSet(mixed $name, mixed $value): void
    {
        throw new \LogicException('the claims of a user do not change');
    }

    public function offsetUnset(mixed $name): void
    {
        throw new \LogicException('the claims of a user do not change');
    }

    /**
     * Shows no claims: they are personal data, and this ends up in logs.
     *
     * @return array<string, bool>
     */
    public function __debugInfo(): array
    {
        return ['isLoggedIn' => $this->isLoggedIn()];
    }
}
