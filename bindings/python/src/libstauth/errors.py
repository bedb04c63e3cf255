"""The exceptions. `code` is the stable code of docs/errors.md, for programs; the text is for people."""

from __future__ import annotations

# A code of the binding's own: a guard turned away what is no page load.
NOT_SIGNED_IN = "not_signed_in"


class StauthError(Exception):
    """Something did not work. The message says what to do and never holds a secret.

    `code`: a stable word such as "state_mismatch"; when the provider refused, its own, such as "access_denied".
    `http_status`: the status that fits a response about it, 400 to 599.
    """

    def __init__(self, message: str, code: str = "internal_error", http_status: int = 500) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.code, self.http_status)


class InvalidArgument(StauthError):
    """The caller's mistake: an object that is closed, text that is not UTF-8, something too long."""


class ConfigurationError(StauthError):
    """secrets.toml has to change. The message lists all problems, a line for each."""


class NetworkError(StauthError):
    """The provider was not reached, or not in time."""


class ProviderError(StauthError):
    """The provider answered with an error, or not as the protocol says."""


class AuthorizationDenied(StauthError):
    """The user or the provider said no."""


class TokenInvalid(StauthError):
    """The ID token failed a check."""


class LoginInvalid(StauthError):
    """The callback belongs to no login of this browser: expired, replayed or forged."""


class RequestRefused(StauthError):
    """A request that must not be obeyed, such as a logout that another site caused."""


class LimitExceeded(StauthError):
    """Something is too large. The message says what, and what the limit is."""


class NoRequest(StauthError):
    """There is no request here: the code runs outside of libstauth's middleware."""


class CryptographyError(StauthError):
    """OpenSSL failed, for instance for want of randomness."""


class InternalError(StauthError):
    """A defect of the library. Please report it."""


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
