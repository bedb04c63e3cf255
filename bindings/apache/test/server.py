"""An Apache with the module, its secrets.toml, and users who sign in without a provider."""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MODULES = "/usr/lib/apache2/modules"
sys.path.insert(0, str(ROOT / "bindings" / "python" / "src"))
os.environ["LD_LIBRARY_PATH"] = str(ROOT / "build" / "prefix" / "lib")
os.environ["STAUTH_LIBRARY"] = str(ROOT / "build" / "prefix" / "lib" / "libstauth.so.0")

import libstauth.testing  # noqa: E402

SETTINGS = {"redirect_uri": "http://localhost:8501/oauth2callback", "client_id": "test", "client_secret": "x" * 32}
SETTINGS |= {"server_metadata_url": "https://provider.test/.well-known/openid-configuration"}
SETTINGS |= {"cookie_secret": "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e", "id_token_signed_response_alg": "HS256"}

COMMON = """
ServerName localhost
DefaultRuntimeDir /tmp
PidFile {folder}/pid
ErrorLog {folder}/log
LogLevel notice stauth:info
TypesConfig /dev/null
Listen 127.0.0.1:{port}
User www-data
Group www-data
AliasMatch "^" "{here}/echo.shtml"
SSIUndefinedEcho "-"
<Directory "{here}">
    Options +IncludesNOEXEC
    AddType text/plain .shtml
    AddOutputFilter INCLUDES .shtml
</Directory>
"""
NEEDED = ("authn_core", "authz_core", "authz_user", "alias", "include", "mime", "rewrite", "headers")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str

    def value(self, name: str) -> str:
        """What the page says."""
        return next(line for line in self.body.splitlines() if line.startswith(f"{name}=")).partition("=")[2]


def cookies(more: Mapping[str, Any] | None = None, /, **claims: Any) -> str:
    """The Cookie header of a user with these claims, at a site that may have more settings."""
    settings = {f"auth.{key}": value for key, value in (SETTINGS | (more or {})).items() if key != "client_secret"}
    app = libstauth.testing.App(settings=settings)
    try:
        return "; ".join(f"{name}={value}" for name, value in app.sign_in(claims).items())
    finally:
        app.close()


class Server:
    """`configuration` is the part of httpd.conf that a test is about."""

    def __init__(self, folder: Path, configuration: str, mpm: str = "event", **settings: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.write_settings(**settings)
        loaded = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in (f"mpm_{mpm}", *NEEDED)]
        loaded.append(f"LoadModule stauth_module {ROOT}/build/apache/modules/mod_stauth.so")
        common = COMMON.format(folder=folder, port=self.port, here=HERE)
        text = "\n".join([*loaded, common, configuration.replace("SECRETS", str(folder / "secrets.toml"))])
        (folder / "httpd.conf").write_text(text)
        self.process: subprocess.Popen[bytes] | None = None

    def write_settings(self, **settings: Any) -> None:
        lines = [f"{key} = {json.dumps(value)}" for key, value in (SETTINGS | settings).items() if value is not None]
        (self.folder / "secrets.toml").write_text("[auth]\n" + "\n".join(lines) + "\n")
        (self.folder / "secrets.toml").chmod(0o600)

    def command(self, *options: str) -> list[str]:
        return ["/usr/sbin/apache2", "-d", str(self.folder), "-f", str(self.folder / "httpd.conf"), *options]

    def check(self) -> tuple[int, str]:
        """`apache2 -t`."""
        done = subprocess.run(self.command("-t"), capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def start(self) -> None:
        command = self.command("-D", "FOREGROUND")
        # In a process group of its own, all of which mpm_prefork signals.
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        self.wait_for("resuming normal operations")

    def log(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "log").read_text("utf-8", "replace")
        return ""

    def wait_for(self, text: str, times: int = 1) -> None:
        deadline = time.monotonic() + 30
        while self.log().count(text) < times:
            assert self.process is not None and self.process.poll() is None, f"it ended:\n{self.log()}"
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.log()}"
            time.sleep(0.01)

    def get(
        self, path: str, cookie: str = "", method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("__", "-"): value for name, value in headers.items()}
        sent.setdefault("Host", "localhost:8501")
        connection.request(method, path, body, sent | ({"Cookie": cookie} if cookie else {}))
        response = connection.getresponse()
        names = {name.lower() for name, _ in response.getheaders()}
        answer = Answer(
            response.status,
            {name: ", ".join(response.headers.get_all(name) or []) for name in names},
            response.read().decode("utf-8", "replace"),
        )
        connection.close()
        return answer

    def get_lines(self, path: str, cookie_lines: list[str]) -> Answer:
        """A request with several Cookie headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest("GET", path)
        for line in cookie_lines:
            connection.putheader("Cookie", line)
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, {}, response.read().decode())

    def reload(self) -> None:
        assert self.process is not None
        before = self.log().count("resuming normal operations")
        self.process.send_signal(signal.SIGUSR1)
        self.wait_for("resuming normal operations", before + 1)

    def stop(self) -> None:
        """A child that crashed is in the log. At SIGTERM, some do that have just begun, also without the module."""
        assert self.process is not None
        self.process.send_signal(signal.SIGWINCH)
        status = self.process.wait(30)
        assert status == 0 and "exit signal" not in self.log(), f"status {status}:\n{self.log()[-2000:]}"


SHARED = contextlib.ExitStack()
"""Servers that all tests share, until main() closes it."""


@functools.cache
def shared(configuration: str) -> Server:
    return SHARED.enter_context(running(configuration))


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextlib.contextmanager
def running(configuration: str, mpm: str = "event", settings: Mapping[str, Any] | None = None) -> Iterator[Server]:
    with folder() as place:
        server = Server(place, configuration, mpm, **(settings or {}))
        server.start()
        try:
            yield server
        finally:
            server.stop()
