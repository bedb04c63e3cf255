"""What the documents tell operators to type, typed."""

from __future__ import annotations

import re
import secrets
import subprocess
from pathlib import Path

import pytest

from browser import Browser
from hosts import HOSTS, ROOT, Host, Program, RunningHost, free_port

USE_FROM_C = (ROOT / "docs" / "c.md").read_text("utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")
EVENTS = (ROOT / "docs" / "events.md").read_text("utf-8")
# The commands that make a key or a certificate, and the settings below them that use it.
MADE = re.findall(r"^```sh\n(.*?)^```\n.*?^```toml\n(.*?)^```", CONFIGURATION, re.S | re.M)


def shell(command: str, folder: Path, **environment: str) -> str:
    command = "set -euo pipefail\n" + command
    environment["PATH"] = "/usr/bin:/bin"
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("commands", "settings"), MADE, ids=[re.search(r"-out (\S+)", sh)[1] for sh, _ in MADE])
def test_keys_made_as_shown_are_taken(tmp_path: Path, commands: str, settings: str) -> None:
    shell(commands, tmp_path)
    path = tmp_path / "secrets.toml"
    path.write_text(re.sub("…", lambda _: secrets.token_hex(32), settings), "utf-8")
    host = RunningHost(HOSTS[0], path, free_port())
    assert host.stop() == 0, host.log()


def test_every_command_is_here() -> None:
    assert len(MADE) == CONFIGURATION.count("```sh\n") == 3


def test_a_user_is_found_in_the_log(start, new_provider, tmp_path: Path) -> None:
    (command,) = re.findall(r"^    (printf .*)$", EVENTS, re.M)
    site = start(new_provider())
    user = site.log_in(site.browser())
    found = shell(command, tmp_path, iss=user["iss"], sub=user["sub"]).strip()
    assert re.search(rf"event=login_succeeded provider=default user={found}(?: |$)", site.host.log(), re.M)


def test_the_example_in_c_is_built_and_started_as_shown(tmp_path: Path) -> None:
    (build,) = re.findall(r"^    (cmake -S examples/c .*)$", USE_FROM_C, re.M)
    (start,) = re.findall(r"^    (build/example/demo .*)$", USE_FROM_C, re.M)
    shell(build.replace("build/example", str(tmp_path)), ROOT)
    settings = tmp_path / "secrets.toml"
    (shown,) = re.findall(r"^## Settings\n.*?^```toml\n(.*?)^```", USE_FROM_C, re.S | re.M)
    settings.write_text(re.sub("…", lambda _: secrets.token_hex(32), shown), "utf-8")
    command = (
        start.replace("build/example", str(tmp_path)).replace("secrets.toml", "{secrets}").replace("8501", "{port}")
    )
    host = RunningHost(Host("example", Program(tuple(command.split()))), settings, free_port())
    page = Browser().open(f"http://localhost:{host.port}/")
    assert page.status == 200 and "google" in page.text, "a button for the provider"
    assert host.stop() == 0, host.log()
