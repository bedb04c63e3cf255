"""How long a host stands still while a user's login waits for a provider that says nothing.

One more argument: the host's name in Tests/BlackBox/hosts.py. The provider is in this program: its token endpoint is
silent until another user has made as many requests as there are iterations, one after the other, each on its own
connection. The figure is how much longer than half of them the longest took, by the clock.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import bench

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "BlackBox"))
from hosts import HOSTS, RunningHost, free_port


class Provider(ThreadingHTTPServer):
    """Its metadata come at once; its answer to a code comes when it may, and is no."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.was_asked, self.may_answer = threading.Event(), threading.Event()
        self.issuer = f"http://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        issuer = self.server.issuer
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        metadata: dict[str, object] = {name: f"{issuer}/{path}" for name, path in names.items()}
        metadata |= {"issuer": issuer, "response_types_supported": ["code"], "subject_types_supported": ["public"]}
        self.answer(200, metadata | {"id_token_signing_alg_values_supported": ["RS256"]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.was_asked.set()
        self.server.may_answer.wait(60)
        self.answer(400, {"error": "invalid_grant"})

    def log_message(self, *_: object) -> None:
        pass


def get(port: int, target: str, cookie: str = "") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    headers = {"Accept": "text/html", "Connection": "close"} | ({"Cookie": cookie} if cookie else {})
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def begin_login(port: int) -> tuple[str, str]:
    """The target of the callback, and the cookie of the login."""
    response = get(port, "/auth/login")
    state = parse_qs(urlsplit(response.headers["Location"]).query)["state"][0]
    return f"/oauth2callback?code=x&state={state}", response.headers["Set-Cookie"].partition(";")[0]


def longest_wait(port: int, provider: Provider) -> float:
    provider.was_asked.clear()
    provider.may_answer.clear()
    login = threading.Thread(target=get, args=(port, *begin_login(port)))
    login.start()
    try:
        assert provider.was_asked.wait(30), "the login did not ask the provider"
        times = []
        for _ in range(bench.ITERATIONS):
            begun = time.perf_counter()
            assert get(port, "/user.json").status == 200
            times.append(time.perf_counter() - begun)
        assert login.is_alive(), "the login did not wait"
    finally:
        provider.may_answer.set()
        login.join()
    return max(times) - statistics.median(times)


def main() -> None:
    (name,) = bench.MORE
    host = next(each for each in HOSTS if each.name == name)
    provider, port = Provider(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        secrets = Path(folder) / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\ntimeout = "60s"\n'
            'cookie_secret = "k8VxTzq4NfWm2RbYcJ7sLhPd5gE1uQ3o"\nclient_id = "client"\n'
            'client_secret = "a secret of the client"\n'
            f'server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"\n'
        )
        running = RunningHost(host, secrets, port)
        try:
            for _ in range(10):  # every process has everything loaded then
                begin_login(port)
                get(port, "/user.json")
            for _ in range(bench.TURNS):
                bench.report(f"stall, {name}", value=longest_wait(port, provider))
        finally:
            running.stop()


main()
