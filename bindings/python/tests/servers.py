"""Real servers on loopback, each with all sites of `sites/` that it can serve."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BUILD = Path(__file__).resolve().parents[3] / "build"
START_SECONDS = 60
PREFIX = "/app"


@dataclass(frozen=True)
class Kind:
    """In the arguments, {port} is filled in. `asked`: what the server wants a path to begin with."""

    name: str
    arguments: tuple[str, ...]
    venv: str = ""
    prefix: str = ""
    asked: str = ""

    @property
    def is_asgi(self) -> bool:
        return "asgi:application" in self.arguments


GUNICORN = ("gunicorn", "--bind=127.0.0.1:{port}", "--threads=4", "--keep-alive=60", "wsgi:application")
WAITRESS = ("waitress", "--listen=127.0.0.1:{port}")
UVICORN = ("uvicorn", "--port={port}", "--log-level=warning", "asgi:application")
HYPERCORN = ("hypercorn", "--bind=127.0.0.1:{port}", "asgi:application")
DAPHNE = ("daphne", "--port={port}", "asgi:application")

KINDS = [
    Kind("gunicorn-20", GUNICORN, "venv-gunicorn-20"),
    Kind("gunicorn-21", GUNICORN, "venv-gunicorn-21"),
    Kind("gunicorn", GUNICORN),
    Kind("gunicorn-prefix", GUNICORN, prefix=PREFIX, asked=PREFIX),
    Kind("waitress", (*WAITRESS, "wsgi:application"), "venv-servers"),
    Kind("waitress-prefix", (*WAITRESS, f"--url-prefix={PREFIX}", "wsgi:application"), "venv-servers", PREFIX, PREFIX),
    Kind("uvicorn", UVICORN),
    Kind("uvicorn-prefix", (*UVICORN, f"--root-path={PREFIX}"), prefix=PREFIX),
    Kind("hypercorn", HYPERCORN, "venv-servers"),
    Kind("hypercorn-prefix", (*HYPERCORN, f"--root-path={PREFIX}"), "venv-servers", PREFIX, PREFIX),
    Kind("daphne", DAPHNE, "venv-servers"),
    Kind("daphne-prefix", (*DAPHNE, f"--root-path={PREFIX}"), "venv-servers", PREFIX),
]


@dataclass
class Answer:
    status: int
    location: str
    body: str


class Server:
    def __init__(self, kind: Kind, log: Path) -> None:
        self.kind = kind
        self.port = _free_port()
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self._log = log
        environment = {**os.environ, "PYTHONPATH": ":".join(_import_path(kind.venv)), "SITE_PREFIX": kind.prefix}
        if kind.name == "gunicorn-prefix":
            environment["SCRIPT_NAME"] = PREFIX
        arguments = [argument.format(port=self.port) for argument in kind.arguments]
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=Path(__file__).with_name("sites"),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None and time.monotonic() < deadline, self._log.read_text()[-4000:]
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)

    def ask(self, site: str, target: str, headers: dict[str, str]) -> Answer:
        """Sends the target and the headers just as they are."""
        try:
            return self._ask(site, target, headers)
        except (http.client.HTTPException, ConnectionError):  # a server that hangs up after an error
            self._connection.close()
            return self._ask(site, target, headers)

    def _ask(self, site: str, target: str, headers: dict[str, str]) -> Answer:
        self._connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": site, "Accept": "application/json", **headers}.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        response = self._connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        return Answer(response.status, response.getheader("Location", ""), body)

    def stop(self) -> None:
        self._connection.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _import_path(venv: str) -> Iterator[str]:
    """The server of another environment, with our frameworks."""
    if venv:
        (found,) = (BUILD / venv / "lib").glob("python3.*/site-packages")
        yield str(found)
    yield os.environ["PYTHONPATH"]


_given_ports: set[int] = set()


def _free_port() -> int:
    """Never the same twice: the servers start side by side, and a port is free until its server listens."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _given_ports:
            _given_ports.add(port)
            return port
