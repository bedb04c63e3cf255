"""nginx, Caddy and HAProxy with the settings of docs/gateway.md, and what Traefik does by its documentation."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from documented import blocks
from gateway_under_test import PATIENCE
from program_under_test import ROOT

NGINX = """
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {block}
}}
"""
CADDY = "{{\n\tadmin off\n\tauto_https off\n}}\n{block}"


def documented(language: str, phrase: str = "") -> str:
    """The block of a language; if there are several, the one with a phrase."""
    found = [block.text for block in blocks() if block.page == "docs/gateway.md" and block.language == language]
    found = [text for text in found if phrase in text]
    assert len(found) == 1, f"docs/gateway.md has {len(found)} blocks of {language} with {phrase!r}"
    return found[0]


def _block(name: str) -> str:
    if name == "nginx before the proxy":
        return documented("nginx", "$connection_of_gateway")
    if name == "nginx":
        return documented("nginx", "auth_request")
    return documented({"caddy": "caddyfile", "haproxy": "haproxy"}[name])


def _settings(name: str, folder: Path, port: int, gateway: int, app: int) -> tuple[list[str], str]:
    """The command, and the content of the file at its end."""
    block = _block(name)
    block = block.replace("127.0.0.1:4180", f"127.0.0.1:{gateway}").replace("127.0.0.1:8000", f"127.0.0.1:{app}")
    if name.startswith("nginx"):
        block = block.replace("listen 80;", f"listen 127.0.0.1:{port};")
        return ["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr", "-c"], NGINX.format(folder=folder, block=block)
    if name == "caddy":
        block = block.replace("app.example.com {", f"http://:{port} {{\n\tbind 127.0.0.1")
        return ["caddy", "run", "--adapter", "caddyfile", "--config"], CADDY.format(block=block)
    block = block.replace("bind :80", f"bind 127.0.0.1:{port}")
    block = block.replace("/usr/share/stauth", str(ROOT / "packaging" / "haproxy"))
    return ["/usr/sbin/haproxy", "-db", "-f"], block


@contextlib.contextmanager
def front(name: str, port: int, gateway: int, app: int) -> Iterator[Callable[[], str]]:
    """Runs a server in front of both; yields what reads its log."""
    if name == "traefik":
        with traefik(port, gateway, app):
            yield lambda: ""
        return
    with tempfile.TemporaryDirectory(prefix="stauth-gateway-") as path:
        folder = Path(path)
        folder.chmod(0o755)
        command, settings = _settings(name, folder, port, gateway, app)
        (folder / "settings").write_text(settings)
        surroundings = {"PATH": os.environ["PATH"], "HOME": path}
        with (folder / "log.txt").open("wb") as log:
            process = subprocess.Popen([*command, str(folder / "settings")], stdout=log, stderr=log, env=surroundings)
        try:
            _wait_for(port, process, folder / "log.txt")
            yield lambda: (folder / "log.txt").read_text()
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)


# Which of a client's headers Traefik removes without being asked to, unless it trusts the client.
REMOVED = {f"x-forwarded-{name}" for name in ("for", "host", "method", "port", "prefix", "proto", "server", "uri")}


def _names_for_traefik() -> list[str]:
    settings = documented("yaml")
    listed = settings.partition("authResponseHeaders:\n")[2].partition("  routers:")[0]
    return [line.strip(" -").lower() for line in listed.splitlines()]


@contextlib.contextmanager
def traefik(port: int, gateway: int, app: int) -> Iterator[None]:
    """forwardAuth by its documentation: GET with the headers of the request and X-Forwarded-Method, -Proto, -Host, -Uri
    and -For, without those of the connection; with a 2xx the headers in authResponseHeaders replace those of the
    request, and any other answer is the browser's. Names with an underscore pass like others."""
    names = _names_for_traefik()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE

        def log_message(self, *_arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sent = [(n, v) for n, v in self.headers.items() if n.lower() not in REMOVED]
            place = [("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", self.headers["Host"])]
            place += [("X-Forwarded-For", "127.0.0.1")]
            if path.startswith("/auth/") or path == "/oauth2callback":
                return self.send(self.ask(gateway, self.command, self.path, sent + place, body))
            asked = [("X-Forwarded-Method", self.command), ("X-Forwarded-Uri", self.path)]
            question = [(n, v) for n, v in sent if n.lower() not in ("content-length", "connection", "upgrade")]
            answer = self.ask(gateway, "GET", "/auth/forward", question + place + asked, b"")
            if answer[0] // 100 != 2:
                return self.send(answer)
            sent = [(n, v) for n, v in sent if n.lower() not in names]
            identity = [(n, v) for n, v in answer[1] if n.lower() in names]
            self.send(self.ask(app, self.command, self.path, sent + place + identity, body))

        do_POST = do_HEAD = do_OPTIONS = do_GET

        @staticmethod
        def ask(to: int, method: str, target: str, headers: list[tuple[str, str]], body: bytes):
            connection = http.client.HTTPConnection("127.0.0.1", to, timeout=PATIENCE)
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders(body or None)
            response = connection.getresponse()
            answer = (response.status, response.getheaders(), response.read())
            connection.close()
            return answer

        def send(self, answer: tuple[int, list[tuple[str, str]], bytes]) -> None:
            status, headers, body = answer
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
