"""Flask: `libstauth.flask.init_app(app)`. Views and templates then have `libstauth.user`, `login()` and `logout()`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, Union, overload

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import InternalServerError, default_exceptions

from libstauth import current, wsgi
from libstauth.app import App, Path
from libstauth.current import access_token
from libstauth.errors import StauthError
from libstauth.gate import Gate
from libstauth.refusal import refusal, report

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from libstauth.options import LoginOptions

__all__ = ["access_token", "init_app", "login", "login_required", "logout", "refresh_user"]

View = TypeVar("View", bound=Callable[..., Any])


def init_app(
    app: Flask, auth: Union[App, Path, None] = None, *, require_login: bool = False, open_paths: Sequence[str] = ()
) -> App:
    """Adds `libstauth.wsgi.Middleware`, with the same arguments. Templates get the variable `user`, and an uncaught
    StauthError becomes the error page of its HTTP status."""
    middleware = wsgi.Middleware(app.wsgi_app, auth, require_login=require_login, open_paths=open_paths)
    app.wsgi_app = middleware  # type: ignore[method-assign]  # as in Flask's documentation
    app.register_error_handler(StauthError, _answer)
    app.context_processor(lambda: {"user": current.user})
    if middleware.gate.required:
        # Again, after Flask has chosen the view: a middleware in between may have changed the path.
        app.before_request_funcs.setdefault(None, []).insert(0, lambda: _judge(middleware.gate))
    return middleware.auth


def _judge(gate: Gate) -> Optional[Response]:
    # The library's response takes its place.
    return Response(status=401) if gate.stops(current.request(), request.path) else None


@overload
def login_required(view: View) -> View: ...
@overload
def login_required(*, provider: Optional[str] = None) -> Callable[[View], View]: ...


def login_required(view: Optional[View] = None, *, provider: Optional[str] = None) -> Any:
    """For a view that needs a user, below the route: `@login_required` or `@login_required(provider="google")`. Others
    are sent to the provider if they load a page, and get 401 if not."""
    if view is None:
        return functools.partial(login_required, provider=provider)

    @functools.wraps(view)
    def guarded(*arguments: Any, **named: Any) -> Any:
        return current_app.ensure_sync(view)(*arguments, **named) if current.require_login(provider) else Response()

    return guarded


def login(provider: Optional[str] = None, return_to: Optional[str] = None, **options: Unpack[LoginOptions]) -> Response:
    """`libstauth.login()` with a value for the view to return; the redirect replaces it."""
    current.login(provider, return_to, **options)
    return Response()


def logout(*, local: bool = False) -> Response:
    """`libstauth.logout()` with a value for the view to return; the redirect replaces it."""
    current.logout(local=local)
    return Response()


def refresh_user() -> None:
    """`libstauth.user.refresh()`."""
    current.user.refresh()


def _answer(error: StauthError) -> ResponseReturnValue:
    """The application's own error page if it has one; the error is its `__cause__`."""
    exception = default_exceptions.get(error.http_status, InternalServerError)(f"Code for support: {error.code}")
    exception.__cause__ = error
    page = current_app.handle_http_exception(exception)
    if page is not exception:
        report(error)
        return page
    status, headers, body = refusal(error, request.environ.get("libstauth"))
    return Response(body, status, headers)
