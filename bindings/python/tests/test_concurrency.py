"""Threads, greenlets and tasks: nobody sees the user of another, and nobody waits for the login of another."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import cookie_header, run_python
from exchange import (
    PLAIN,
    Answer,
    SlowProvider,
    asgi_login,
    asgi_page,
    environ_of,
    respond,
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


def test_threads_do_not_mix_users(auth: App) -> None:
    headers = {name: cookie_header(auth.sign_in(sub=name)) for name in ("ada", "bob", "eve")}
    meeting = threading.Barrier(6)

    def app(environ: Any, start_response: Any) -> Any:
        meeting.wait(30)
        before = libstauth.user.get("sub")
        start_response("200 OK", PLAIN)
        yield b""
        meeting.wait(30)
        yield f"{before} {libstauth.user.get('sub')}".encode()

    middleware = libstauth.wsgi.Middleware(app, auth)

    def ask(name: str) -> None:
        environ = environ_of("/", Cookie=headers.get(name, "x=y"))
        expected = name if name in headers else "None"
        assert serve_wsgi(middleware, environ).body.decode() == f"{expected} {expected}"

    with ThreadPoolExecutor(6) as threads:
        for _ in range(20):
            list(threads.map(ask, ["ada", "bob", "eve", "nobody", "ada", "nobody"]))


def test_interleaved_on_one_thread(auth: App, ada: str) -> None:
    """A server may take a piece of each response in turn."""

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", PLAIN)
        for _ in range(3):
            yield str(libstauth.user.get("sub")).encode()

    responses = [
        iter(libstauth.wsgi.Middleware(app, auth)(environ_of("/", Cookie=cookie), lambda *_: lambda _: None))
        for cookie in (ada, "x=y", ada)
    ]
    for _ in range(3):
        assert [next(response) for response in responses] == [b"ada", b"None", b"ada"]
    with pytest.raises(libstauth.NoRequest):
        libstauth.user.get("sub")


def test_waiting_login_holds_up_nobody_else(ada: str) -> None:
    with App() as auth, ThreadPoolExecutor(1) as threads:
        provider = SlowProvider(auth)
        waiting = threads.submit(serve_wsgi, libstauth.wsgi.Middleware(wsgi_login, auth), environ_of("/"))
        assert provider.asked.wait(30)
        assert serve_wsgi(libstauth.wsgi.Middleware(wsgi_page, auth), environ_of("/")).body == b"None"
        assert not waiting.done()
        provider.go.set()
        assert waiting.result(30).is_login


GREENLETS = """
from gevent import monkey; monkey.patch_all()
import gevent, gevent.event, http.client
from gevent.pywsgi import WSGIServer
import libstauth, libstauth.testing, libstauth.wsgi

auth = libstauth.testing.App()
names = ["ada", "bob", "eve", "None"] * 5
cookies = {name: "; ".join("=".join(pair) for pair in auth.sign_in(sub=name).items()) for name in names[:3]}
arrived, all_here = [], gevent.event.Event()

def app(environ, start_response):
    before = str(libstauth.user.get("sub"))
    arrived.append(before)
    if len(arrived) == len(names):
        all_here.set()
    assert all_here.wait(30)
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield f"{before} {libstauth.user.get('sub')}".encode()

def ask(name):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.request("GET", "/", headers={"Cookie": cookies.get(name, "x=y")})
    assert connection.getresponse().read().decode() == f"{name} {name}"
    connection.close()

server = WSGIServer(("127.0.0.1", 0), libstauth.wsgi.Middleware(app, auth), log=None)
server.start()
gevent.joinall([gevent.spawn(ask, name) for name in names], raise_error=True, timeout=60)
assert sorted(arrived) == sorted(names)
server.stop()
"""


def test_greenlets_do_not_mix_users() -> None:
    pytest.importorskip("gevent")
    run_python(GREENLETS)


# ---- ASGI -----------------------------------------------------------------------------------------------------------


async def serve_meanwhile(auth: App, provider: SlowProvider, slow: Any) -> Answer:
    """The answer of `slow`, while which waits for its provider the loop answers another request."""
    waiting = asyncio.create_task(slow)
    assert await asyncio.to_thread(provider.asked.wait, 30)
    for _ in range(3):
        assert (await serve_asgi(libstauth.asgi.Middleware(asgi_page, auth), scope_of("/other"))).status == 200
    assert not waiting.done()
    provider.go.set()
    return await waiting


@pytest.mark.parametrize("target", ["/page", "/auth/login"], ids=["login()", "own path"])
def test_login_holds_up_nobody_else(target: str) -> None:
    with App() as auth:
        slow = serve_asgi(libstauth.asgi.Middleware(asgi_login, auth), scope_of(target))
        answer = asyncio.run(serve_meanwhile(auth, SlowProvider(auth), slow))
        assert answer.is_login


def test_gate_holds_up_nobody_else() -> None:
    with App() as auth:
        closed = libstauth.asgi.Middleware(asgi_page, auth, require_login=True)
        slow = serve_asgi(closed, scope_of("/page", Sec_Fetch_Mode="navigate"))
        assert asyncio.run(serve_meanwhile(auth, SlowProvider(auth), slow)).is_login


def test_callback_holds_up_nobody_else() -> None:
    with App() as auth:
        app = libstauth.asgi.Middleware(asgi_page, auth)
        start = visit(app, "/auth/login")
        query = dict(pair.split("=") for pair in start["location"].partition("?")[2].split("&"))
        code = auth._provider.authorize(query["nonce"], {"sub": "ada"})
        target = f"/oauth2callback?state={query['state']}&code={code}&iss={libstauth.testing.ISSUER}"
        slow = serve_asgi(app, scope_of(target, Cookie=start["set-cookie"].partition(";")[0]))
        answer = asyncio.run(serve_meanwhile(auth, SlowProvider(auth), slow))
        assert (answer.status, answer["location"]) == (302, "/")


def test_cancelled_while_it_waits() -> None:
    """A client that hangs up, while the library is in the middle of its request on another thread."""

    async def hang_up(auth: App, provider: SlowProvider, target: str) -> None:
        task = asyncio.create_task(serve_asgi(libstauth.asgi.Middleware(asgi_login, auth), scope_of(target)))
        assert await asyncio.to_thread(provider.asked.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        provider.go.set()

    for target in ("/page", "/auth/login"):
        with App() as auth:
            asyncio.run(hang_up(auth, SlowProvider(auth), target))
            assert visit(libstauth.asgi.Middleware(asgi_login, auth), target).is_login


def test_tasks_do_not_mix_users(auth: App) -> None:
    headers = {name: cookie_header(auth.sign_in(sub=name)) for name in ("ada", "bob")} | {"None": "x=y"}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen = [libstauth.user.get("sub")]
        await asyncio.sleep(0)
        seen.append(await asyncio.create_task(look()))
        seen.append(await asyncio.to_thread(libstauth.user.get, "sub"))
        seen.extend(await asyncio.gather(look(), look()))
        await respond(send, " ".join(map(str, seen)).encode())

    async def look() -> Any:
        await asyncio.sleep(0)
        return libstauth.user.get("sub")

    async def ask(name: str) -> None:
        answer = await serve_asgi(libstauth.asgi.Middleware(app, auth), scope_of("/", Cookie=headers[name]))
        assert answer.body.decode().split() == [name] * 5

    async def ask_all() -> None:
        await asyncio.gather(*(ask(name) for name in list(headers) * 30))
        with pytest.raises(libstauth.NoRequest):
            libstauth.user.get("sub")

    asyncio.run(ask_all())


def test_task_that_outlives_its_request(auth: App, ada: str) -> None:
    """It keeps the user it took along. But it is nobody's request any more."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["task"] = asyncio.create_task(look_later(scope["libstauth"], scope["over"]))
        await asgi_page(scope, receive, send)

    async def look_later(request: libstauth.Request, over: asyncio.Event) -> Any:
        await over.wait()
        with pytest.raises(libstauth.NoRequest):
            libstauth.user.get("sub")
        with pytest.raises(libstauth.NoRequest):
            libstauth.login()
        return request.user.sub

    async def ask() -> Any:
        scope = {**scope_of("/", Cookie=ada), "over": asyncio.Event()}
        await serve_asgi(libstauth.asgi.Middleware(app, auth), scope)
        scope["over"].set()
        return await scope["task"]

    assert asyncio.run(ask()) == "ada"
