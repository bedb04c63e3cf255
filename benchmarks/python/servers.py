"""The peers' servers on loopback, and just enough of a browser to log in at them."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

LONGEST_START = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server, once it accepts connections. Its output goes into a file of the folder."""
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + LONGEST_START
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)  # its end is worth waking up for
        yield process
    finally:
        process.terminate()
        process.wait(20)


def provider_requests(origin: str) -> int:
    """The number of requests of relying parties that the provider of benchmarks/go/provider has received."""
    with urllib.request.urlopen(f"{origin}/requests", timeout=20) as response:
        return int(response.read())


class Browser:
    """Just enough of one to log in."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, url: str) -> tuple[int, str]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        connection.request(
            "GET", f"{parts.path}?{parts.query}", headers={"Cookie": self.header(), "Accept": "text/html"}
        )
        response = connection.getresponse()
        response.read()
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            if value and "1970" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        connection.close()
        return response.status, response.headers.get("Location", "")

    def follow(self, url: str) -> None:
        for _ in range(5):
            status, location = self.get(url)
            if status == 200:
                return
            if status not in (302, 303):
                break
            url = urljoin(url, location)
        raise RuntimeError(f"the login ended with {status}")
