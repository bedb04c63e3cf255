"""An HTTP proxy: tunnels for CONNECT, an answer of its own for plain http."""

from __future__ import annotations

import select
import socket
import ssl

from http_server import Journal, read_head


def handle(connection: socket.socket, journal: Journal) -> None:
    received = read_head(connection)
    if received is None:
        return
    request, _ = received
    journal.note(f"/proxied/{request.method}/{request.target}")
    if request.method != "CONNECT":
        body = b"from the proxy"
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        return
    host, port = request.target.rsplit(":", 1)
    if host == "refused.example":
        connection.sendall(b"HTTP/1.1 407 No\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n")
        return
    # Every other name leads to this machine: the proxy resolves names, not its client.
    with socket.create_connection(("127.0.0.1", int(port))) as provider:
        connection.sendall(b"HTTP/1.1 200 Established\r\nCache-Control: max-age=7\r\n\r\n")
        pump(connection, provider)


def pump(one: socket.socket, other: socket.socket) -> None:
    peers = {one: other, other: one}
    while True:
        for source in select.select(list(peers), [], [])[0]:
            data = source.recv(65536)
            # select() does not see what the TLS layer has already read.
            while isinstance(source, ssl.SSLSocket) and source.pending():
                data += source.recv(source.pending())
            if not data:
                return
            peers[source].sendall(data)
