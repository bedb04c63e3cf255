"""`stauth login` as it waits for its user, and that user: a browser on the same machine, or another device."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from program_under_test import PROGRAM, stauth
from provider import DeviceFlow, ProviderServer, Rotation
from provider.openid import OpenIDProvider
from toml_writer import write_secrets

PATIENCE = 30


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


def get(url: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return Answer(response.status, response.read().decode(), dict(response.headers))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode(), dict(error.headers))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def redirect_of(url: str) -> str:
    """Where a provider that asks nobody sends the browser."""
    try:
        urllib.request.build_opener(NoRedirect).open(url, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        return error.headers["Location"]
    raise AssertionError("no redirect")


class WaitingLogin:
    """A `stauth login` in progress: its standard error is read as it comes."""

    def __init__(self, machine: Machine, *arguments: str, shell: str = "", apart: bool = False) -> None:
        """`shell`: what a shell does before; `apart`: in a process group of its own, as a shell gives each command."""
        # What whoever runs the tests ignores, it would ignore too.
        signals = ["env", "--default-signal=INT,TERM,HUP"]
        self.process = subprocess.Popen(
            [*signals, "sh", "-c", f'{shell}\nexec "$0" "$@"', PROGRAM, "login", "--file", machine.file, *arguments],
            env=machine.environment,
            start_new_session=apart,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self.errors = ""
        self._grown = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stderr:
            with self._grown:
                self.errors += line
                self._grown.notify_all()
        with self._grown:
            self._grown.notify_all()

    def match(self, pattern: str) -> re.Match[str]:
        """The first place in its standard error that looks so."""
        end = time.monotonic() + PATIENCE
        with self._grown:
            while not (found := re.search(pattern, self.errors)):
                assert self._reader.is_alive() and time.monotonic() < end, self.errors
                self._grown.wait(0.5)
        return found

    @property
    def address(self) -> str:
        return self.match(r"\n  (http\S+)\n")[1]

    @property
    def redirect_uri(self) -> str:
        return self.match(r"register there: (http\S+)")[1]

    @property
    def user_code(self) -> str:
        return self.match(r"enter the code:\n  (\S+)\n")[1]

    def end(self) -> subprocess.CompletedProcess[str]:
        output = self.process.stdout.read()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return subprocess.CompletedProcess([], self.process.returncode, output, self.errors)


class Machine:
    """Somebody's computer, with the settings of an application whose provider is `provider`."""

    def __init__(self, folder: Path, provider: OpenIDProvider, **keys: Any) -> None:
        self.folder = folder
        self.provider = provider
        self.state = folder / "state"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_STATE_HOME": str(self.state)}
        self.file = folder / "secrets.toml"
        section = {
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
            "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        }
        self.file.write_text(
            write_secrets({"redirect_uri": "https://app.example.com/oauth2callback"} | keys, {"op": section}), "utf-8"
        )
        self.file.chmod(0o600)

    def stauth(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        command, *others = arguments
        return stauth(command, "--file", self.file, *others, environment=self.environment, **options)

    def begin(self, *arguments: str, **options: Any) -> WaitingLogin:
        return WaitingLogin(self, *([] if "--device" in arguments else ["--no-browser"]), *arguments, **options)

    def sign_in(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        login = WaitingLogin(self, "--no-browser", *arguments)
        answer = get(redirect_of(login.address))
        assert (answer.status, "You can close this window" in answer.text) == (200, True), answer
        done = login.end()
        assert done.returncode == 0, done.stderr
        return done

    def kept(self) -> list[Path]:
        return sorted(self.state.glob("stauth/*.json"))


class Keyring:
    """A script in place of `secret-tool`."""

    def __init__(self, here: Machine) -> None:
        folder = here.folder / "keyring"
        folder.mkdir()
        self.secret = folder / "secret"
        self.tool = folder / "secret-tool"
        self.questions = folder / "questions"
        here.environment |= {
            "PATH": f"{folder}:{here.environment['PATH']}",
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        }
        self.behave()

    def behave(self, before: str = "", after: str = "") -> None:
        """`before` and `after`: what it does before each answer, and after it has stored a secret."""
        self.tool.write_text(
            f"""#!/bin/sh
            echo "$1" >> {self.questions}
            {before}
            case $1 in
                store) cat > {self.secret}; {after or ":"};;
                lookup) [ ! -e {self.secret} ] || exec cat {self.secret}; exit 1;;
                clear) rm -f {self.secret};;
            esac
            """
        )
        self.tool.chmod(0o755)

    def wait_for(self, question: str) -> None:
        wait_until(lambda: self.questions.exists() and question in self.questions.read_text())


@contextmanager
def machine(folder: Path, **keys: Any) -> Iterator[Machine]:
    server = ProviderServer()
    provider = server.add("op")
    provider.rotation = Rotation()
    provider.devices = DeviceFlow()
    provider.offer_logout()
    provider.metadata({"revocation_endpoint": provider.issuer + "/revoke"})
    try:
        yield Machine(folder, provider, **keys)
    finally:
        server.close()
