"""Dash: `auth = libstauth.dash.init_app(app)`. Then `libstauth.user` works in callbacks and in layout functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

from dash import Dash

from libstauth import flask
from libstauth.app import App, Path
from libstauth.flask import access_token, refresh_user

__all__ = ["access_token", "init_app", "refresh_user"]


def init_app(
    app: Dash, auth: Union[App, Path, None] = None, *, require_login: bool = False, open_paths: Sequence[str] = ()
) -> App:
    """`libstauth.flask.init_app` for Dash's server, and sets `suppress_callback_exceptions`. Call it before
    `app.layout` is set."""
    # Without it Dash calls the layouts once, outside a request or in the first one, and sends the result to all users.
    app.config.suppress_callback_exceptions = True
    return flask.init_app(app.server, auth, require_login=require_login, open_paths=open_paths)
