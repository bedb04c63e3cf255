"""require_login=True, the same in WSGI, ASGI and Django."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from exchange import (
    ORIGIN,
    PLAIN,
    Answer,
    environ_of,
    respond,
    return_page,
    scope_of,
    serve_asgi,
    serve_wsgi,
    visit,
)

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
    ({"require_login": True, "open_paths": ["/a/../b"]}, ValueError),
    ({"require_login": True, "open_paths": ["/a//b"]}, ValueError),
    ({"require_login": True, "open_paths": ["/%C3%BCber"]}, ValueError),
    ({"require_login": True, "open_paths": ["/a\\b"]}, ValueError),
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


@pytest.mark.parametrize("path", [
    "/static/%252e%252e/admin", "/static/%252fadmin", "/static/..;/admin", "/static/..;x=1/admin", "/static/;x/a",
    "/static/%ff", "/static/%c0%ae%c0%ae/admin", "/static/%ed%a0%80", "/static/a%00b", "/static/%0a", "/static/%7f",
    "/static/.%20/a", "/static/%20/admin", "/static/.../admin",
])  # fmt: skip
def test_what_can_be_read_in_two_ways_is_closed(serve: Serve, path: str) -> None:
    assert serve(path).status == 401


@pytest.mark.parametrize("path", ["/static/a..b", "/static/...a", "/static/a;b=..", "/static/100%25", "/static/%25zz"])
def test_what_only_looks_odd_is_open(serve: Serve, path: str) -> None:
    assert serve(path).status == 200


# ---- Prefixes -------------------------------------------------------------------------------------------------------


def load_wsgi(app: App, prefix: str, path: str, **options: Any) -> Answer:
    def page(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", PLAIN)
        return [b"page"]

    environ = environ_of(path, Sec_Fetch_Mode="navigate") | {"SCRIPT_NAME": prefix}
    # Old servers check neither the path nor the prefix.
    return serve_wsgi(libstauth.wsgi.Middleware(page, app, require_login=True, **options), environ, lambda app: app)


def load_asgi(app: App, prefix: str, path: str, **options: Any) -> Answer:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, b"page")

    scope = scope_of(path, Sec_Fetch_Mode="navigate") | {"root_path": prefix}
    return asyncio.run(serve_asgi(libstauth.asgi.Middleware(page, app, require_login=True, **options), scope))


@pytest.fixture(scope="module")
def mounted() -> Iterator[App]:
    """Its site is below /app, as browsers see it."""
    with App("http://localhost:8501/app/oauth2callback") as app:
        yield app


@pytest.mark.parametrize(("load", "prefix", "path"), [
    (load_wsgi, "/app", "/a%20b?x=1"),
    (load_wsgi, "/app/", "/a%20b?x=1"),
    (load_wsgi, "app", "/a%20b?x=1"),
    (load_wsgi, "", "/app/a%20b?x=1"),
    (load_asgi, "/app", "/app/a%20b?x=1"),
    (load_asgi, "/app/", "/app/a%20b?x=1"),
    (load_asgi, "/app", "/a%20b?x=1"),
    (load_asgi, "", "/app/a%20b?x=1"),
])  # fmt: skip
def test_return_page_is_the_one_that_the_browser_sees(mounted: App, load: Any, prefix: str, path: str) -> None:
    assert return_page(mounted, load(mounted, prefix, path), "/app/oauth2callback") == "/app/a%20b?x=1"
    assert load(mounted, prefix, path.replace("a%20b", "oauth2callback")).status == 400, "the library's own path"


def test_prefix_that_the_browser_does_not_see_makes_no_own_path(mounted: App) -> None:
    assert load_wsgi(mounted, "/other", "/oauth2callback").is_login
    assert load_asgi(mounted, "/app", "/apple/oauth2callback").is_login


@pytest.mark.parametrize("load", [load_wsgi, load_asgi])
def test_open_paths_are_those_below_the_prefix(mounted: App, load: Any) -> None:
    options = {"open_paths": ["/static/", "/app/static/"]}
    whole = "/app/static/a" if load is load_asgi else "/static/a"
    assert load(mounted, "/app", whole, **options).body == b"page"
    assert load(mounted, "/static", "/static/admin" if load is load_asgi else "/admin", **options).is_login


@pytest.mark.parametrize(("root", "path"), [
    ("/app", "/app/static/a"), ("/admin", "/admin/static/a"), ("/stat", "/static/a"), ("/x", "/static/x/admin"),
])  # fmt: skip
def test_unknown_use_of_root_path_is_closed(mounted: App, root: str, path: str) -> None:
    """Some applications cut root_path off the path, some do not, and some cut at any place."""
    assert load_asgi(mounted, root, path, open_paths=["/static/"]).is_login


def test_start_page_without_its_slash(mounted: App) -> None:
    assert load_wsgi(mounted, "/app", "", open_paths=["/"]).body == b"page"
    assert load_wsgi(mounted, "/app", "", open_paths=["/static/"]).is_login


@pytest.mark.parametrize("load", [load_wsgi, load_asgi])
@pytest.mark.parametrize("path", ["*", "http://localhost/static/a", "static/a"])
def test_targets_that_are_no_path_are_closed(mounted: App, load: Any, path: str) -> None:
    assert load(mounted, "", path, open_paths=["/static/"]).is_login
