"""What the sites have in common: who may see what, and a provider inside of the process."""

from __future__ import annotations

import os

import libstauth.testing

PREFIX = os.environ.get("SITE_PREFIX", "")  # where the browser sees the site
OPEN = ["/health", "/static/"]
GATE = {"require_login": True, "open_paths": OPEN}

auth = libstauth.testing.App(f"http://localhost:8501{PREFIX}/oauth2callback")
COOKIE = "; ".join(f"{name}={value}" for name, value in auth.sign_in(name="Ada").items())


def page(path: str) -> str:
    """What is at a path. The one that gives a session to the test is open."""
    return COOKIE if path == "/static/cookie" else f"the page {path}"
