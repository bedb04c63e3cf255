"""TLS before a host: passes on bytes, and keeps none."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

from provider.certificates import authority


@contextlib.contextmanager
def tls_front(port: int, host: int) -> Iterator[None]:
    """At `port`, before the host's port `host`."""
    context = authority().server_context()
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context, host), daemon=True)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext, host: int) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_pass_on, args=(connection, context, host), daemon=True).start()


def _pass_on(connection: socket.socket, context: ssl.SSLContext, host: int) -> None:
    with contextlib.suppress(OSError), connection:
        browser = context.wrap_socket(connection, server_side=True)
        with browser, socket.create_connection(("127.0.0.1", host)) as server:
            answers = threading.Thread(target=_pump, args=(server, browser), daemon=True)
            answers.start()
            _pump(browser, server)
            answers.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
