"""require_login=True, the same in WSGI, ASGI and Django."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from exchange import ORIGIN, Answer, environ_of, return_page, serve_wsgi, visit

import libstauth
import libstauth.asgi
import libstauth.testing
import libstauth.wsgi

App = libstauth.testing.App
OPEN = ["/health", "/static/", "/über"]
Serve = Callable[..., Answer]


@pytest.fixture(params=["wsgi", "asgi"])
def serve(request: pytest.FixtureRequest, auth: App) -> Serve:
    """One request to an application of which only OPEN is open."""

    def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"page"]

    async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    gate: Any = {"require_login": True, "open_paths": OPEN}
    if request.param == "asgi":
        app = libstauth.asgi.Middleware(asgi_app, auth, **gate)
        return lambda target, method="GET", **headers: visit(app, target, method=method, **headers)
    wsgi = libstauth.wsgi.Middleware(wsgi_app, auth, **gate)
    return lambda target, method="GET", **headers: serve_wsgi(wsgi, environ_of(target, method, **headers))


@pytest.mark.parametrize("headers", [
    {"Sec_Fetch_Mode": "navigate", "Accept": "*/*"},
    {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
], ids=["Sec-Fetch-Mode", "Accept"])  # fmt: skip
def test_page_load_is_sent_to_login(auth: App, serve: Serve, headers: Any) -> None:
    answer = serve("/report?id=3", **headers)
    assert answer.is_login and return_page(auth, answer) == "/report?id=3"


@pytest.mark.parametrize(("method", "headers"), [
    ("GET", {"Sec_Fetch_Mode": "cors", "Accept": "text/html"}),
    ("GET", {"Sec_Fetch_Mode": "no-cors", "Accept": "image/png"}),
    ("GET", {"Accept": "application/json"}),
    ("GET", {}),
    ("POST", {"Sec_Fetch_Mode": "navigate", "Accept": "text/html", "Origin": ORIGIN}),
    ("HEAD", {"Sec_Fetch_Mode": "navigate", "Accept": "text/html"}),
    ("DELETE", {"Accept": "text/html"}),
])  # fmt: skip
def test_all_else_gets_401(serve: Serve, method: str, headers: Any) -> None:
    answer = serve("/report", method, **headers)
    assert answer.status == 401 and "Location" not in answer and "Set-Cookie" not in answer
    assert b"page" not in answer.body and answer["Cache-Control"] == "no-store"


def test_signed_in(serve: Serve, ada: str) -> None:
    for method in ("GET", "POST"):
        assert serve("/report", method, Cookie=ada).body == b"page"
    assert serve("/report", Cookie=ada.replace("=", "=x")).status == 401


@pytest.mark.parametrize("path", ["/health", "/health?x=1", "/static/", "/static/a/b.css", "/static/a/", "/%C3%BCber"])
def test_open(serve: Serve, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        assert serve(path, method).status == 200


@pytest.mark.parametrize("path", [
    "/", "/healthy", "/health/", "/health/x", "/Health", "/static", "/statics/a", "/admin?/static/", "/admin;/static/",
    "/static/../admin", "/static/..", "/static/../", "/static/%2e%2e/admin", "/static/..%2Fadmin", "/static//admin",
    "/static/./../admin", "/static/x/../../admin", "/static/..\\admin", "/static/%5c..%5cadmin", "//static/a",
    "/./static/a", "/x/../static/a", "/static/a/..", "/static/.", "/%2fhealth", "/health%00", "/uber",
])  # fmt: skip
def test_closed(serve: Serve, path: str) -> None:
    assert serve(path).status in (400, 401)
    assert serve(path, Sec_Fetch_Mode="navigate").body != b"page"


def test_own_paths_are_open(serve: Serve, ada: str) -> None:
    assert serve("/auth/login").is_login
    assert serve("/oauth2callback").status == 400
    assert serve("/auth/logout", "POST", Cookie=ada, Origin=ORIGIN).status == 303


@pytest.mark.parametrize(("options", "kind"), [
    ({"require_login": True, "open_paths": "/health"}, TypeError),
    ({"require_login": True, "open_paths": ["health"]}, ValueError),
    ({"open_paths": ["/health"]}, ValueError),
])  # fmt: skip
def test_wrong_options(auth: App, options: Any, kind: type[Exception]) -> None:
    for middleware in (libstauth.wsgi.Middleware, libstauth.asgi.Middleware):
        with pytest.raises(kind, match="open_paths"):
            middleware(lambda *_: [], auth, **options)


def test_root_alone(auth: App) -> None:
    """ "/" as an open path is the start page, not all below it."""

    def page(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    app = libstauth.wsgi.Middleware(page, auth, require_login=True, open_paths=["/"])
    assert serve_wsgi(app, environ_of("/")).status == 200
    assert serve_wsgi(app, environ_of("/x")).status == 401
