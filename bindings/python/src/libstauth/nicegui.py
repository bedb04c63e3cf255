"""NiceGUI: `auth = libstauth.nicegui.init_app(app)`. Then `libstauth.user` is right in pages and in event handlers."""

from __future__ import annotations

import asyncio
import json
from typing import Optional

from nicegui import app, context, ui

from libstauth import current
from libstauth.errors import NoRequest
from libstauth.fastapi import init_app
from libstauth.request import Request

# For NiceGUI's `app`, or for the FastAPI application that ui.run_with() is given.
__all__ = ["init_app", "login", "logout"]


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
    """The request of the page that is drawn, or of its WebSocket once it has one.

    The context's request is another one when an event of one user refreshes the pages of all.
    """
    if not (app.is_started and _in_task() and context.slot_stack):
        return None
    client = context.client
    scope = client.environ["asgi.scope"] if client.environ else client.request.scope
    found: Optional[Request] = scope.get("libstauth")
    if found is None:
        raise NoRequest("this page came without libstauth: call libstauth.nicegui.init_app() first", "no_request_bound")
    return found


def _in_task() -> bool:
    """NiceGUI knows its pages by task. All threads together are one to it."""
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


current.finders.append(_find)
