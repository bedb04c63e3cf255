"""The secret of a kept session in GNOME's keyring, on a session bus that the test starts; and where there is none."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing_in import Machine, get, machine, redirect_of

pytestmark = pytest.mark.xdist_group("keyring")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


@pytest.fixture
def keyring(here: Machine) -> Iterator[Machine]:
    """The user's keyring is open from here on."""
    here.environment["XDG_RUNTIME_DIR"] = str(here.folder)
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        env=here.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as bus:
        here.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        daemon = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        with subprocess.Popen(
            daemon, env=here.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as secrets:
            secrets.stdin.write(b"password of the keyring")
            secrets.stdin.close()
            wait = ["busctl", f"--address={here.environment['DBUS_SESSION_BUS_ADDRESS']}", "list"]
            while "org.freedesktop.secrets" not in subprocess.run(wait, capture_output=True, text=True).stdout:
                assert secrets.poll() is None, secrets.stderr.read()
            yield here
            secrets.terminate()
        bus.terminate()


def secret_in_keyring(here: Machine) -> str:
    lookup = ["secret-tool", "lookup", "application", "stauth"]
    return subprocess.run(lookup, env=here.environment, capture_output=True, text=True).stdout


def test_secret_is_in_the_keyring_alone(keyring: Machine) -> None:
    keyring.sign_in()
    document = json.loads(keyring.kept()[0].read_text())
    assert (document["kept_in"], "secret" in document) == ("keyring", False)
    assert len(secret_in_keyring(keyring)) == 43
    assert json.loads(keyring.stauth("login").stdout)["is_logged_in"]
    assert keyring.stauth("login", "--access-token").stdout.strip() in keyring.provider.issued
    assert keyring.stauth("logout").returncode == 0
    assert (keyring.kept(), secret_in_keyring(keyring)) == ([], "")


def test_store_file(keyring: Machine) -> None:
    keyring.sign_in("--store", "file")
    assert json.loads(keyring.kept()[0].read_text())["kept_in"] == "file"
    assert secret_in_keyring(keyring) == ""


def test_new_login_leaves_no_old_secret(keyring: Machine) -> None:
    keyring.sign_in()
    keyring.sign_in("--force", "--store", "file")
    assert secret_in_keyring(keyring) == ""
    assert json.loads(keyring.stauth("login").stdout)["is_logged_in"]


def test_keyring_that_has_lost_the_secret(keyring: Machine) -> None:
    keyring.sign_in()
    subprocess.run(["secret-tool", "clear", "application", "stauth"], env=keyring.environment, check=True)
    done = keyring.stauth("login")
    assert (done.returncode, done.stdout) == (1, "") and "--force" in done.stderr
    keyring.sign_in("--force")
    assert keyring.stauth("login").returncode == 0


def test_keyring_that_is_gone(keyring: Machine) -> None:
    keyring.sign_in()
    keyring.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
    done = keyring.stauth("login")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the keyring refuses" in done.stderr and "--force --store file" in done.stderr


def test_no_bus(here: Machine) -> None:
    assert shutil.which("secret-tool")
    done = here.stauth("login", "--store", "keyring")
    assert done.returncode == 1 and "there is no session bus here" in done.stderr
    here.sign_in()
    assert json.loads(here.kept()[0].read_text())["kept_in"] == "file"


def test_keyring_that_refuses_a_new_secret(here: Machine) -> None:
    here.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
    done = here.sign_in()
    assert "in a file instead" in done.stderr
    assert json.loads(here.kept()[0].read_text())["kept_in"] == "file"
    login = here.begin("--store", "keyring", "--force")
    assert get(redirect_of(login.address)).status == 200
    assert login.end().returncode == 1
