"""Tasks and threads that share a request while one of them waits for the provider: none stops the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from conftest import cookie_header
from exchange import SlowProvider, respond, scope_of, serve_asgi

import libstauth
import libstauth.asgi
import libstauth.testing

App = libstauth.testing.App


@pytest.fixture
def auth() -> Iterator[App]:
    with App(settings={"auth.expose_tokens": "access"}) as app:
        yield app


@pytest.fixture
def cookie(auth: App) -> str:
    return cookie_header(auth.sign_in(sub="ada"))


class Watchdog:
    """Lets the provider answer after a while in any case, so that a blocked event loop shows as a failure."""

    def __init__(self, provider: SlowProvider) -> None:
        self._provider, self.was_needed = provider, False
        self._timer = threading.Timer(5, self._end)

    def _end(self) -> None:
        self.was_needed = True
        self._provider.go.set()

    def __enter__(self) -> Watchdog:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._provider.go.set()


def test_other_task_reads_the_user(auth: App, cookie: str) -> None:
    provider = SlowProvider(auth)

    async def page(_scope: object, _receive: object, send: object) -> None:
        refresh = asyncio.create_task(libstauth.asgi.refresh_user())
        await asyncio.to_thread(provider.asked.wait, 30)
        assert libstauth.user.is_logged_in and libstauth.user["sub"] == "ada"
        provider.go.set()
        await refresh
        await respond(send, libstauth.user["sub"].encode())

    with Watchdog(provider) as watchdog:
        answer = asyncio.run(serve_asgi(libstauth.asgi.Middleware(page, auth), scope_of("/", Cookie=cookie)))
        assert answer.body == b"ada" and not watchdog.was_needed


def test_page_that_waits_no_longer(auth: App, cookie: str) -> None:
    """Its response waits for the tokens' cookie; the other requests do not."""
    provider = SlowProvider(auth)
    ticks = 0

    async def clock() -> None:
        nonlocal ticks
        while ticks < 20:
            await asyncio.sleep(0.01)
            ticks += 1
        provider.go.set()

    async def page(_scope: object, _receive: object, send: object) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(libstauth.asgi.refresh_user(), 0.1)
        ticking = asyncio.create_task(clock())
        await respond(send)
        await ticking

    with Watchdog(provider) as watchdog:
        answer = asyncio.run(serve_asgi(libstauth.asgi.Middleware(page, auth), scope_of("/", Cookie=cookie)))
        assert answer.status == 200 and "_tokens-" in answer["Set-Cookie"] and not watchdog.was_needed


def test_call_that_cannot_wait(auth: App, cookie: str) -> None:
    """On the event loop it fails at once; in a thread it waits for its turn."""
    provider = SlowProvider(auth)

    async def main(request: libstauth.Request) -> None:
        refresh = asyncio.create_task(asyncio.to_thread(request.refresh))
        await asyncio.to_thread(provider.asked.wait, 30)
        with pytest.raises(libstauth.InvalidArgument, match="another task of this request"):
            request.is_fresh(60)
        waiting = asyncio.create_task(asyncio.to_thread(request.is_fresh, 60))
        provider.go.set()
        await refresh
        assert await waiting is False

    with auth.request("GET", "/", [("Cookie", cookie)]) as request, Watchdog(provider) as watchdog:
        assert not request.begin()
        asyncio.run(main(request))
        assert not watchdog.was_needed
