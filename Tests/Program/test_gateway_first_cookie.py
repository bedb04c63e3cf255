"""Of several Set-Cookie lines, a server in front that passes on one passes on the first: it keeps the session alive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from front_servers_of_the_gateway import front
from gateway_under_test import send
from hosts import free_port

COOKIES = ["stauth_tokens=first; Path=/", "stauth_tokens-2=second; Path=/", "stauth_seen=third; Path=/"]


@contextmanager
def server(cookies: list[str]) -> Iterator[int]:
    """Answers everything with 200 and these cookies, as the gateway does once it has refreshed tokens."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            for cookie in cookies:
                self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", "0")
            self.end_headers()

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield running.server_address[1]
    finally:
        running.shutdown()
        running.server_close()


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("name", ["nginx", "haproxy"])
def test_first_line_is_passed_on(name: str, count: int) -> None:
    port = free_port()
    with server(COOKIES[:count]) as gateway, server([]) as app, front(name, port, gateway, app):
        answer = send(port, "GET /page HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n").lower()
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"set-cookie:")]
    assert answer.startswith(b"http/1.1 200") and lines[0].startswith(b"set-cookie: stauth_tokens=first"), answer
