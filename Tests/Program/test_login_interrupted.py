"""`stauth login` and `stauth logout` that lose their user: by Ctrl-C, or with the terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from program_under_test import PROGRAM
from signing_in import PATIENCE, Keyring, Machine, get, machine, redirect_of, wait_until


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


class Held:
    """An endpoint of the provider whose first answer waits."""

    def __init__(self, here: Machine, endpoint: str) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()
        here.provider.respond(endpoint, self._answer)

    def _answer(self, _request: object) -> None:
        self.asked.set()
        self.go_on.wait(PATIENCE)

    def interrupt(self, process: subprocess.Popen[str]) -> None:
        """Ctrl-C while the program waits for that answer."""
        assert self.asked.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        # Some thread has taken the signal when all wait again.
        wait_until(lambda: not any(map(is_running, Path(f"/proc/{process.pid}/task").iterdir())))
        self.go_on.set()


def is_running(thread: Path) -> bool:
    try:
        return "State:\tR" in (thread / "status").read_text()
    except OSError:  # it has ended
        return False


def start(here: Machine, *arguments: str, **options: int) -> subprocess.Popen[str]:
    # What whoever runs the tests ignores, it would ignore too.
    words = ["env", "--default-signal=INT,HUP", PROGRAM, *arguments, "--file", here.file]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(words, env=here.environment, text=True, **options)


@pytest.mark.parametrize("endpoint", ["token", "jwks"])
@pytest.mark.parametrize("way", ["--no-browser", "--device"])
def test_while_the_tokens_come(way: str, endpoint: str, here: Machine) -> None:
    held = Held(here, endpoint)
    here.provider.devices.sign_in()
    login = here.begin(*([] if way == "--no-browser" else [way]))
    if way == "--no-browser":
        threading.Thread(target=get, args=(redirect_of(login.address),), daemon=True).start()
    held.interrupt(login.process)
    done = login.end()
    assert (done.returncode, done.stdout, here.kept()) == (-signal.SIGINT, "", [])
    assert done.stderr.count("nobody was signed in") == 1
    assert len(here.provider.seen("revocation")) == 2


@pytest.mark.parametrize("endpoint", ["metadata", "revocation"])
def test_logout(endpoint: str, here: Machine) -> None:
    here.sign_in()
    held = Held(here, endpoint)
    logout = start(here, "logout")
    held.interrupt(logout)
    output, errors = logout.communicate(timeout=PATIENCE)
    assert (logout.returncode, here.kept()) == (0, []), errors
    assert "has revoked the tokens" in output
    assert len(here.provider.seen("revocation")) == 2


def test_while_the_earlier_login_ends(here: Machine) -> None:
    here.sign_in()
    held = Held(here, "revocation")
    login = start(here, "login", "--force", "--no-browser")
    held.interrupt(login)
    _, errors = login.communicate(timeout=PATIENCE)
    assert (login.returncode, here.kept()) == (-signal.SIGINT, []), errors
    assert "nobody was signed in" in errors and "http" not in errors
    assert len(here.provider.seen("revocation")) == 2


def test_terminal_is_gone(here: Machine) -> None:
    """Nothing can be written to it any more, when the tokens are still to be revoked."""
    keyring = Keyring(here)
    keyring.behave(after="exec sleep 600")
    here.environment["NO_COLOR"] = "1"
    ours, theirs = pty.openpty()
    login = start(here, "login", "--no-browser", stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = ""
    while not (address := re.search(r"\n  (http\S+)\r\n", shown)):
        assert select.select([ours], [], [], PATIENCE)[0], shown
        shown += os.read(ours, 65_536).decode()
    assert get(redirect_of(address[1])).status == 200
    wait_until(keyring.secret.exists)
    os.close(ours)
    os.killpg(login.pid, signal.SIGHUP)
    assert login.wait(PATIENCE) == -signal.SIGHUP
    assert (here.kept(), keyring.secret.exists()) == ([], False)
    assert len(here.provider.seen("revocation")) == 2


def test_nobody_reads_its_notes(here: Machine) -> None:
    Keyring(here).behave(before='[ "$1" != store ] || { echo no >&2; exit 1; }')
    login = start(here, "login", "--no-browser")
    address = next(line.strip() for line in login.stderr if line.startswith("  http"))
    login.stderr.close()
    assert get(redirect_of(address)).status == 200
    assert json.loads(login.stdout.read())["is_logged_in"]
    assert login.wait(PATIENCE) == 0
    assert json.loads(here.kept()[0].read_text())["kept_in"] == "file"
