"""NiceGUI: `auth = libstauth.nicegui.init_app(app)`. Then `libstauth.user` works in pages and in event handlers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Optional, Union

from nicegui import app as nicegui_app
from nicegui import context, ui
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import Response

from libstauth import current, fastapi
from libstauth.app import App, Path
from libstauth.asgi import access_token, refresh_user
from libstauth.errors import NoRequest, StauthError
from libstauth.refusal import refusal
from libstauth.request import Request

__all__ = ["access_token", "init_app", "login", "logout", "refresh_user"]


def init_app(
    app: Starlette, auth: Union[App, Path, None] = None, *, require_login: bool = False, open_paths: Sequence[str] = ()
) -> App:
    """`libstauth.fastapi.init_app` for NiceGUI's `app`, or for the FastAPI application passed to ui.run_with()."""
    auth = fastapi.init_app(app, auth, require_login=require_login, open_paths=open_paths)
    # Otherwise NiceGUI shows visitors the text of the error.
    nicegui_app.add_exception_handler(StauthError, _answer)
    return auth


def _answer(http: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, StauthError)
    status, headers, body = refusal(error, http.scope.get("libstauth"))
    return Response(body, status, dict(headers))


def login(provider: Optional[str] = None, return_to: Optional[str] = None) -> None:
    """For event handlers, `ui.button("Log in", on_click=libstauth.nicegui.login)`: sends the browser to a provider.

    `provider`: NAME of `[auth.NAME]`; None for the default one. `return_to`: None for the page with the button.
    """
    ui.run_javascript(f"location.assign({json.dumps(current.request().app.login_url(provider, return_to))})")


def logout() -> None:
    """For event handlers, `ui.button("Log out", on_click=libstauth.nicegui.logout)`: ends the session."""
    attributes = json.dumps({"method": "post", "action": current.request().app.logout_path})
    ui.run_javascript(
        f"const form = Object.assign(document.createElement('form'), {attributes});"
        "document.body.append(form); form.submit()"
    )


def _find(_here: Optional[Request]) -> Optional[Request]:
    """The request of the current page, or of its WebSocket once it has one.

    The request of the context differs if one user's event refreshes everybody's pages.
    """
    if not (nicegui_app.is_started and _in_task() and context.slot_stack):
        return None
    client = context.client
    scope = client.environ["asgi.scope"] if client.environ else client.request.scope
    found: Optional[Request] = scope.get("libstauth")
    if found is None:
        raise NoRequest("libstauth did not see this page: call libstauth.nicegui.init_app() first", "no_request_bound")
    return found


def _in_task() -> bool:
    """NiceGUI identifies its pages by task. It treats all threads as one."""
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


current.finders.append(_find)
