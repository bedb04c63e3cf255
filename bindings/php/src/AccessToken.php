<?php

declare(strict_types=1);

namespace Stauth;

/** A token to call an API with: "Authorization: Bearer {$token->secret}". */
final class AccessToken
{
    /**
     * @param ?int $expiresAt seconds since 1970; null if the provider does not say
     * @param string $scope what the token is for, separated by spaces
     */
    public function __construct(
        #[\SensitiveParameter] public readonly string $secret,
        public readonly ?int $expiresAt,
        public readonly string $scope,
    ) {
    }

    /**
     * Shows no token: this ends up in logs.
     *
     * @return array<string, mixed>
     */
    public function __debugInfo(): array
    {
        return ['expiresAt' => $this->expiresAt, 'scope' => $this->scope];
    }
}
