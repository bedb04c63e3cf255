"""A site for each way to build one on WSGI; the Host header names it."""

from __future__ import annotations

from typing import Any, Callable

import common
import django_site
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

import libstauth.flask
import libstauth.wsgi


class PrefixStripper:
    """What many sites have around them: the prefix is cut off the path."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        prefix, path = environ.get("HTTP_X_SCRIPT_NAME", ""), environ["PATH_INFO"]
        if prefix and path.startswith(prefix):
            environ |= {"SCRIPT_NAME": prefix, "PATH_INFO": path[len(prefix) :]}
        return self._app(environ, start_response)


def flask_site(
    inside: Callable[[Any], Any] = lambda app: app, outside: Callable[[Any], Any] = lambda app: app
) -> Callable[..., Any]:
    site = Flask(__name__, static_folder=None)
    site.url_map.merge_slashes = False
    site.add_url_rule("/", "start", lambda: common.page(request.path))
    site.add_url_rule("/<path:_>", "page", lambda _: common.page(request.path))
    site.wsgi_app = inside(site.wsgi_app)  # type: ignore[method-assign]
    libstauth.flask.init_app(site, common.auth, **common.GATE)  # type: ignore[arg-type]
    return outside(site)


def proxy_fix(app: Any) -> Any:
    return ProxyFix(app, x_prefix=1)


def bare(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [common.page(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")).encode()]


SITES: dict[str, Any] = {
    "bare": libstauth.wsgi.Middleware(bare, common.auth, **common.GATE),  # type: ignore[arg-type]
    "django": django_site.wsgi,
    "flask": flask_site(),
    "flask-in-proxyfix": flask_site(outside=proxy_fix),
    "flask-around-proxyfix": flask_site(inside=proxy_fix),
    "flask-around-stripper": flask_site(inside=PrefixStripper),
    "flask-in-stripper": flask_site(outside=PrefixStripper),
}


def application(environ: Any, start_response: Any) -> Any:
    return SITES[environ["HTTP_HOST"]](environ, start_response)
