"""What a scripted endpoint answers, and how badly the connection behaves meanwhile."""

from __future__ import annotations

import json
import select
import socket
import struct
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """One request that a scripted server saw."""

    endpoint: str
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    url: str = ""  # as the server is called from outside, without the query
    certificate: bytes | None = None  # the client's, in DER
    query: list[tuple[str, str]] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def value(self, name: str) -> str | None:
        """The first query or form parameter of this name."""
        return next((value for key, value in [*self.query, *self.form] if key == name), None)


@dataclass
class Reply:
    """An answer. `body` is JSON unless it is bytes or text. `raw` replaces the whole answer, status line included.

    hang: read the request and say nothing until the other side gives up.
    trickle: seconds between two bytes of the answer.
    cut: send only so many bytes of the body, then reset the connection.
    """

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hang: bool = False
    trickle: float | None = None
    cut: int | None = None

    def payload(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()

    def all_headers(self, length: int) -> dict[str, str]:
        default = "text/html" if isinstance(self.body, str) else "application/json"
        return {"Content-Type": default, "Content-Length": str(length), "Cache-Control": "no-store", **self.headers}

    def wire(self) -> bytes:
        if self.raw is not None:
            return self.raw
        payload = self.payload()
        lines = [f"HTTP/1.1 {self.status} Scripted"]
        lines += [f"{name}: {value}" for name, value in self.all_headers(len(payload)).items() if value is not None]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return head + (payload if self.cut is None else payload[: self.cut])

    def send(self, connection: socket.socket) -> bool:
        """True if the connection may be used for another request."""
        if self.hang:
            wait_until_closed(connection, None)
            return False
        if self.trickle is not None:
            for byte in self.wire():
                connection.sendall(bytes([byte]))
                if wait_until_closed(connection, self.trickle):
                    return False
            return False
        connection.sendall(self.wire())
        if self.cut is not None:
            reset(connection)
        return self.raw is None and self.cut is None


def wait_until_closed(connection: socket.socket, seconds: float | None) -> bool:
    """Waits for the other side to hang up, at most so long."""
    readable, _, _ = select.select([connection], [], [], seconds)
    return bool(readable)


def reset(connection: socket.socket) -> None:
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
