"""A site behind a shared cache: pages for everybody, a page that greets its user, and a check for auth_request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

import libstauth
from libstauth.wsgi import Middleware

STYLE = b"body { color: teal }"
PUBLIC = ("Cache-Control", "public, max-age=3600")
TAG = '"style-1"'


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    match environ["PATH_INFO"]:
        case "/app.css":
            start_response("200 OK", [("Content-Type", "text/css"), PUBLIC])
            return [STYLE]
        case "/tagged.css":
            headers = [("Content-Type", "text/css"), ("Cache-Control", "public, max-age=10"), ("ETag", TAG)]
            if environ.get("HTTP_IF_NONE_MATCH") == TAG:
                start_response("304 Not Modified", headers)
                return []
            start_response("200 OK", headers)
            return [STYLE]
        case "/check":
            start_response("204 No Content" if libstauth.user.is_logged_in else "401 Unauthorized", [])
            return []
        case "/user.json":
            start_response("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
            return [b'{"is_logged_in": %s}' % (b"true" if libstauth.user.is_logged_in else b"false")]
    # A mistake that is easily made: it is for everybody, says the page, and it is not.
    name = libstauth.user.sub if libstauth.user.is_logged_in else "nobody"
    start_response("200 OK", [("Content-Type", "text/plain"), PUBLIC])
    return [name.encode()]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    with make_server("127.0.0.1", port, Middleware(application), Server) as server:
        print(f"http://localhost:{port}/", flush=True)
        server.serve_forever()
