"""ASGI 3: `app = libstauth.asgi.Middleware(app)`. It never blocks the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, MutableMapping, Sequence
from typing import Any, Callable, Optional, Union
from urllib.parse import quote, unquote

from libstauth import current
from libstauth.app import App, Path
from libstauth.errors import StauthError
from libstauth.gate import Gate
from libstauth.refusal import refusal
from libstauth.request import BODY_LIMIT, Request, is_local, site_path
from libstauth.user import AccessToken

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


async def access_token() -> AccessToken:
    """`libstauth.access_token()` for code on an event loop, which it does not block."""
    return await asyncio.to_thread(current.request().access_token)


async def refresh_user() -> None:
    """`libstauth.user.refresh()` for code on an event loop, which it does not block."""
    await asyncio.to_thread(current.request().refresh)


class Middleware:
    """Answers the library's own paths, and provides `libstauth.user`, `login()` and `logout()` to the application.

    `auth`: an App, the path of a secrets.toml, or None for `App()`.
    `require_login`: require a login at the default provider for every path except the `open_paths`.
    The application finds the Request in `scope["libstauth"]`. In a WebSocket the user is the one of the handshake,
    or nobody if a page of another site opened it.
    """

    def __init__(
        self,
        app: Application,
        auth: Union[App, Path, None] = None,
        *,
        require_login: bool = False,
        open_paths: Sequence[str] = (),
    ) -> None:
        self.auth = auth if isinstance(auth, App) else App(auth)
        self._app = app
        self.gate = Gate(self.auth, require_login, open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        page = _Page(scope["type"], send)
        try:
            address = (scope.get("client") or [None])[0]
            page.request = self.auth.request(scope.get("method", "GET"), target(scope), _headers(scope), address)
            page.request.is_handshake = scope["type"] == "websocket"
            with current.using(page.request):
                await self._answer(page, page.request, scope, receive)
        except StauthError as error:
            if page.begun:
                raise
            await page.respond(*refusal(error, page.request))
        finally:
            if page.request is not None:
                page.request.close()

    async def _answer(self, page: _Page, request: Request, scope: Scope, receive: Receive) -> None:
        if request.wants_body:
            request.body(await _read_body(receive))
        if await self.gate.begin_soon(request, *self.routed(scope)):
            await page.take_over()
        else:
            scope["libstauth"] = request
            await self._app(scope, receive, page.send)
            await page.take_over()  # as if the application had only called login()

    def routed(self, scope: Scope) -> set[str]:
        """The paths that the application may route. Whether and how `root_path`, which some servers read
        from a header, is cut off `path` differs between frameworks."""
        path, root = scope["path"], scope.get("root_path") or ""
        return {path, path.partition(root)[2]} if root and root in path else {path}


class _Page:
    """The response: the application's, or the library's instead."""

    def __init__(self, kind: str, send: Send) -> None:
        self.request: Optional[Request] = None
        self.begun = False
        self._kind = kind
        self._send = send
        self._is_own = False

    async def send(self, message: Message) -> None:
        """The `send` of the application."""
        assert self.request is not None
        if message["type"] in ("http.response.start", "websocket.accept"):
            await self.take_over()
            if not self._is_own:
                self.begun = self.request.response_begun = True
                message = {**message, "headers": [*message.get("headers", ()), *_encoded(self.request.headers)]}
        if not self._is_own:
            await self._send(message)

    async def take_over(self) -> None:
        """Sends the library's response, if it has one and the application's has not begun."""
        assert self.request is not None
        if self.begun:
            return
        await self.request.turns.quiet()  # a task that the page has not waited for may still refresh
        if self.request.wanted is not None:
            await asyncio.to_thread(self.request.finish_login)
        if self.request.status:
            await self.respond(self.request.status, self.request.headers, self.request.content)

    async def respond(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        """Sends a response other than the application's."""
        self.begun = self._is_own = True
        if self._kind == "websocket":
            return await self._send({"type": "websocket.close", "code": 1008, "reason": ""})
        headers = [*headers, ("Content-Length", str(len(content)))]
        await self._send({"type": "http.response.start", "status": status, "headers": _encoded(headers)})
        await self._send({"type": "http.response.body", "body": content})


def target(scope: Scope) -> bytes:
    """The target that the browser requested."""
    path, root = scope["path"], scope.get("root_path") or ""
    # In ASGI the path begins with the prefix. Some servers, and proxies in front of them, strip it.
    is_whole = f"{path}/".startswith(f"/{root.strip('/')}/")
    return encoded(site_path("" if is_whole else root, path), scope)


def encoded(path: str, scope: Scope) -> bytes:
    """Path and query, percent-encoded: as received if the server supplies that, otherwise encoded again."""
    raw: bytes = scope.get("raw_path") or b""
    if unquote(raw.decode("latin-1")) != path:
        raw = quote(path, safe="/:@!$&'()*+,;=~", errors="replace").encode()
    query: bytes = scope.get("query_string", b"")
    return raw + b"?" + query if query else raw


def _encoded(headers: list[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _headers(scope: Scope) -> Headers:
    # A handshake over HTTP/2 has no Upgrade header, but must still be distinguished from a page.
    added = [(b"upgrade", b"websocket")] if scope["type"] == "websocket" else []
    names = dict(scope["headers"])
    if b"x-forwarded-proto" not in names and is_local(names.get(b"host", b"").decode("latin-1")):
        added.append((b"x-forwarded-proto", scope.get("scheme", "").encode()))
    return [*scope["headers"], *added]


async def _read_body(receive: Receive) -> bytes:
    """At most a piece more than the library accepts, so it can refuse a body that is too long."""
    content, more = b"", True
    while more and len(content) <= BODY_LIMIT:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    return content
