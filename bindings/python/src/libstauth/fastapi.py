"""FastAPI and Starlette: `libstauth.fastapi.init_app(app)`. Endpoints then have `libstauth.user`, `login()` and
`logout()`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from starlette import middleware
from starlette.applications import Starlette
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from libstauth import asgi, current
from libstauth.app import App, Path
from libstauth.asgi import access_token, refresh_user
from libstauth.gate import Gate
from libstauth.user import User

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from libstauth.options import LoginOptions

__all__ = [
    "LoginRequired",
    "Middleware",
    "access_token",
    "init_app",
    "login",
    "login_required",
    "logout",
    "refresh_user",
]

try:
    from starlette._utils import get_route_path as _routed
except ImportError:  # before 0.33 `path` was the part left over by mounts

    def _routed(scope: asgi.Scope) -> str:
        path: str = scope["path"]
        return path


def init_app(
    app: Starlette, auth: Union[App, Path, None] = None, *, require_login: bool = False, open_paths: Sequence[str] = ()
) -> App:
    """Adds `libstauth.asgi.Middleware`, with the same arguments. Middlewares added earlier see the user too.
    An uncaught StauthError becomes a response with its HTTP status."""
    auth = auth if isinstance(auth, App) else App(auth)
    app.add_middleware(Middleware, auth=auth, require_login=require_login, open_paths=open_paths)
    gate = Gate(auth, require_login, open_paths)
    if gate.required:
        # Again, next to the router: a middleware in between may have changed the path.
        app.user_middleware.append(middleware.Middleware(_Guard, gate=gate))
    return auth


class Middleware(asgi.Middleware):
    """`libstauth.asgi.Middleware` for an application that Starlette routes."""

    def routed(self, scope: asgi.Scope) -> set[str]:
        return {_routed(scope)}


class _Guard:
    """Stands before the router."""

    def __init__(self, app: asgi.Application, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        request = scope.get("libstauth")  # none at the application's start and end
        if request and await self._gate.stops_soon(request, _routed(scope)):
            if scope["type"] == "http":  # a WebSocket is closed by the middleware
                await Response(status_code=401)(scope, receive, send)  # the library's response takes its place
            return
        await self._app(scope, receive, send)


class LoginRequired:
    """The dependency `login_required`, for a provider of its own: `Depends(LoginRequired("google"))`."""

    def __init__(self, provider: Optional[str] = None) -> None:
        self._provider = provider

    async def __call__(self, connection: HTTPConnection) -> User:
        """Gives the user. Others are redirected to the provider if they load a page, and get 401 if not."""
        found = current.request()
        if found.user.is_logged_in:
            return found.user
        if connection.scope["type"] == "websocket":
            raise WebSocketException(1008, "Sign in first.")
        if found.loads_page:
            current.login(self._provider)  # the redirect takes the place of this error
        raise HTTPException(401, "Sign in first.")


# FastAPI: `def page(user: libstauth.User = Depends(login_required))`. Starlette: `user = await login_required(request)`
login_required = LoginRequired()


def login(provider: Optional[str] = None, return_to: Optional[str] = None, **options: Unpack[LoginOptions]) -> Response:
    """`libstauth.login()` with something for the endpoint to return, in whose place the redirect is sent."""
    current.login(provider, return_to, **options)
    return Response()


def logout(*, local: bool = False) -> Response:
    """`libstauth.logout()` with something for the endpoint to return, in whose place the redirect is sent."""
    current.logout(local=local)
    return Response()
