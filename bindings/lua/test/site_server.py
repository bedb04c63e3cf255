"""The nginx of the tests."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from provider import certificate

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
LIBRARY = ROOT / "build" / "prefix" / "lib" / "libstauth.so.0"
MODULES = ROOT / "build" / "lua" / "lib"


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        return "\n".join(value for key, value in self.headers if key.lower() == name.lower())


class Site:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        trusted = [certificate(folder, name) for name in ("localhost", "example.test")]
        self.certificates = {"trusted": trusted[0][1], "other name": trusted[1][1]}
        self.certificates["not trusted"] = certificate(folder, "other-localhost")[1]
        (folder / "trusted.crt").write_text("".join(file.read_text() for file, _ in trusted))
        text = (HERE / "nginx.conf").read_text()
        for word, value in {"ROOT": ROOT, "FOLDER": folder, "PORT": self.port}.items():
            text = (
                text.replace(f"{word}/", f"{value}/")
                .replace(f'"{word}"', f'"{value}"')
                .replace(f":{word}", f":{value}")
            )
        (folder / "nginx.conf").write_text(text)

    def start(self) -> None:
        environment = os.environ | {"STAUTH_LIBRARY": str(LIBRARY)}
        command = ["/usr/sbin/nginx", "-p", str(self.folder), "-e", "nginx.log", "-c", str(self.folder / "nginx.conf")]
        self.process = subprocess.Popen([*command, "-g", "daemon off;"], env=environment, start_new_session=True)
        deadline = time.monotonic() + 30
        while not self.accepts():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log()
            time.sleep(0.01)

    def accepts(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        return False

    def log(self) -> str:
        return (self.folder / "nginx.log").read_text("utf-8", "replace")

    def get(self, target: str, cookie: str = "", method: str = "GET", body: bytes | None = None, **more: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": "localhost:8501", "Sec-Fetch-Site": "same-origin"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        connection.request(method, target, body, headers | ({"Cookie": cookie} if cookie else {}))
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read().decode("utf-8", "replace"))
        connection.close()
        return answer

    def send(self, url: str, **fields: str) -> str:
        """A request by the module's client: "status headers body"."""
        return self.get("/send?" + urlencode({"url": url, **fields})).body

    def sign_in(self, email: str, app: str = "auth") -> str:
        return self.get("/sign_in?" + urlencode({"email": email, "app": app})).body

    def wait_for(self, text: str, times: int = 1) -> None:
        deadline = time.monotonic() + 30
        while self.log().count(text) < times:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.log()[-3000:]}"
            time.sleep(0.01)

    def reload(self) -> None:
        before = self.log().count("start worker processes")
        self.process.send_signal(signal.SIGHUP)
        self.wait_for("start worker processes", before + 1)

    def end(self) -> None:
        """A worker that crashed is in the log."""
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(30)
        assert status == 0 and "exited on signal" not in self.log(), f"status {status}:\n{self.log()[-3000:]}"
