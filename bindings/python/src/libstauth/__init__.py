"""Sign in with any OpenID provider: Streamlit's `st.login`, `st.logout` and `st.user` for every Python web framework.

    libstauth.login()               send this user to the provider
    libstauth.user.is_logged_in     who is this? also libstauth.user["email"], user.email, user.to_dict()
    libstauth.user.refresh()        read the claims anew
    libstauth.access_token()        an access token to call an API with
    libstauth.is_fresh(300)         did the provider authenticate this user in the last five minutes?
    libstauth.logout()              end the session

They act on the current request, which `libstauth.wsgi.Middleware` or `libstauth.asgi.Middleware` supplies.
They are built on `App`, for code without a middleware.
"""

from libstauth.app import App
from libstauth.current import access_token, is_fresh, login, logout, user
from libstauth.errors import (
    AuthorizationDenied,
    ConfigurationError,
    CryptographyError,
    InternalError,
    InvalidArgument,
    LibraryNotFound,
    LimitExceeded,
    LoginInvalid,
    NetworkError,
    NoRequest,
    ProviderError,
    RequestRefused,
    StauthError,
    TokenInvalid,
)
from libstauth.request import Request
from libstauth.user import AccessToken, User

__version__ = "0.2.0"

__all__ = [
    "AccessToken",
    "App",
    "AuthorizationDenied",
    "ConfigurationError",
    "CryptographyError",
    "InternalError",
    "InvalidArgument",
    "LibraryNotFound",
    "LimitExceeded",
    "LoginInvalid",
    "NetworkError",
    "NoRequest",
    "ProviderError",
    "Request",
    "RequestRefused",
    "StauthError",
    "TokenInvalid",
    "User",
    "access_token",
    "is_fresh",
    "login",
    "logout",
    "user",
]
