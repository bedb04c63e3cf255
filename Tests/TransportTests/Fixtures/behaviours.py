"""What the test server does, by the first part of the path. The other parts are arguments: /redirect/302/x calls
redirect(exchange, "302", "x"). The connection is closed afterwards, unless a whole answer was sent.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from http_server import Journal, Request, read_body, read_head, reset, wait_for_end

TICK = 0.05


@dataclass
class Exchange:
    connection: socket.socket
    request: Request
    body_start: bytes
    journal: Journal
    # Which connection it is of all that were made, and how many requests came on it with this one.
    number: int
    count: int
    stays: bool = False

    def send(self, data: bytes | str) -> None:
        self.connection.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def answer(self, body: bytes | str, *headers: str, status: str = "200 OK") -> None:
        body = body if isinstance(body, bytes) else body.encode()
        self.head(*headers, f"Content-Length: {len(body)}", status=status)
        self.send(body)
        self.stays = True

    def head(self, *headers: str, status: str = "200 OK") -> None:
        self.send("".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers, "")))

    def drip(self, data: Iterable[bytes]) -> None:
        """One piece per tick, until the client has enough."""
        never = threading.Event()
        for piece in data:
            self.send(piece)
            never.wait(TICK)


BEHAVIOURS: dict[str, Callable[..., None]] = {}


def behaviour(function: Callable[..., None]) -> Callable[..., None]:
    BEHAVIOURS[function.__name__] = function
    return function


numbers = itertools.count()


def handle(connection: socket.socket, journal: Journal) -> None:
    number = next(numbers)
    for count in itertools.count(1):
        received = read_head(connection)
        if received is None:
            return
        request, body_start = received
        journal.note(request.target)
        name, *arguments = request.target.split("?")[0].removeprefix("/").split("/")
        exchange = Exchange(connection, request, body_start, journal, number, count)
        BEHAVIOURS[name](exchange, *arguments)
        if not exchange.stays:
            return
        read_body(connection, request, body_start)


@behaviour
def echo(exchange: Exchange, *_: str) -> None:
    request = exchange.request
    read_body(exchange.connection, request, exchange.body_start)
    body = {"method": request.method, "target": request.target, "headers": dict(request.headers)}
    body["body"] = request.body.decode()
    exchange.answer(json.dumps(body), "Content-Type: application/json", "Cache-Control: max-age=60")


@behaviour
def count(exchange: Exchange, *path: str) -> None:
    """How often /path was asked for."""
    exchange.answer(str(exchange.journal.count("/" + "/".join(path))))


@behaviour
def farewell(exchange: Exchange, name: str) -> None:
    """Notes when the client closes a connection that could have stayed open."""
    exchange.answer("still here", "Connection: keep-alive")
    exchange.stays = False
    wait_for_end(exchange.connection)
    exchange.journal.note(f"closed {name}")


@behaviour
def connection(exchange: Exchange, *_: str) -> None:
    """Which connection this is."""
    stream = exchange.connection
    is_resumed = isinstance(stream, ssl.SSLSocket) and bool(stream.session_reused)
    exchange.answer(json.dumps({"number": exchange.number, "count": exchange.count, "isResumed": is_resumed}))


@behaviour
def goodbye(exchange: Exchange) -> None:
    """An answer that announces the end of the connection."""
    exchange.answer("bye", "Connection: close")
    exchange.stays = False


@behaviour
def last(exchange: Exchange, ending: str, name: str = "") -> None:
    """A whole answer. Then the connection ends, when /echo/NAME is asked for, and /closed/NAME may be."""
    name = name or ending
    exchange.answer("bye")
    exchange.stays = False
    if ending == "unread":
        # Away as soon as the next request arrives, before it is read.
        select.select([exchange.connection], [], [])
        return reset(exchange.connection)
    exchange.journal.wait_for(f"/echo/{name}")
    if ending == "surplus":
        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    else:
        end(exchange.connection, ending)
    exchange.journal.note(f"closed {name}")
    if ending == "surplus":
        wait_for_end(exchange.connection)
    return None


@behaviour
def joined(exchange: Exchange) -> None:
    """A body in one piece with what would be the next answer."""
    exchange.head("Content-Length: 3")
    exchange.send("bye" + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    wait_for_end(exchange.connection)


def end(connection: socket.socket, ending: str) -> None:
    if ending == "reset":
        reset(connection)
    elif isinstance(connection, ssl.SSLSocket):
        # With a farewell of TLS's own before that of TCP.
        connection.setblocking(False)
        with contextlib.suppress(ssl.SSLError):
            connection.unwrap()


PARTS = {
    "head": "",
    "body": "",
    "byte": "H",
    "line": "HTTP/1.1 200 OK\r\n",
    "headers": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Le",
    "part": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
}


@behaviour
def breaks(exchange: Exchange, point: str, ending: str, _: str) -> None:
    """Goes away at a point of the exchange if the connection is a kept one."""
    if point != "head":
        read_body(exchange.connection, exchange.request, exchange.body_start)
    if exchange.count == 1:
        return exchange.answer("{}")
    exchange.send(PARTS[point])
    end(exchange.connection, ending)
    return None

@behaviour
def closed(exchange: Exchange, name: str) -> None:
    """Waits until the connection of /farewell/name is closed."""
    exchange.answer(str(exchange.journal.wait_for(f"closed {name}")))


@behaviour
def status(exchange: Exchange, code: str) -> None:
    exchange.answer('{"error":"x"}', "Content-Type: application/json", status=f"{code} Whatever")


@behaviour
def redirect(exchange: Exchange, code: str, *target: str) -> None:
    host = exchange.request.header("host")
    location = f"Location: http://{host}/{'/'.join(target)}"
    exchange.answer("moved", location, status=f"{code} Moved")


@behaviour
def sink(exchange: Exchange, *_: str) -> None:
    exchange.answer("a redirect was followed")


@behaviour
def fields(exchange: Exchange, case: str) -> None:
    lines = {
        "none": [],
        "folded-names": ["content-TYPE:   text/plain  ", "CACHE-control: no-store"],
        "two-types": ["Content-Type: application/json", "Content-Type: text/html"],
        "two-lists": ["Cache-Control: public", "Cache-Control: max-age=5"],
        "control": ["Content-Type: application/\x01json", "Cache-Control: max-age=5\x7f"],
        "not-utf-8": ["Content-Type: application/json; x=\xff\xfe", "Cache-Control: \xc0\xaf"],
    }[case]
    exchange.answer("{}", *lines)


@behaviour
def trailers(exchange: Exchange) -> None:
    exchange.head("Content-Type: application/json", "Transfer-Encoding: chunked", "Trailer: Content-Type")
    exchange.send("2\r\n{}\r\n0\r\nContent-Type: text/html\r\nCache-Control: max-age=9\r\n\r\n")


@behaviour
def endless_trailers(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.send("2\r\n{}\r\n0\r\n")
    for index in itertools.count():
        exchange.send(f"X-Trailer-{index}: {'x' * 1000}\r\n")


@behaviour
def large(exchange: Exchange, size: str) -> None:
    exchange.answer(b"x" * int(size))


@behaviour
def large_chunked(exchange: Exchange, size: str) -> None:
    exchange.head("Transfer-Encoding: chunked")
    for _ in range(int(size) // 1024):
        exchange.send(b"400\r\n" + b"x" * 1024 + b"\r\n")
    exchange.send(b"0\r\n\r\n")


@behaviour
def endless(exchange: Exchange) -> None:
    exchange.head("Connection: close")
    while True:
        exchange.send(b"x" * 65536)


@behaviour
def endless_headers(exchange: Exchange) -> None:
    exchange.send("HTTP/1.1 200 OK\r\n")
    for index in itertools.count():
        exchange.send(f"X-{index}: y\r\n")


@behaviour
def long_header_line(exchange: Exchange, size: str) -> None:
    exchange.head(f"X-Long: {'x' * int(size)}", "Content-Length: 2")
    exchange.send("{}")


@behaviour
def length_too_long(exchange: Exchange) -> None:
    exchange.head("Content-Length: 100")
    exchange.send("12345")


@behaviour
def length_too_short(exchange: Exchange) -> None:
    exchange.head("Content-Length: 5")
    exchange.send("1234567890")


@behaviour
def length_invalid(exchange: Exchange) -> None:
    exchange.head("Content-Length: -5")
    exchange.send("12345")


@behaviour
def cut_chunk(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.send("a\r\n12345")


@behaviour
def slow_body(exchange: Exchange) -> None:
    exchange.head("Content-Length: 100000")
    exchange.drip(itertools.repeat(b"x"))


@behaviour
def slow_headers(exchange: Exchange) -> None:
    exchange.send("HTTP/1.1 200 OK\r\n")
    exchange.drip(itertools.chain([b"X-Slow: "], itertools.repeat(b"x")))


@behaviour
def silence(exchange: Exchange) -> None:
    wait_for_end(exchange.connection)


@behaviour
def hang_up(exchange: Exchange, *_: str) -> None:
    """Ends without an answer."""


@behaviour
def reset_at_once(exchange: Exchange) -> None:
    reset(exchange.connection)


@behaviour
def reset_in_body(exchange: Exchange) -> None:
    exchange.head("Content-Length: 100000")
    exchange.send("x" * 10)
    reset(exchange.connection)


@behaviour
def http_0_9(exchange: Exchange) -> None:
    exchange.send("<html>hello</html>")


@behaviour
def http_2(exchange: Exchange) -> None:
    exchange.send(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64")


@behaviour
def nul_in_header(exchange: Exchange) -> None:
    exchange.answer("{}", "Content-Type: application/json\0text/html")


@behaviour
def compressed(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(b"{}", mtime=0), "Content-Encoding: gzip")


@behaviour
def large_compressed(exchange: Exchange, size: str) -> None:
    exchange.answer(gzip.compress(b"x" * int(size)), "Content-Encoding: gzip")


@behaviour
def compressed_bomb(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip")


@behaviour
def compressed_twice(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(gzip.compress(bytes(50_000_000))), "Content-Encoding: gzip, gzip")


@behaviour
def compressed_unknown(exchange: Exchange) -> None:
    exchange.answer(b"{}", "Content-Encoding: x-nobody-knows")


@behaviour
def transfer_bomb(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: gzip", "Connection: close")
    exchange.send(gzip.compress(bytes(50_000_000)))


@behaviour
def interim(exchange: Exchange) -> None:
    exchange.head("Content-Type: text/html", status="100 Continue")
    exchange.head("Cache-Control: max-age=9", "Link: </x>; rel=preload", status="103 Early Hints")
    exchange.answer('{"final":true}', "Content-Type: application/json")


@behaviour
def endless_interim(exchange: Exchange) -> None:
    while True:
        exchange.head(status="100 Continue")


@behaviour
def no_reader(exchange: Exchange) -> None:
    """Goes away while the client still sends its body."""
    exchange.connection.recv(1)
    reset(exchange.connection)
