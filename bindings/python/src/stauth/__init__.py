"""Sign in with any OpenID provider: Streamlit's `st.login`, `st.logout` and `st.user` for every Python web framework.

    stauth.login()               send this user to the provider
    stauth.user.is_logged_in     who is this? also stauth.user["email"], stauth.user.email, stauth.user.to_dict()
    stauth.logout()              end the session

They act on the request that is being answered, which `stauth.wsgi.Middleware` or `stauth.asgi.Middleware` knows. Under
them is `App`, for code without a middleware.
"""

from stauth.app import App
from stauth.current import login, logout, user
from stauth.errors import (
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
from stauth.request import Request
from stauth.user import User

__version__ = "0.1.0"

__all__ = [
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
    "login",
    "logout",
    "user",
]
