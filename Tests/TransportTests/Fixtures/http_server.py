"""Sockets, threads and HTTP heads: what every listener of the test server is made of."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    head: str = field(default="", repr=False)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


def read_head(connection: socket.socket) -> tuple[Request, bytes] | None:
    """The request's head and what already came of its body; None if the client went away."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, rest = data.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name, value.strip()) for name, value in (line.split(":", 1) for line in lines)]
    return Request(method, target, headers, head=head.decode("latin-1")), rest


def read_body(connection: socket.socket, request: Request, start: bytes) -> None:
    length = int(request.header("content-length") or 0)
    request.body = request.body or start
    while len(request.body) < length:
        request.body += connection.recv(65536)


def reset(connection: socket.socket) -> None:
    """Ends the connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Of a TLS connection only the socket below, without a farewell.
    socket.socket(fileno=connection.detach()).close()


def wait_for_end(connection: socket.socket) -> None:
    """Reads until the client closes."""
    while connection.recv(65536):
        pass


class Journal:
    """What was asked for, so that a test can see that something was not."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.counts: Counter[str] = Counter()

    def note(self, event: str) -> None:
        with self.changed:
            self.counts[event] += 1
            self.changed.notify_all()

    def count(self, event: str) -> int:
        with self.changed:
            return self.counts[event]

    def wait_for(self, event: str) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.counts[event] > 0, timeout=10)


Handler = Callable[[socket.socket], None]


def secure(connection: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
    """TLS on the connection. An end without a farewell is an error."""
    return tls.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False)


def listen(handler: Handler, tls: ssl.SSLContext | None = None) -> int:
    """Serves on a free port of 127.0.0.1, each connection in a thread; returns the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    def serve(connection: socket.socket) -> None:
        try:
            with secure(connection, tls) if tls else connection as stream:
                handler(stream)
        except OSError:
            # The client went away, as many tests want it to.
            connection.close()

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port
