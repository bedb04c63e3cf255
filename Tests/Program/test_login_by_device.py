"""`stauth login --device`: the user signs in elsewhere, refuses, or is too late."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from program_under_test import PROGRAM
from provider import Reply
from signing_in import Machine, machine, wait_until


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


def test_user_signs_in_elsewhere(here: Machine) -> None:
    login = here.begin("--device")
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", login.user_code)
    assert f"\n  {here.provider.issuer}/device\n" in login.errors
    assert "It is good for 5 minutes" in login.match(r"It is good[^\n]*")[0]
    here.provider.devices.sign_in()
    done = login.end()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sub"] == "user-of-op"
    assert len(here.kept()) == 1
    for secret in here.provider.issued:
        assert secret not in done.stdout + done.stderr


def test_slow_down(here: Machine) -> None:
    devices = here.provider.devices
    devices.answers = ["slow_down", "authorization_pending"]
    devices.sign_in()
    began = time.monotonic()
    assert here.stauth("login", "--device").returncode == 0
    # One second, and then twice six.
    assert time.monotonic() - began > 13
    assert devices.polls == 3


@pytest.mark.parametrize(
    ("what", "code", "advice"),
    [
        ("refuse", "authorization_refused", "Run stauth login again"),
        ("expire", "login_expired", "before the time is over"),
    ],
)
def test_login_ends_without_a_user(what: str, code: str, advice: str, here: Machine) -> None:
    getattr(here.provider.devices, what)()
    done = here.stauth("login", "--device")
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert f"[{code}]" in done.stderr and advice in done.stderr


def test_code_expires_by_this_clock(here: Machine) -> None:
    here.provider.devices.lifetime = 2
    done = here.stauth("login", "--device")
    assert done.returncode == 1 and "[login_expired]" in done.stderr


def test_timeout(here: Machine) -> None:
    done = here.stauth("login", "--device", "--timeout", "1")
    assert done.returncode == 1 and "within the --timeout" in done.stderr


def test_interrupted(here: Machine) -> None:
    login = here.begin("--device")
    assert login.match("It is good")
    login.process.send_signal(signal.SIGINT)
    done = login.end()
    assert (done.returncode, done.stdout, here.kept()) == (-signal.SIGINT, "", [])
    assert "nobody was signed in" in done.stderr


def test_provider_without_the_flow(here: Machine) -> None:
    here.provider.devices = None
    done = here.stauth("login", "--device")
    assert done.returncode == 1 and "without --device" in done.stderr


def test_client_may_not(here: Machine) -> None:
    here.provider.respond("device", Reply(400, {"error": "unauthorized_client"}))
    done = here.stauth("login", "--device")
    assert done.returncode == 1 and "allow it the device flow there" in done.stderr


def test_outage_while_waiting(here: Machine) -> None:
    here.provider.respond("token", Reply(503, "maintenance"))
    login = here.begin("--device")
    assert login.match("It is good")
    wait_until(lambda: here.provider.seen("token"))
    here.provider.behave()
    here.provider.devices.sign_in()
    assert login.end().returncode == 0


def test_outage_after_the_tokens(here: Machine) -> None:
    """The code is used up: another poll could only hide why the login failed."""
    here.file.write_text(here.file.read_text() + "\nuserinfo = true\n")
    here.provider.metadata({"userinfo_endpoint": "http://127.0.0.1:9/userinfo"})
    here.provider.devices.sign_in()
    done = here.stauth("login", "--device")
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert "[provider_unreachable]" in done.stderr
    assert len(here.provider.seen("token")) == 1


def shown_on_a_terminal(here: Machine, **environment: str) -> str:
    """What a terminal of the usual size gets to see of a login that succeeds."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "login", "--device", "--file", here.file],
        env=here.environment | {"TERM": "xterm"} | environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while b"waiting for the login" not in shown:
        assert select.select([ours], [], [], 30)[0], shown
        shown += os.read(ours, 65_536)
    here.provider.devices.sign_in()
    assert json.loads(process.stdout.read())["is_logged_in"]
    assert process.wait(30) == 0
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}])
def test_terminal_shows_a_code_for_cameras(environment: dict[str, str], here: Machine, tmp_path: Path) -> None:
    shown = shown_on_a_terminal(here, **environment)
    assert ("\x1b[97;40m" in shown) == (not environment)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip("\r") for line in shown.split("\n")]
    picture = [line for line in lines if re.fullmatch("[ ▀▄█]{25,}", line)]
    seen = subprocess.run(
        ["zbarimg", "--quiet", "--raw", bitmap(picture, tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", shown)[0].replace("-", "")
    assert seen.strip() == f"{here.provider.issuer}/device?user_code={code}"


def bitmap(lines: list[str], folder: Path) -> Path:
    """A picture of half blocks, 4 pixels for each module, as a portable bitmap: there 1 is black."""
    upper = {" ": 1, "▄": 1, "▀": 0, "█": 0}
    lower = {" ": 1, "▀": 1, "▄": 0, "█": 0}
    rows = [[half[block] for block in line for _ in range(4)] for line in lines for half in (upper, lower)]
    pixels = "\n".join(" ".join(map(str, row)) for row in rows for _ in range(4))
    file = folder / "code.pbm"
    file.write_text(f"P1\n{len(rows[0])} {4 * len(rows)}\n{pixels}\n")
    return file


def test_logs_show_no_picture(here: Machine) -> None:
    login = here.begin("--device")
    assert login.match("It is good")
    here.provider.devices.sign_in()
    assert login.end().returncode == 0
    assert not set("▀▄█\x1b\r") & set(login.errors)
