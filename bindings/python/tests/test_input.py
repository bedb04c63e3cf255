"""What the middlewares tell the library about a request: its target, its body, its method."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

import pytest
from exchange import (
    ORIGIN,
    PATHS,
    PLAIN,
    asgi_login,
    asgi_page,
    environ_of,
    exchange,
    return_page,
    scope_of,
    serve_asgi,
    serve_wsgi,
    visit,
    wsgi_login,
    wsgi_page,
)

import libstauth
import libstauth.asgi
import libstauth.testing
import libstauth.wsgi

App = libstauth.testing.App


# ---- WSGI -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["RAW_URI", "REQUEST_URI", None])
def test_target_of_wsgi(auth: App, path: str, name: Optional[str]) -> None:
    """A login comes back to the page as the browser knew it, if the server tells."""
    environ = environ_of(path) | ({name: path} if name else {})
    back = return_page(auth, serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), environ))
    assert back == (path if name else path.replace("%2F", "/").replace("%2fb?", "/b"))


@pytest.mark.parametrize("raw", ["/other", "http://evil.example/page", "*", "/page%00", "page", "", "/pa%67e#x"])
def test_target_that_is_not_the_path_of_wsgi(auth: App, raw: str) -> None:
    """Something in between has changed the path. The application's counts."""
    environ = environ_of("/page?x=1") | {"RAW_URI": raw, "REQUEST_URI": raw}
    assert return_page(auth, serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), environ)) == "/page?x=1"


def test_empty_path(auth: App) -> None:
    """PEP 3333 allows it for the start page of an application."""
    environ = environ_of("/") | {"PATH_INFO": "", "RAW_URI": ""}
    assert return_page(auth, serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), environ)) == "/"


def test_mounted_of_wsgi() -> None:
    with App("http://localhost:8501/app/oauth2callback") as auth:
        own, page = (environ_of(path) | {"SCRIPT_NAME": "/app"} for path in ("/auth/login", "/page"))
        assert serve_wsgi(libstauth.wsgi.Middleware(wsgi_page, auth), own).is_login
        start = serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), page)
        assert return_page(auth, start, "/app/oauth2callback") == "/app/page"


def test_login_form_of_wsgi(auth: App) -> None:
    app = libstauth.wsgi.Middleware(wsgi_page, auth)
    form = b"provider=default&return_to=%2Fx%3Fy%3D1"
    answer = serve_wsgi(app, environ_of("/auth/login", "POST", form, Origin=ORIGIN))
    assert answer.is_login and return_page(auth, answer) == "/x?y=1"
    answer = serve_wsgi(app, environ_of("/auth/login", "POST", b"provider=nobody", Origin=ORIGIN))
    assert answer.status == 404
    answer = serve_wsgi(app, environ_of("/auth/login", "POST", b"x" * (64 * 1024 + 1), Origin=ORIGIN))
    assert answer.status == 413 and b"too_large" in answer.body


@pytest.mark.parametrize("length", ["", "-1", "x", "99999999999999999999"])
def test_odd_content_length(auth: App, length: str) -> None:
    environ = environ_of("/auth/login", "POST", b"provider=default", Origin=ORIGIN) | {"CONTENT_LENGTH": length}
    responses: list[str] = []
    body: Any = libstauth.wsgi.Middleware(wsgi_page, auth)(environ, lambda status, *_: responses.append(status) or len)  # type: ignore
    body.close()
    assert responses == ["303 See Other"]


def test_application_reads_its_own_body(auth: App) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", PLAIN)
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    assert serve_wsgi(libstauth.wsgi.Middleware(app, auth), environ_of("/page", "POST", b"a=b")).body == b"a=b"


def test_head(auth: App) -> None:
    """A page that logs in begins nothing."""
    answer = serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), environ_of("/", "HEAD"))
    assert answer.status == 405 and answer.body == b"" and int(answer["Content-Length"]) >= 0
    assert "Set-Cookie" not in answer and "Location" not in answer
    answer = serve_wsgi(libstauth.wsgi.Middleware(wsgi_page, auth), environ_of("/auth/logout", "HEAD"))
    assert answer.body == b""


@pytest.mark.parametrize("header", ["Sec_Purpose", "Purpose", "X_Purpose", "X_Moz"])
@pytest.mark.parametrize("target", ["/", "/auth/login", "/oauth2callback?code=c&state=s"])
def test_prefetch(auth: App, header: str, target: str) -> None:
    """What a browser asks ahead of its user begins nothing, and is not kept for the visit."""
    app = libstauth.wsgi.Middleware(wsgi_login, auth)
    answer = serve_wsgi(app, environ_of(target, **{header: "prefetch"}))
    assert (answer.status, answer.body, answer["Cache-Control"]) == (503, b"", "no-store")
    assert "Set-Cookie" not in answer and "Location" not in answer


# ---- ASGI -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path.rstrip("?") for path in PATHS])
@pytest.mark.parametrize("tells", [False, True])
def test_target_of_asgi(auth: App, path: str, tells: bool) -> None:
    scope = scope_of(path)
    if not tells:
        del scope["raw_path"]
    answer = asyncio.run(serve_asgi(libstauth.asgi.Middleware(asgi_login, auth), scope))
    assert return_page(auth, answer) == (path if tells else path.replace("%2Fb", "/b").replace("%2fb", "/b"))


@pytest.mark.parametrize("raw", [b"/other", b"", None, b"/page?x=1", b"http://evil.example/page", b"/\xff"])
def test_target_that_is_not_the_path_of_asgi(auth: App, raw: Any) -> None:
    scope = {**scope_of("/page?x=1"), "raw_path": raw}
    answer = asyncio.run(serve_asgi(libstauth.asgi.Middleware(asgi_login, auth), scope))
    assert return_page(auth, answer) == "/page?x=1"


@pytest.mark.parametrize("path", ["/app/auth/login", "/auth/login"], ids=["ASGI", "older servers"])
def test_mounted_of_asgi(path: str) -> None:
    """ASGI has root_path in the path. Before, it was beside it."""
    with App("http://localhost:8501/app/oauth2callback") as auth:
        scope = {**scope_of("/app/auth/login"), "root_path": "/app", "path": path}
        assert asyncio.run(serve_asgi(libstauth.asgi.Middleware(asgi_page, auth), scope)).is_login


@pytest.mark.parametrize("path", ["/\udcff", "/\ud800", "/\0", ""])
def test_odd_path(auth: App, path: str) -> None:
    scope = {**scope_of("/"), "path": path}
    assert asyncio.run(serve_asgi(libstauth.asgi.Middleware(asgi_page, auth), scope)).status in (200, 400)


def test_login_form_of_asgi(auth: App) -> None:
    app, options = libstauth.asgi.Middleware(asgi_page, auth), {"method": "POST", "Origin": ORIGIN}
    options["Content_Type"] = "application/x-www-form-urlencoded"
    answer = visit(app, "/auth/login", b"provider=default&return_to=%2Fx%3Fy%3D1", **options)
    assert answer.is_login and return_page(auth, answer) == "/x?y=1"
    assert visit(app, "/auth/login", b"provider=nobody", **options).status == 404
    assert visit(app, "/auth/login", b"x" * (64 * 1024 + 1), **options).status == 413
    parts = [{"type": "http.request", "body": part, "more_body": True} for part in (b"provi", b"der=no", b"body")]
    sent = asyncio.run(exchange(app, scope_of("/auth/login", **options), *parts, {"type": "http.request"}))
    assert sent[0]["status"] == 404, "the pieces belong together"


def test_endless_form(auth: App) -> None:
    """No more is read than can be right."""
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 30_000, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 413) == 413

    headers = {"Origin": ORIGIN, "Content_Type": "application/x-www-form-urlencoded"}
    asyncio.run(libstauth.asgi.Middleware(asgi_page, auth)(scope_of("/auth/login", "POST", **headers), receive, send))
    assert taken == 3
