"""A site whose provider is elsewhere: STAUTH_SECRETS names its settings."""

from __future__ import annotations

from typing import Any

import libstauth.wsgi


def page(environ: Any, start_response: Any) -> list[bytes]:
    if environ["PATH_INFO"] == "/login":
        libstauth.login()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(libstauth.user.get("sub")).encode()]


application = libstauth.wsgi.Middleware(page)
