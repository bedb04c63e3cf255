"""Redis servers on this machine: alone, with TLS and a user for the library, watched by sentinels, and as a cluster."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from hosts import free_port
from provider.certificates import authority

PASSWORD = "p%ss:w0rd/of-the-tests"
# What docs/sessions.md says.
USER = f"user stauth on >{PASSWORD} ~stauth:* resetchannels -@all +get +set +del +eval +getrange"
PATIENCE = 30


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.02)


class RedisServer:
    """One process. Its port stays the same when it starts again, and so do its data."""

    def __init__(self, folder: Path, *lines: str, program: str = "redis-server", tls: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.program, self.tls = folder, program, tls
        self.port = free_port()
        settings = ["bind 127.0.0.1", f"dir {folder}", "save ''", "daemonize no", "protected-mode no", *lines]
        if tls:
            certificate, key = authority().issue()
            (folder / "server.pem").write_bytes(certificate)
            (folder / "server-key.pem").write_bytes(key)
            settings += [
                "port 0",
                f"tls-port {self.port}",
                f"tls-cert-file {folder / 'server.pem'}",
                f"tls-key-file {folder / 'server-key.pem'}",
                f"tls-ca-cert-file {authority().write(folder)}",
                "tls-auth-clients no",
            ]
        else:
            settings.append(f"port {self.port}")
        self.settings = folder / "redis.conf"
        self.settings.write_text("\n".join(settings) + "\n")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([self.program, str(self.settings)], stdout=log, stderr=subprocess.STDOUT)
        wait_until(self._accepts, f"{self.program} starts: {(self.folder / 'redis.log').read_text()[-500:]}")

    def _accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def signal(self, number: int) -> None:
        assert self.process
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
        self.process = None

    @contextlib.contextmanager
    def stalled(self):
        """It is there, takes connections, and says nothing."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def command(self, *words: str) -> str:
        """redis-cli's answer, as the default user."""
        tls = ["--tls", "--cacert", str(self.folder / "ca.pem")] if self.tls else []
        command = ["redis-cli", "-p", str(self.port), *tls, *words]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace").strip()

    def keys(self, pattern: str = "stauth:s:*") -> list[str]:
        return self.command("keys", pattern).split()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"redis{'s' if self.tls else ''}://{self.address}"


def settings(*servers: RedisServer, **more: object) -> dict[str, object]:
    urls = [server.url for server in servers]
    return {"session_store": "redis", "redis_url": urls if len(urls) > 1 else urls[0], **more}
