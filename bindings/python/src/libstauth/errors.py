"""The exceptions. `code` is the stable code of docs/errors.md, for programs; the text is for people."""

from __future__ import annotations

from typing import Optional

# A code of the binding: a guard refused a request that is not a page load.
NOT_SIGNED_IN = "not_signed_in"


class StauthError(Exception):
    """An operation failed. The message says what to do and never contains a secret.

    `code`: a stable word such as "state_mismatch".
    `http_status`: a suggested HTTP status for the response, 400 to 599.
    `provider_code`, `provider_description`: what the provider sent, such as "access_denied"; None if nothing. It can
    write anything there: for logs and operators, never for a page or a decision.
    """

    def __init__(
        self,
        message: str,
        code: str = "internal_error",
        http_status: int = 500,
        provider_code: Optional[str] = None,
        provider_description: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status
        self.provider_code = provider_code
        self.provider_description = provider_description

    def __reduce__(self) -> tuple[object, ...]:
        said = (self.provider_code, self.provider_description)
        return type(self), (str(self), self.code, self.http_status, *said)


class InvalidArgument(StauthError):
    """The caller's mistake: a closed object, text that is not UTF-8, an input that is too long."""


class ConfigurationError(StauthError):
    """The settings are invalid. The message lists all problems, one per line."""


class NetworkError(StauthError):
    """The provider could not be reached, or not in time."""


class ProviderError(StauthError):
    """The provider returned an error, or its response violates the protocol."""


class AuthorizationDenied(StauthError):
    """The user or the provider refused."""


class TokenInvalid(StauthError):
    """The ID token failed a check."""


class LoginInvalid(StauthError):
    """The callback belongs to no login of this browser: expired, replayed or forged."""


class RequestRefused(StauthError):
    """A refused request, such as a logout caused by another site."""


class LimitExceeded(StauthError):
    """An input is too large. The message names it and its limit."""


class NoRequest(StauthError):
    """There is no current request: the code runs outside libstauth's middleware."""


class CryptographyError(StauthError):
    """OpenSSL failed, for instance because it had no randomness."""


class InternalError(StauthError):
    """A bug in the library. Please report it."""


class LibraryNotFound(StauthError, ImportError):
    """libstauth.so.0 could not be loaded. The message lists what was tried."""


BY_STATUS: dict[int, type[StauthError]] = {
    1: InvalidArgument,
    2: ConfigurationError,
    3: NetworkError,
    4: ProviderError,
    5: AuthorizationDenied,
    6: TokenInvalid,
    7: LoginInvalid,
    8: RequestRefused,
    9: LimitExceeded,
    10: NoRequest,
    11: CryptographyError,
    12: InternalError,
}
