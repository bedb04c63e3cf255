"""Requests to an application without a server, under the rules of PEP 3333 and ASGI 3."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from ctypes import CFUNCTYPE, c_int64, c_void_p
from dataclasses import dataclass
from typing import Any, Callable, Optional
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import libstauth
import libstauth.testing
from libstauth._library import Library

ORIGIN = "http://localhost:8501"
_of_a_script = {"Accept": "application/json"}
PAGE_LOAD = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
PLAIN = [("Content-Type", "text/plain")]
UNTYPED = [("Content-Type", "none/none")]
PATHS = ["/", "/report?id=3&x=y", "/%C3%A4/%2Fb?name=a%20b", "/a%2fb?", "/a;b=1,2/~c(d)!", "/a%23b%3Fc", "/%E2%82%AC"]


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) == 1, (name, values)
        return values[0]

    def __contains__(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.headers)

    @property
    def is_login(self) -> bool:
        return self.status in (302, 303) and self["Location"].startswith(libstauth.testing.ISSUER + "/authorize?")


class SlowProvider:
    """Holds what it is asked until `go` is set."""

    def __init__(self, auth: libstauth.testing.App) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        self._answer = auth._provider._answer
        auth._provider._answer = self.answer  # type: ignore[method-assign]

    def answer(self, url: str, body: bytes) -> Optional[dict[str, Any]]:
        self.asked.set()
        assert self.go.wait(30)
        return self._answer(url, body)


class ClockedApp(libstauth.testing.App):
    """Its time stands still, `offset` seconds after it was made."""

    offset = 0

    def _finish(self, lib: Library, config: c_void_p) -> None:
        start = int(time.time())
        self._clock = CFUNCTYPE(c_int64, c_void_p)(lambda _: start + self.offset)
        lib.call(lib.st_config_set_clock, config, self._clock, None, None)
        super()._finish(lib, config)


def failing(auth: libstauth.testing.App) -> libstauth.testing.App:
    """Its provider is not reached."""
    auth._provider._answer = lambda url, body: None  # type: ignore[method-assign]
    return auth


def return_page(auth: libstauth.testing.App, answer: Answer, callback_path: str = "/oauth2callback") -> str:
    """Where a login that begins with this answer ends."""
    query = dict(pair.split("=") for pair in answer["Location"].partition("?")[2].split("&"))
    code = auth._provider.authorize(query["nonce"], {"sub": "user"})
    cookie = answer["Set-Cookie"].partition(";")[0]
    target = f"{callback_path}?state={query['state']}&code={code}&iss={libstauth.testing.ISSUER}"
    with auth.request("GET", target, [("Cookie", cookie)]) as callback:
        assert callback.begin() and callback.error is None, callback.error
        return dict(callback.headers)["Location"]


# ---- WSGI -----------------------------------------------------------------------------------------------------------


def environ_of(target: str, method: str = "GET", body: bytes = b"", **headers: str) -> dict[str, Any]:
    """Keyword `Sec_Fetch_Mode` is a header. Without any, it is the request of a script."""
    headers = _of_a_script | headers
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {"wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "REQUEST_METHOD": method}
    environ["SCRIPT_NAME"], environ["PATH_INFO"] = "", unquote_to_bytes(path).decode("latin-1")
    environ["QUERY_STRING"] = query
    setup_testing_defaults(environ)
    if headers.pop("Content_Type", None) or body:
        environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    return environ | {f"HTTP_{name.upper()}": value for name, value in headers.items()}


def serve_wsgi(app: Any, environ: dict[str, Any], check: Callable[[Any], Any] = validator) -> Answer:
    """What a server does, which insists on PEP 3333 on both sides unless another check is given."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    sent: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
        if exc_info and sent:
            raise exc_info[1]
        assert exc_info or not started, "start_response was called twice"
        started[:] = [(status, headers)]
        return sent.append

    def typed(environ: Any, start: Any) -> Any:
        """wsgiref wants a Content-Type even where nothing is sent, which PEP 3333 does not."""

        def start_typed(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            is_empty = status < "4" or ("Content-Length", "0") in headers
            return start(status, [*headers, *UNTYPED[:is_empty]], *more)

        return app(environ, start_typed)

    body = check(typed)(environ, start_response)
    try:
        sent.extend(body)
    finally:
        body.close()
    status, headers = started[0]
    return Answer(int(status[:3]), [header for header in headers if header not in UNTYPED], b"".join(sent))


def wsgi_page(environ: Any, start_response: Any) -> list[bytes]:
    """An application that says who the user is."""
    start_response("200 OK", PLAIN)
    return [str(libstauth.user.get("sub")).encode()]


def wsgi_login(environ: Any, start_response: Any) -> list[bytes]:
    """One that sends everyone to the provider."""
    libstauth.login()
    return wsgi_page(environ, start_response)


# ---- ASGI -----------------------------------------------------------------------------------------------------------


def scope_of(target: str, method: str = "GET", kind: str = "http", **headers: str) -> dict[str, Any]:
    headers = _of_a_script | headers
    path, _, query = target.partition("?")
    scope = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "method": method,
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    if kind == "websocket":
        del scope["method"]
    return scope


async def exchange(app: Any, scope: dict[str, Any], *received: dict[str, Any]) -> list[dict[str, Any]]:
    """All messages of the application. After the received ones, a WebSocket's client is gone, and others wait."""
    waiting, sent = list(received), []

    async def receive() -> dict[str, Any]:
        if not waiting and scope["type"] == "http":
            await asyncio.Event().wait()
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


async def serve_asgi(app: Any, scope: dict[str, Any], body: bytes = b"") -> Answer:
    start, *pieces = await exchange(app, scope, {"type": "http.request", "body": body, "more_body": False})
    assert start["type"] == "http.response.start", start
    assert {piece["type"] for piece in pieces} == {"http.response.body"}
    assert [piece.get("more_body", False) for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return Answer(start["status"], headers, b"".join(piece.get("body", b"") for piece in pieces))


def visit(app: Any, target: str = "/", body: bytes = b"", **options: Any) -> Answer:
    """One request in an event loop of its own."""
    return asyncio.run(serve_asgi(app, scope_of(target, **options), body))


async def respond(send: Any, *pieces: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


async def asgi_page(scope: Any, receive: Any, send: Any) -> None:
    """An application that says who the user is."""
    await respond(send, str(libstauth.user.get("sub")).encode())


async def asgi_login(scope: Any, receive: Any, send: Any) -> None:
    """One that sends everyone to the provider."""
    libstauth.login()
    await respond(send, b"page")
