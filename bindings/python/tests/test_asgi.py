"""libstauth.asgi: whose response it is, who the user is while it is made, and that the event loop goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import cookie_header
from exchange import (
    ORIGIN,
    ClockedApp,
    asgi_login,
    asgi_page,
    exchange,
    failing,
    respond,
    return_page,
    scope_of,
    serve_asgi,
    visit,
)

import libstauth
import libstauth.testing
from libstauth.asgi import Middleware

App = libstauth.testing.App


# ---- Whose response it is -------------------------------------------------------------------------------------------


def test_page(auth: App, ada: str) -> None:
    answer = visit(Middleware(asgi_page, auth), Cookie=ada)
    assert (answer.status, answer.body, answer.headers) == (
        200,
        b"ada",
        [("content-type", "text/plain"), ("vary", "Cookie")],
    )
    assert visit(Middleware(asgi_page, auth)).body == b"None"


def test_request_in_scope(auth: App, ada: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["libstauth"].user.sub == libstauth.user.sub == "ada" and scope["libstauth"].app is auth
        await asgi_page(scope, receive, send)

    assert visit(Middleware(app, auth), Cookie=ada).status == 200


def test_own_paths(auth: App, ada: str) -> None:
    app = Middleware(lambda *_: pytest.fail("the application was asked"), auth)
    assert visit(app, "/auth/login").is_login
    page = visit(app, "/auth/logout", Cookie=ada)
    assert page.status == 200 and b"<form" in page.body and page["content-length"] == str(len(page.body))
    assert visit(app, "/oauth2callback").status == 400


def test_logout(auth: App, ada: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["libstauth"].login_later()
        libstauth.logout()
        await asgi_page(scope, receive, send)

    answer = visit(Middleware(app, auth), method="POST", Cookie=ada, Origin=ORIGIN)
    assert (answer.status, answer["location"], b"None" in answer.body) == (303, "/", False)


@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize("starts", [False, True])
def test_login_replaces_the_page(cached: bool, starts: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        libstauth.login()
        if starts:
            await respond(send, b"page", b"page")

    with App() as auth:
        if cached:
            auth.preload()
        answer = visit(Middleware(app, auth), "/deep?x=1")
        assert answer.is_login and "content-type" not in answer and b"page" not in answer.body
        assert return_page(auth, answer) == "/deep?x=1"


def test_last_call_counts(auth: App) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["libstauth"].login_later("nobody")
        libstauth.login()
        await respond(send)

    auth.preload()
    assert visit(Middleware(app, auth)).is_login


def test_login_in_a_thread() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.to_thread(libstauth.login)
        assert scope["libstauth"].status == 302, "there was no reason to wait"
        await respond(send, b"page")

    with App() as auth:
        assert visit(Middleware(app, auth)).is_login


def test_late_login_fails_and_page_stands(auth: App) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for call in (libstauth.login, libstauth.logout):
            with pytest.raises(libstauth.InvalidArgument, match="comes too late"):
                call()
        await send({"type": "http.response.body", "body": b"stands"})

    answer = visit(Middleware(app, auth))
    assert (answer.status, answer.body, answer.headers) == (200, b"stands", [])


def test_renewal_is_added_to_the_page() -> None:
    with ClockedApp(settings={"auth.idle_timeout": "1h"}) as auth:
        cookie = cookie_header(auth.sign_in(sub="ada"))
        auth.offset = 40 * 60
        answer = visit(Middleware(asgi_page, auth), Cookie=cookie)
        assert answer["content-type"] == "text/plain" and answer.body == b"ada"
        assert [answer[name] for name in ("cache-control", "vary")] == ["private", "Cookie"]
        auth.offset = 80 * 60
        renewed = answer["set-cookie"].partition(";")[0]
        assert visit(Middleware(asgi_page, auth), Cookie=f"{cookie}; {renewed}").body == b"ada"
        assert visit(Middleware(asgi_page, auth), Cookie=cookie).body == b"None"


def test_other_scopes_pass() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert await receive() == {"type": "lifespan.startup"}
        await send({"type": "lifespan.startup.complete"})

    with App() as auth:
        sent = asyncio.run(exchange(Middleware(app, auth), {"type": "lifespan"}, {"type": "lifespan.startup"}))
        assert sent == [{"type": "lifespan.startup.complete"}]


# ---- Errors ---------------------------------------------------------------------------------------------------------


def test_uncaught_error_is_a_response(auth: App) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        libstauth.login("nobody")

    answer = visit(Middleware(app, auth))
    assert (answer.status, answer["cache-control"]) == (404, "no-store") and b"provider_unknown" in answer.body
    with failing(App()) as down:
        assert visit(Middleware(asgi_login, down)).status == 502, "seen when the application starts its page"


def test_uncaught_error_after_the_start(auth: App) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        libstauth.login()

    with pytest.raises(libstauth.InvalidArgument, match="comes too late"):
        visit(Middleware(app, auth))


def test_other_exceptions_pass(auth: App) -> None:
    scope = scope_of("/")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(serve_asgi(Middleware(app, auth), scope))
    assert scope["libstauth"].closed
