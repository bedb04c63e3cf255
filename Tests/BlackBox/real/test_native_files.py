"""The files of examples/c-cli: where it looks, whom it trusts, and that runs wait for each other. No provider runs."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from cli import Cli
from providers import Provider

ANONYMOUS = '{"is_logged_in":false}\n'
KEPT = "0" * 64 + "\nstauth_session=of-an-earlier-run"


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path, Provider("https://op.invalid", "native", "native-client-secret-0123456789"))


def test_settings_of_the_current_folder(cli: Cli) -> None:
    """A folder from anybody could name the provider, the proxy and the authorities that get the refresh token."""
    home = cli.folder / "home"
    config = home / ".config"
    for variable in ("C_CLI_SETTINGS", "XDG_CONFIG_HOME"):
        cli.environment.pop(variable, None)
    cli.environment["HOME"] = str(home)
    assert cli.settings.parent == cli.folder  # where the program runs
    status, out, errors = cli.run("whoami")
    assert (status, out) == (1, "") and str(config / "c-cli" / "settings.toml") in errors

    for folder, variable in ((config, "HOME"), (cli.folder / "xdg", "XDG_CONFIG_HOME")):
        (folder / "c-cli").mkdir(parents=True)
        cli.settings.rename(folder / "c-cli" / "settings.toml")
        cli.environment[variable] = str(home if variable == "HOME" else folder)
        assert cli.run("whoami")[:2] == (0, ANONYMOUS)
        (folder / "c-cli" / "settings.toml").rename(cli.settings)

    # A relative XDG_CONFIG_HOME or HOME would be in the current folder again.
    cli.environment |= {"XDG_CONFIG_HOME": ".", "HOME": "."}
    (cli.folder / "c-cli").mkdir()
    cli.settings.rename(cli.folder / "c-cli" / "settings.toml")
    assert cli.run("whoami")[0] == 1


@pytest.mark.parametrize("kind", ["readable by others", "a FIFO", "a link"])
def test_file_that_is_not_of_the_user_alone(cli: Cli, kind: str) -> None:
    elsewhere = cli.folder / "elsewhere"
    if kind == "a FIFO":
        os.mkfifo(cli.session, 0o600)
    else:
        path = elsewhere if kind == "a link" else cli.session
        path.write_text(KEPT)
        path.chmod(0o600 if kind == "a link" else 0o644)
    if kind == "a link":
        cli.session.symlink_to(elsewhere)
    assert cli.run("whoami")[:2] == (0, ANONYMOUS)
    assert cli.run("logout")[:2] == (0, ANONYMOUS)
    assert not cli.session.is_symlink() and not cli.session.exists()


def test_runs_wait_for_each_other(cli: Cli) -> None:
    with Path(f"{cli.session}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = cli.start("whoami")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert cli.end(process)[:2] == (0, ANONYMOUS)


def test_output_that_is_lost(cli: Cli) -> None:
    with Path("/dev/full").open("w") as full:
        status, _, errors = cli.end(cli.start("whoami", out=full))
    assert status == 1 and "standard output" in errors
