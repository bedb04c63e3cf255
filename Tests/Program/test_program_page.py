"""docs/program.md: each block of commands does what the page says, and prints what it shows."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from documented import blocks
from hosts import HOSTS
from program_under_test import PROGRAM, ROOT
from redis_servers import RedisServer, settings
from set_up import good_set_up
from signed_in import cookie_header, demo, secrets_file
from signing_in import machine

PAGE = "docs/program.md"
BLOCKS = [block for block in blocks() if block.page == PAGE]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """With all that the page has before its commands."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "stauth").symlink_to(PROGRAM)
    (tmp_path / "client-secret.txt").write_text("of-the-client-that-is-registered\n")
    yield tmp_path


def run(commands: str, folder: Path, *, with_errors: bool = False) -> str:
    """`with_errors`: what users see, not only the results."""
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "DISPLAY": ":77"}
    result = subprocess.run(
        ["bash", "-c", commands],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if with_errors else subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    assert not result.stderr
    return result.stdout


def shown(index: int) -> tuple[str, str]:
    """The commands of a block, and the output that follows it."""
    commands = [block for block in BLOCKS if block.language == "sh"]
    after = [block for block in BLOCKS if block.line > commands[index].line][:1]
    output = after[0].text if after and after[0].language == "text" else ""
    return commands[index].text, output


def alike(text: str) -> str:
    """Numbers differ: ports, bytes, times; so do queries, and codes for users. Columns do not count."""
    text = re.sub(r"\b[A-Z]{4}-[A-Z]{4}\b", "CODE", re.sub(r"\?\S+", "?", text))
    return re.sub(r" +", " ", re.sub(r"\d+(\.\d+)?", "N", text)).strip()


def compare(index: int, folder: Path, *, with_errors: bool = False) -> None:
    commands, output = shown(index)
    assert alike(run(commands, folder, with_errors=with_errors)) == alike(output)


def test_init(folder: Path) -> None:
    compare(0, folder)
    assert (folder / "secrets.toml").stat().st_mode & 0o777 == 0o600


def test_check(folder: Path) -> None:
    with good_set_up(folder) as set_up:
        set_up.write()
        compare(1, folder)
        compare(2, folder)


def test_cookie(folder: Path) -> None:
    with demo(folder / "host") as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        (folder / "cookies.txt").write_text(cookie_header(deployment, browser))
        (folder / "secrets.toml").write_text(secrets_file(deployment).read_text())
        compare(3, folder)


def test_end_sessions(folder: Path) -> None:
    with ExitStack() as opened:
        redis = RedisServer(folder / "redis")
        opened.callback(redis.kill)
        deployment, _ = opened.enter_context(demo(folder / "host", **settings(redis)))
        text = secrets_file(deployment).read_text()
        keys = [
            line for line in text.splitlines() if line.startswith(("client_id", "client_secret", "server_metadata"))
        ]
        (folder / "secrets.toml").write_text("\n".join([text, "[auth.keycloak]", *keys]))
        compare(4, folder)


def test_login_and_logout(folder: Path) -> None:
    browser = folder / "bin/xdg-open"
    browser.write_text('#!/bin/sh\nexec curl --silent --location "$1"\n')
    browser.chmod(0o755)
    with machine(folder) as here:
        compare(5, folder, with_errors=True)
        here.provider.devices.sign_in()
        compare(6, folder, with_errors=True)
        commands, _ = shown(7)
        answer = run(commands.replace("https://api.example.com/me", here.provider.issuer + "/userinfo"), folder)
        assert '"sub": "user-of-op"' in answer
        compare(8, folder, with_errors=True)


def test_completions(folder: Path) -> None:
    commands, _ = shown(9)
    assert run(commands, folder) == ""
    assert (folder / ".local/share/bash-completion/completions/stauth").stat().st_size > 1000


def test_every_command_of_the_page_is_run() -> None:
    assert len([block for block in BLOCKS if block.language == "sh"]) == 10
    assert HOSTS[0].name == "c"


def test_every_finding_is_on_the_page() -> None:
    text = (ROOT / PAGE).read_text("utf-8")
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| (?:ok|note|warning|problem)", text, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    source = (ROOT / "Program/Setup/Check/FindingCode.swift").read_text("utf-8")
    made = [raw or name for name, raw in re.findall(r'case (\w+)(?: = "(\w+)")?', source)]
    assert sorted(listed) == sorted(made)
