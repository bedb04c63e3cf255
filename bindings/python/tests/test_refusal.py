"""What visitors see when the application does not catch an error: a page with a code. The rest is in the log."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

import pytest
from exchange import Answer, asgi_login, environ_of, failing, scope_of, serve_asgi, serve_wsgi, wsgi_login

import libstauth
import libstauth.asgi
import libstauth.testing
import libstauth.wsgi

App = libstauth.testing.App
Site = Callable[..., Answer]
PROVIDER = "provider.test"  # part of an address that only the site's operator needs to know


def by_wsgi(auth: App, **options: Any) -> Site:
    app = libstauth.wsgi.Middleware(wsgi_login, auth, **options)
    return lambda target, **headers: serve_wsgi(app, environ_of(target, **headers))


def by_asgi(auth: App, **options: Any) -> Site:
    app = libstauth.asgi.Middleware(asgi_login, auth, **options)
    return lambda target, **headers: asyncio.run(serve_asgi(app, scope_of(target, **headers)))


def by_flask(auth: App, own_page: bool = False, **options: Any) -> Site:
    pytest.importorskip("flask")
    from flask import Flask

    import libstauth.flask

    app = Flask(__name__)
    libstauth.flask.init_app(app, auth, **options)
    app.add_url_rule("/", "page", lambda: libstauth.flask.login())
    if own_page:
        app.register_error_handler(502, lambda error: (f"ours: {error.description} {error.__cause__.code}", 502))
    return lambda target, **headers: serve_wsgi(app, environ_of(target, **headers))


def by_fastapi(auth: App, **options: Any) -> Site:
    pytest.importorskip("fastapi")
    from fastapi import FastAPI

    import libstauth.fastapi

    app = FastAPI()
    libstauth.fastapi.init_app(app, auth, **options)
    app.get("/")(lambda: libstauth.fastapi.login())
    app.get("/soon")(libstauth.fastapi.login)
    return lambda target, **headers: asyncio.run(serve_asgi(app, scope_of(target, **headers)))


def is_reported(caplog: pytest.LogCaptureFixture) -> bool:
    """The operator has to know."""
    return any("uncaught" in line and PROVIDER in line for line in caplog.messages)


every_way = pytest.mark.parametrize("way", [by_wsgi, by_asgi, by_flask, by_fastapi])


@every_way
@pytest.mark.parametrize("options", [{}, {"require_login": True}], ids=["page", "gate"])
def test_login_that_fails(way: Any, options: Any, caplog: pytest.LogCaptureFixture) -> None:
    with failing(App()) as auth:
        answer = way(auth, **options)("/", Sec_Fetch_Mode="navigate")
    assert answer.status == 502 and answer["Content-Type"] == "text/html; charset=utf-8"
    assert b"<code>provider_unreachable</code>" in answer.body and answer["Cache-Control"] == "no-store"
    assert PROVIDER.encode() not in answer.body and b"uncaught" not in answer.body
    assert is_reported(caplog)


def test_page_of_the_application(caplog: pytest.LogCaptureFixture) -> None:
    with failing(App()) as auth:
        answer = by_flask(auth, own_page=True)("/")
    assert answer.status == 502 and answer.body.startswith(b"ours: ") and answer.body.endswith(b" provider_unreachable")
    assert PROVIDER.encode() not in answer.body
    assert is_reported(caplog)


@every_way
@pytest.mark.parametrize(("target", "code"), [("/" + "x" * 70_000, b"too_large"), ("/page", b"not_signed_in")])
def test_request_that_is_refused(auth: App, way: Any, target: str, code: bytes) -> None:
    answer = way(auth, require_login=True)(target)
    assert answer.status == {b"too_large": 413, b"not_signed_in": 401}[code]
    assert answer["Content-Type"].startswith("text/plain") and answer.body.endswith(code + b"\n")
    assert b"65536" not in answer.body and b"target" not in answer.body


@every_way
def test_those_who_are_turned_away_fill_no_log(auth: App, way: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert way(auth, require_login=True)("/").status == 401
    assert not caplog.records


def test_error_of_a_request_that_is_closed(auth: App) -> None:
    def page(environ: Any, start_response: Any) -> Any:
        environ["libstauth"].close()
        libstauth.login()

    answer = serve_wsgi(libstauth.wsgi.Middleware(page, auth), environ_of("/"))
    assert answer.status == 500 and answer.body == b"Internal Server Error\n\nno_request_bound\n"
