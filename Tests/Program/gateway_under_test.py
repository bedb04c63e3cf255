"""`stauth serve` before an app that says what it got, with a scripted provider behind."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from browser import Browser, Page
from deployment import COOKIE_SECRET, settings_for
from leaks import leaks
from program_under_test import PROGRAM
from provider import OpenIDProvider
from toml_writer import _table, write_secrets

PATIENCE = 30
PUBLIC = "http://app.localhost:81"
BURST = 4 << 20


def accept(key: str) -> str:
    """RFC 6455 4.2.2: what a server answers to Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.01)


class App:
    """What is guarded: `seen` has each request as it came. It answers by the path; everything else gets its own request
    back as JSON."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.connections = 0
        self.go_on: queue.Queue[None] = queue.Queue()
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = PATIENCE

            def setup(self) -> None:
                app.connections += 1
                super().setup()

            def log_message(self, *_arguments: Any) -> None:
                pass

            def handle_any(self) -> None:
                app.answer(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_OPTIONS = handle_any

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = [(name, value) for name, value in handler.headers.items()]
        request = {"method": handler.command, "target": handler.path, "headers": headers}
        self.seen.append(request)
        path = handler.path.split("?")[0].strip("/").partition("/")[0]
        getattr(self, f"_{path}", self._echo)(handler, request)

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, body: bytes, *headers: tuple[str, str], status: int = 200) -> None:
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    @staticmethod
    def _body(handler: BaseHTTPRequestHandler) -> Iterator[bytes]:
        if handler.headers.get("Transfer-Encoding") == "chunked":
            while length := int(handler.rfile.readline(), 16):
                yield handler.rfile.read(length)
                handler.rfile.readline()
            handler.rfile.readline()
            return
        left = int(handler.headers.get("Content-Length", 0))
        while left and (piece := handler.rfile.read(min(left, 65536))):
            left -= len(piece)
            yield piece

    def _echo(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        request = {**request, "body": b"".join(self._body(handler)).decode("latin-1")}
        self._send(handler, json.dumps(request).encode(), ("Content-Type", "application/json"))

    def _hash(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        digest, length = hashlib.sha256(), 0
        for piece in self._body(handler):
            digest.update(piece)
            length += len(piece)
        self._send(handler, json.dumps({"sha256": digest.hexdigest(), "length": length}).encode())

    def _big(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        count = int(handler.path.rpartition("/")[2])
        handler.send_response(200)
        handler.send_header("Content-Length", str(count * 65536))
        handler.end_headers()
        for number in range(count):
            handler.wfile.write(number.to_bytes(4, "big") * 16384)

    def _stream(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        """A chunk for each word of the test."""
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for number in range(3):
            self.go_on.get(timeout=PATIENCE)
            handler.wfile.write(b"2\r\n%d\n\r\n" % number)
        handler.wfile.write(b"0\r\n\r\n")

    def _slow(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        with contextlib.suppress(queue.Empty):
            self.go_on.get(timeout=PATIENCE)
        with contextlib.suppress(OSError):
            self._send(handler, b"late")

    def _drop(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    def _cut(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"only this")
        handler.close_connection = True

    def _more(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        one = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
        handler.connection.sendall(one + b"asked." + one + b"forged")

    def _cookies(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        cookies = ["mine=1; Path=/", "stauth_session=forged; Path=/"]
        self._send(handler, b"set", *[("Set-Cookie", cookie) for cookie in cookies])

    @staticmethod
    def _agree(handler: BaseHTTPRequestHandler, more: str, **changed: str) -> None:
        key = handler.headers.get("Sec-WebSocket-Key", "")
        headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept(key)} | changed
        lines = ["HTTP/1.1 101 Switching Protocols", *(f"{name}: {value}" for name, value in headers.items() if value)]
        handler.connection.sendall("\r\n".join([*lines, "", more]).encode())
        handler.close_connection = True

    def _ws(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        """A WebSocket that sends back whatever comes. It speaks first, in the same packet as the handshake."""
        self._agree(handler, "hello")
        while piece := handler.connection.recv(65536):
            handler.connection.sendall(piece)

    def _disagree(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        """101, but not to this handshake: the path names the header that is missing or has another value."""
        name, _, value = handler.path.partition("?")[2].partition("=")
        self._agree(handler, "hello", **{name: value})

    def _burst(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        """A WebSocket that says a lot, and has gone before the other side has read it."""
        self._agree(handler, "")
        handler.connection.sendall(b"x" * BURST)

    def _cached(self, handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> None:
        self._send(handler, b"the same for all", ("Cache-Control", "public, max-age=3600"))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


_numbers = itertools.count(1)


class Gateway:
    """`gateway`: the table of its own. `shared`: keys of [auth]."""

    def __init__(
        self,
        folder: Path,
        providers: dict[str, OpenIDProvider] | OpenIDProvider,
        app: App | None = None,
        *,
        public: str = PUBLIC,
        gateway: dict[str, Any] | None = None,
        more: dict[str, dict[str, Any]] | None = None,
        environment: dict[str, str] | None = None,
        **shared: Any,
    ) -> None:
        self.folder = folder / f"gateway{next(_numbers)}"
        self.folder.mkdir()
        self.public = public
        self.environment = environment or {}
        self.providers = {"default": providers} if isinstance(providers, OpenIDProvider) else providers
        self.sections = {name: settings_for(p) | (more or {}).get(name, {}) for name, p in self.providers.items()}
        self.shared = {"redirect_uri": public + "/oauth2callback", "cookie_secret": COOKIE_SECRET, **shared}
        own = {"listen": "127.0.0.1:0"} | ({"upstream": f"http://127.0.0.1:{app.port}"} if app else {})
        self.own = own | (gateway or {})
        self.file = self.folder / "secrets.toml"
        self.write()
        self.log_file = self.folder / "log.txt"
        self.start()

    def write(self, **changed: Any) -> None:
        """The configuration, with other keys in [gateway] from now on."""
        self.own |= changed
        own = {name: value for name, value in self.own.items() if value is not None}
        self.file.write_text(write_secrets(self.shared, self.sections) + "\n" + _table("gateway", own))
        self.file.chmod(0o600)

    def start(self) -> None:
        surroundings = {"PATH": os.environ["PATH"], "HOME": "/"} | self.environment
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", str(self.file)], env=surroundings, stderr=log, stdout=log
            )
        wait_until(lambda: "event=listening" in self.log() or self.process.poll() is not None, "the gateway starts")
        assert self.process.poll() is None, self.log()
        found = re.search(r'event=listening detail="[\d.]+:(\d+)', self.log())
        self.port = int(found[1]) if found else 0

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def reload(self) -> None:
        """SIGHUP, until the log says what came of it."""
        words = ("event=configuration_read", "event=new_settings_refused")
        before = sum(self.log().count(word) for word in words)
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: sum(self.log().count(word) for word in words) > before, "the settings are read anew")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(PATIENCE)
        finally:
            self.process.kill()
        secrets = [COOKIE_SECRET, *(provider.client_secret for provider in self.providers.values())]
        assert leaks(self.log(), [secret for secret in secrets if isinstance(secret, str)]) == []
        assert status == 0, f"the gateway ended with status {status}\n{self.log()[-2000:]}"

    # The browser's side.

    def browser(self) -> Browser:
        return Browser(routes={self.public: self.port})

    def url(self, path: str) -> str:
        return self.public + path

    def log_in(self, browser: Browser, path: str = "/") -> Page:
        """A page, by way of a login."""
        page = browser.open(self.url(path))
        assert page.status == 200, f"{page.status} {page.code} {page.text[:500]}\n{self.log()[-1500:]}"
        return page

    def cookie(self, browser: Browser) -> str:
        """The Cookie header of a signed-in browser."""
        cookie = browser.jar.header(urlsplit(self.url("/")), True, True)
        assert cookie
        return cookie

    def send(self, request: str | bytes) -> bytes:
        return send(self.port, request)


def send(port: int, request: str | bytes, *, seconds: float = PATIENCE) -> bytes:
    """Sends bytes as they are; what comes back until the other side closes, or has answered once."""
    data = request.encode("latin-1") if isinstance(request, str) else request
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection, contextlib.suppress(OSError):
        connection.sendall(data)
        while piece := connection.recv(65536):
            answer += piece
    return answer


def seen_headers(request: dict[str, Any], name: str) -> list[str]:
    return [value for key, value in request["headers"] if key.lower() == name.lower()]
