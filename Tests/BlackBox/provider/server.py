"""The HTTP(S) servers of the tests: one that holds many scripted providers, and a sink that only listens."""

from __future__ import annotations

import contextlib
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .openid import OpenIDProvider
from .replies import Reply, Request

ENDPOINTS = {
    "/.well-known/openid-configuration": "metadata",
    "/jwks": "jwks",
    "/authorize": "authorize",
    "/par": "pushed",
    "/token": "token",
    "/userinfo": "userinfo",
    "/claims": "claims",
    # GitHub's, where an Enterprise Server has them.
    "/login/oauth/authorize": "authorize",
    "/login/oauth/access_token": "token",
    "/api/v3/user": "userinfo",
    "/api/v3/user/emails": "emails",
    "/end_session": "end_session",
    "/revoke": "revocation",
    "/introspect": "introspection",
    "/device_authorization": "device",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        request = Request("", self.command, self.path, list(self.headers.items()), body)
        request.query = parse_qsl(parts.query, keep_blank_values=True)
        if "form-urlencoded" in (self.headers.get("Content-Type") or ""):
            request.form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        if isinstance(self.connection, ssl.SSLSocket):
            request.certificate = self.connection.getpeercert(binary_form=True)
        self.close_connection = True  # a fresh connection each time keeps the cases apart, unless a test wants none
        with contextlib.suppress(OSError):
            reply = self.server.script(request, parts.path)  # type: ignore[attr-defined]
            if not self.server.keeps_connections:  # type: ignore[attr-defined]
                reply.headers.setdefault("Connection", "close")
            usable = reply.send(self.connection)
            self.close_connection = not usable or reply.headers.get("Connection") == "close"

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _serve

    def log_message(self, *_arguments: Any) -> None:
        """The tests look at the recorded requests instead."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    keeps_connections = False

    def handle_error(self, *_arguments: Any) -> None:
        """Clients hang up in the middle here; that is what many cases are about."""


class Server:
    """Listens on a free port of 127.0.0.1 in a thread until it is closed."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._server = _QuietServer(("127.0.0.1", 0), _Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.script = self.script  # type: ignore[attr-defined]
        self.port = self._server.server_address[1]
        self.origin = f"{'https' if tls else 'http'}://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def script(self, request: Request, path: str) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class ProviderServer(Server):
    """Many providers, each with an issuer of its own: ORIGIN/NAME."""

    endpoints = frozenset(ENDPOINTS.values())

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", polite: bool = False) -> None:
        self.providers: dict[str, OpenIDProvider] = {}
        self.polite = polite
        super().__init__(tls, host)

    def add(self, name: str, algorithm: str = "RS256", kind: type[OpenIDProvider] = OpenIDProvider) -> OpenIDProvider:
        provider = kind(name, self.origin, algorithm, self.polite)
        self.providers[name] = provider
        return provider

    def script(self, request: Request, path: str) -> Reply:
        name, slash, rest = path[1:].partition("/")
        provider, endpoint = self.providers.get(name), ENDPOINTS.get(slash + rest)
        if provider is None or endpoint not in self.endpoints or not provider.has(endpoint):
            return Reply(404, "no such endpoint")
        request.endpoint, request.url = endpoint, self.origin + path
        return provider.answer(request)


class AliasServer(ProviderServer):
    """The endpoints for clients with a certificate (RFC 8705 5) of the providers of another server."""

    endpoints = frozenset({"token", "userinfo", "pushed"})

    def __init__(self, server: ProviderServer, tls: ssl.SSLContext, keeps_connections: bool = False) -> None:
        super().__init__(tls, "localhost")
        self.providers = server.providers
        self._server.keeps_connections = keeps_connections


class Sink(Server):
    """Nobody is ever to call this. It answers `reply` and remembers who did."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.requests: list[Request] = []
        self._reply = reply or Reply(body={"keys": []})
        super().__init__()

    def script(self, request: Request, _path: str) -> Reply:
        self.requests.append(request)
        return self._reply
