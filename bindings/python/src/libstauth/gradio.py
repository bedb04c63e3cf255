"""Gradio: `auth = libstauth.gradio.init_app(app)`. Then `libstauth.user` works in event handlers, which the queue
runs."""

from __future__ import annotations

from typing import Optional

from gradio.context import LocalContext

from libstauth import current
from libstauth.asgi import access_token, refresh_user
from libstauth.errors import NoRequest
from libstauth.fastapi import init_app
from libstauth.request import Request

# For the FastAPI application passed to gr.mount_gradio_app().
__all__ = ["access_token", "init_app", "refresh_user"]


def _find(here: Optional[Request]) -> Optional[Request]:
    """The request that put this event into the queue. The context holds that of whoever started the queue."""
    event = LocalContext.request.get(None)
    if event is None:
        return None
    found: Optional[Request] = event.request.scope.get("libstauth") if event.request else None
    if found is None:
        raise NoRequest("libstauth did not see this event: call libstauth.gradio.init_app() first", "no_request_bound")
    # Without an id it bypasses the queue, or is a batch, of which Gradio names only the first user.
    if LocalContext.event_id.get(None) is None and found is not here:
        raise NoRequest("each event of a batch has its own user: use batch=False", "no_request_bound")
    return found


current.finders.append(_find)
