"""A keyring that takes its time, or never answers; a script is its `secret-tool`."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from program_under_test import PROGRAM
from provider import Reply, Request
from signing_in import PATIENCE, Keyring, Machine, get, machine, redirect_of, wait_until


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


@pytest.fixture
def keyring(here: Machine) -> Keyring:
    return Keyring(here)


@pytest.mark.parametrize(
    ("number", "send"), [(signal.SIGINT, os.killpg), (signal.SIGHUP, os.killpg), (signal.SIGTERM, os.kill)]
)
def test_interrupted_while_it_asks(
    number: signal.Signals, send: Callable[[int, int], None], here: Machine, keyring: Keyring
) -> None:
    keyring.behave(after="exec sleep 600")
    login = here.begin(apart=True)
    assert get(redirect_of(login.address)).status == 200
    wait_until(keyring.secret.exists)
    send(login.process.pid, number)
    done = login.end()
    assert (done.returncode, done.stdout) == (-number, "")
    assert done.stderr.count("nobody was signed in") == 1 and "in a file instead" not in done.stderr
    assert (here.kept(), keyring.secret.exists()) == ([], False)
    assert len(here.provider.seen("revocation")) == 2


def has_lock_open(process: int) -> bool:
    return any(os.path.realpath(file).endswith(".json.lock") for file in Path(f"/proc/{process}/fd").iterdir())


def test_interrupted_while_another_login_is_kept(here: Machine, keyring: Keyring) -> None:
    keyring.behave(after="exec sleep 600")
    first = here.begin(apart=True)
    second = here.begin(apart=True)
    assert second.address  # before the first has the lock
    assert get(redirect_of(first.address)).status == 200
    keyring.wait_for("store")
    assert get(redirect_of(second.address)).status == 200
    wait_until(lambda: has_lock_open(second.process.pid))  # and so waits for the first
    os.killpg(second.process.pid, signal.SIGINT)
    assert second.end().returncode == -signal.SIGINT
    assert "nobody was signed in" in second.errors
    assert len(here.provider.seen("revocation")) == 2
    os.killpg(first.process.pid, signal.SIGINT)
    assert first.end().returncode == -signal.SIGINT


def test_file_without_a_keyring_that_hangs(here: Machine, keyring: Keyring) -> None:
    here.sign_in()
    assert keyring.secret.exists()
    keyring.behave(before="exec sleep 600")
    began = time.monotonic()
    done = here.sign_in("--force", "--store", "file")
    assert time.monotonic() - began < 25
    assert "not asked to revoke tokens: what was kept could not be read" in done.stderr
    assert json.loads(here.kept()[0].read_text())["kept_in"] == "file"
    began = time.monotonic()
    assert here.stauth("logout").returncode == 0
    assert time.monotonic() - began < 25


def token_on_a_terminal(here: Machine) -> tuple[int, str, str]:
    """Signs in on another device for an access token. What the terminal shows comes last."""
    here.provider.devices.sign_in()
    ours, theirs = pty.openpty()
    # Too small for a picture of the code.
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 10, 0, 0))
    command = [PROGRAM, "login", "--device", "--access-token", "--file", here.file]
    with subprocess.Popen(command, env=here.environment, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        output = process.stdout.read()
        status = process.wait(PATIENCE)
    shown = b""
    # What was written last may arrive after the rest.
    with os.fdopen(ours, "rb", buffering=0) as terminal, contextlib.suppress(OSError):
        while part := terminal.read(65_536):
            shown += part
    return status, output, shown.decode()


def test_refresh_right_after_a_login_is_kept(here: Machine, keyring: Keyring) -> None:
    """By the time that the keyring has answered, the access token has expired."""
    here.provider.token_response({"expires_in": 1})
    keyring.behave(after="sleep 2")
    status, token, _ = token_on_a_terminal(here)
    assert status == 0 and token.strip() in here.provider.issued
    assert len([request for request in here.provider.seen("token") if is_refresh(request)]) == 1
    here.provider.behave()
    assert here.stauth("login", "--access-token").returncode == 0
    assert here.provider.rotation.revoked == 0


def test_refresh_right_after_a_login_fails(here: Machine, keyring: Keyring) -> None:
    here.provider.token_response({"expires_in": 1})
    here.provider.respond("token", lambda request: Reply(503, "maintenance") if is_refresh(request) else None)
    keyring.behave(after="sleep 2")
    status, token, shown = token_on_a_terminal(here)
    assert (status, token) == (1, "")
    assert "[provider_unavailable]" in shown and "Try again when the provider can be reached" in shown
    here.provider.behave()
    assert here.stauth("login", "--access-token").returncode == 0


def is_refresh(request: Request) -> bool:
    return request.value("grant_type") == "refresh_token"
