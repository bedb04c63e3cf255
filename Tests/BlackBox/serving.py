"""Waits for a server that is started by more than one command."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from pathlib import Path

from hosts import START_SECONDS


def wait_for(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    """What is before the server may install packages, and build something."""
    deadline = time.monotonic() + 10 * START_SECONDS
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)  # its end is worth waking up for
        assert process.poll() is None and time.monotonic() < deadline, output.read_text()[-4000:]
