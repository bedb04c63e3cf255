<?php

declare(strict_types=1);

namespace Stauth;

/**
 * An operation failed. The message says what to do, is for developers, and never contains a secret. getCode() is a stable
 * word for programs and for support, such as "state_mismatch"; docs/errors.md lists them.
 */
class Error extends \Exception
{
    /** The classes by the number of their st_status. */
    private const KINDS = [
        1 => InvalidArgument::class, ConfigurationError::class, NetworkError::class, ProviderError::class,
        AuthorizationDenied::class, TokenInvalid::class, LoginInvalid::class, RequestRefused::class, LimitExceeded::class,
        NoRequest::class, CryptographyError::class, InternalError::class,
    ];

    /**
     * @param int $httpStatus a suggestion for the response, 400 to 599
     * @param ?string $providerCode and $providerDescription: what the provider sent, such as "access_denied". It can write
     *   anything there: for logs and operators, never for a page or a decision
     */
    final public function __construct(
        string $message,
        string $code = 'internal_error',
        public readonly int $httpStatus = 500,
        public readonly ?string $providerCode = null,
        public readonly ?string $providerDescription = null,
    ) {
        parent::__construct($message);
        $this->code = $code;
    }

    /**
     * @internal
     * @param array{int, ?string, ?string, int, ?string, ?string} $parts
     */
    public static function of(array $parts): self
    {
        [$status, $code, $message, $httpStatus, $providerCode, $providerDescription] = $parts;
        $kind = self::KINDS[$status] ?? self::class;
        return new $kind($message ?? "the library failed without a reason: $status", $code ?? 'internal_error',
            $httpStatus, $providerCode, $providerDescription);
    }
}

/** The caller's mistake: a closed object, text with a NUL. */
class InvalidArgument extends Error
{
}

/** The settings are invalid. The message lists all problems, one per line. */
class ConfigurationError extends Error
{
}

/** The provider was not reached, or not in time. */
class NetworkError extends Error
{
}

/** The provider answered with an error, or not as the protocol says. */
class ProviderError extends Error
{
}

/** The user, the provider or an authorization rule said no. */
class AuthorizationDenied extends Error
{
}

/** The ID token failed a check. */
class TokenInvalid extends Error
{
}

/** The callback belongs to no login of this browser: expired, replayed or forged. */
class LoginInvalid extends Error
{
}

/** A refused request, such as a logout caused by another site. */
class RequestRefused extends Error
{
}

/** An input is too large. The message names it and its limit. */
class LimitExceeded extends Error
{
}

/** There is no current request: the code runs before the library has begun one. */
class NoRequest extends Error
{
}

/** OpenSSL failed, for instance because it had no randomness. */
class CryptographyError extends Error
{
}

/** A defect of the library. Please report it. */
class InternalError extends Error
{
}

/** Neither the extension nor libstauth.so.0 could be loaded. The message lists what was tried. */
class LibraryNotFound extends Error
{
}
