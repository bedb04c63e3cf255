"""WebSockets: the user is the one of the handshake."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import cookie_header
from exchange import ORIGIN, ClockedApp, exchange, scope_of

import libstauth
import libstauth.testing
from libstauth.asgi import Middleware

App = libstauth.testing.App
CONNECT = {"type": "websocket.connect"}
REFUSED = [{"type": "websocket.close", "code": 1008, "reason": ""}]


async def tell_user(scope: Any, receive: Any, send: Any) -> None:
    """Says who the user is at the handshake, and at each message."""
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept", "subprotocol": "x", "headers": [(b"x", b"y")]})
    await send({"type": "websocket.send", "text": str(scope["libstauth"].user.get("sub"))})
    while (await receive())["type"] == "websocket.receive":
        await asyncio.sleep(0)
        await send({"type": "websocket.send", "text": str(libstauth.user.get("sub"))})


def connect(app: Any, *, target: str = "/ws", **headers: str) -> list[dict[str, Any]]:
    message = {"type": "websocket.receive", "text": "who?"}
    return asyncio.run(exchange(app, scope_of(target, kind="websocket", **headers), CONNECT, message))


def told(sent: list[dict[str, Any]]) -> list[str]:
    assert sent[0]["type"] == "websocket.accept" and sent[0]["subprotocol"] == "x"
    return [message["text"] for message in sent[1:]]


@pytest.mark.parametrize("upgrade", [{}, {"Upgrade": "websocket"}], ids=["HTTP/2", "HTTP/1.1"])
@pytest.mark.parametrize(("origin", "expected"), [
    (ORIGIN, "ada"),
    (None, "ada"),
    ("https://evil.example", "None"),
    ("http://localhost:8502", "None"),
    ("null", "None"),
    ("", "None"),
])  # fmt: skip
def test_user_is_of_the_handshake(auth: App, ada: str, upgrade: Any, origin: Any, expected: str) -> None:
    headers = {"Cookie": ada, **({} if origin is None else {"Origin": origin}), **upgrade}
    assert told(connect(Middleware(tell_user, auth), **headers)) == [expected] * 2
    assert told(connect(Middleware(tell_user, auth), Origin=ORIGIN)) == ["None"] * 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize("call", [libstauth.login, libstauth.logout])
def test_login_and_logout_raise(when: str, cached: bool, call: Any) -> None:
    """There is no redirect to send. Where the provider is not cached, it must not wait to say so."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if when == "after":
            await send({"type": "websocket.accept"})
        with pytest.raises(libstauth.StauthError) as caught:
            call()
        assert caught.value.code == ("websocket_handshake" if when == "before" else "out_of_sequence")
        if when == "before":
            await send({"type": "websocket.accept"})

    with App() as auth:
        if cached:
            auth.preload()
        cookie = cookie_header(auth.sign_in()) if cached else "x=y"
        assert connect(Middleware(app, auth), Origin=ORIGIN, Cookie=cookie)[0]["type"] == "websocket.accept"


def test_uncaught_error_closes(auth: App) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        libstauth.login()

    assert connect(Middleware(app, auth), Origin=ORIGIN) == REFUSED


def test_renewal_at_the_handshake() -> None:
    with ClockedApp(settings={"auth.idle_timeout": "1h"}) as auth:
        cookie = cookie_header(auth.sign_in(sub="ada"))
        auth.offset = 40 * 60
        accept = connect(Middleware(tell_user, auth), Cookie=cookie, Origin=ORIGIN)[0]
        assert accept["headers"][0] == (b"x", b"y")
        (renewed,) = [value.decode() for name, value in accept["headers"] if name == b"set-cookie"]
        auth.offset = 80 * 60
        both = f"{cookie}; {renewed.partition(';')[0]}"
        assert told(connect(Middleware(tell_user, auth), Cookie=both)) == ["ada"] * 2
        assert told(connect(Middleware(tell_user, auth), Cookie=cookie)) == ["None"] * 2


def test_gate(auth: App, ada: str) -> None:
    app = Middleware(tell_user, auth, require_login=True, open_paths=["/open"])
    assert connect(app, Origin=ORIGIN) == REFUSED
    assert connect(app, Origin=ORIGIN, Accept="text/html", Sec_Fetch_Mode="navigate") == REFUSED
    assert connect(app, Origin="https://evil.example", Cookie=ada) == REFUSED
    assert told(connect(app, Origin=ORIGIN, Cookie=ada)) == ["ada"] * 2
    assert told(connect(app, target="/open", Origin=ORIGIN)) == ["None"] * 2


def test_own_paths_are_no_websockets(auth: App, ada: str) -> None:
    app = Middleware(lambda *_: pytest.fail("the application was asked"), auth)
    for target in ("/auth/login", "/auth/logout", "/oauth2callback?state=x&code=y"):
        assert connect(app, target=target, Origin=ORIGIN, Cookie=ada) == REFUSED
