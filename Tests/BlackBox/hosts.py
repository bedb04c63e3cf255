"""The host programs under test. One line in HOSTS makes every scenario run against another one.

A host gets the path of its secrets.toml and a port. It prints its URL once it listens, and serves: a page at any
path, `/user.json` (st_user_json), `/login?provider=NAME` (st_login), `POST /logout` (st_logout), and the library's
own paths. With STAUTH_DEMO_LOG=1 it prints the library's events to stderr.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20


def _demo() -> str:
    path = os.environ.get("STAUTH_DEMO", str(ROOT / "build" / "demo" / "demo"))
    assert Path(path).exists(), f"no host app at {path}: build examples/c, and name it in STAUTH_DEMO"
    return path


@dataclass(frozen=True)
class Host:
    name: str
    command: Callable[[], list[str]]  # the secrets.toml and the port are appended


HOSTS = [
    Host("c", lambda: [_demo()]),
]


def faketime_library() -> str:
    """libfaketime, which gives a host another clock."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    assert found, "these tests need libfaketime: apt-get install faketime"
    return str(found[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningHost:
    """A host process. Its output goes to files, so that it never waits for a reader."""

    def __init__(self, host: Host, secrets: Path, port: int, clock: Clock | None = None) -> None:
        self.port = port
        self.folder = secrets.parent
        self.log_path = self.folder / "host.log"
        environment = {**os.environ, "STAUTH_DEMO_LOG": "1"}
        # Proxies of the environment have no say in this library; a dead one shows when they have (E68).
        environment |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
        if clock:
            environment |= clock.environment()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*host.command(), str(secrets), str(port)], stdout=subprocess.PIPE, stderr=log, env=environment
            )
        self._wait_for_url()

    def _wait_for_url(self) -> None:
        assert self.process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            ready = selector.select(START_SECONDS)
        line = self.process.stdout.readline() if ready else b""
        if b"http" not in line:
            self.stop()
            raise AssertionError(f"the host did not start: {line.decode()!r}\n{self.log()}")

    def log(self) -> str:
        return self.log_path.read_text("utf-8", "replace")

    def alive(self) -> bool:
        return self.process.poll() is None

    def memory(self) -> int:
        """Resident bytes."""
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> int:
        """The exit status. A host that crashed shows here as a negative number other than our own signal's."""
        if self.alive():
            self.process.terminate()
        status = self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        return 0 if status == -signal.SIGTERM else status


class Clock:
    """A clock that a test can set. The host sees it from its next look at the time on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "clock"
        self.offset = 0
        self.move(0)

    def move(self, seconds: int) -> None:
        self.offset += seconds
        replacement = self.path.with_suffix(".new")
        replacement.write_text(f"{self.offset:+d}\n")
        replacement.replace(self.path)

    def now(self) -> float:
        return time.time() + self.offset

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": faketime_library(),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
