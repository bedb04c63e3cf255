"""What `stauth login` keeps: whoever is signed in is not asked again, and a file that was changed is refused."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from program_under_test import PROGRAM
from provider import Reply
from signing_in import Machine, get, machine, redirect_of


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


def sign_in_briefly(here: Machine) -> None:
    """The access token has expired when this returns."""
    here.provider.token_response({"expires_in": 1})
    here.sign_in()
    time.sleep(1.1)
    here.provider.behave()


def test_signed_in_already(here: Machine) -> None:
    first = here.sign_in()
    seen = len(here.provider.requests)
    again = here.stauth("login")
    assert (again.returncode, again.stderr) == (0, "")
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert len(here.provider.requests) == seen


def test_force_signs_in_anew(here: Machine) -> None:
    here.sign_in()
    here.provider.claims["sub"] = "somebody else"
    assert json.loads(here.sign_in("--force").stdout)["sub"] == "somebody else"
    assert json.loads(here.stauth("login").stdout)["sub"] == "somebody else"


def revoked(here: Machine) -> set[str]:
    return {request.value("token") for request in here.provider.seen("revocation")}


def test_force_signs_the_earlier_login_out(here: Machine) -> None:
    here.sign_in()
    earlier = set(here.provider.issued)
    assert "earlier" not in here.sign_in("--force").stderr
    assert len(revoked(here)) == 2 and revoked(here) <= earlier
    assert here.stauth("login", "--access-token").returncode == 0


def test_force_leaves_no_tokens_though_it_fails(here: Machine) -> None:
    here.sign_in()
    here.provider.authorization_response(lambda answer: [("error", "access_denied"), *answer[1:]])
    login = here.begin("--force")
    assert get(redirect_of(login.address)).status == 403
    assert (login.end().returncode, here.kept(), len(revoked(here))) == (1, [], 2)


def test_force_says_what_could_not_be_revoked(here: Machine) -> None:
    here.sign_in()
    here.provider.respond("revocation", Reply(503, "maintenance"))
    assert "The earlier login has ended. The provider could not revoke" in here.sign_in("--force").stderr


def test_force_says_that_the_earlier_session_had_ended(here: Machine) -> None:
    here.sign_in()
    here.file.write_text(here.file.read_text() + '\nallowed_domains = ["example.com"]\n')
    login = here.begin("--force")
    assert login.address
    assert "The earlier login has ended. The provider was not asked" in login.errors
    login.process.terminate()
    login.end()


def test_two_logins_at_once(here: Machine) -> None:
    first, second = here.begin(), here.begin()
    assert first.address and second.address
    assert get(redirect_of(first.address)).status == 200
    assert first.end().returncode == 0
    before = here.kept()[0].read_bytes()
    assert get(redirect_of(second.address)).status == 200
    done = second.end()
    assert (done.returncode, done.stdout) == (1, "")
    assert "another stauth has signed in meanwhile" in done.stderr
    assert len(revoked(here)) == 2
    assert here.kept()[0].read_bytes() == before
    assert here.stauth("login", "--access-token").returncode == 0


def test_force_changes_nothing_while_the_provider_is_down(here: Machine) -> None:
    here.sign_in()
    here.provider.respond("metadata", Reply(503, "maintenance"))
    assert here.stauth("login", "--force", "--no-browser").returncode == 1
    assert here.stauth("login", "--access-token").returncode == 0


def test_access_token_for_scripts(here: Machine) -> None:
    here.sign_in()
    token = here.stauth("login", "--access-token")
    assert token.returncode == 0
    assert token.stdout.strip() in here.provider.issued and token.stdout.count("\n") == 1
    as_json = json.loads(here.stauth("login", "--access-token", "--json").stdout)
    assert as_json["access_token"] == token.stdout.strip()
    assert as_json["expires_at"] > time.time()


def test_access_token_is_refreshed_and_kept(here: Machine) -> None:
    sign_in_briefly(here)
    first = here.stauth("login", "--access-token").stdout
    assert len(here.provider.seen("token")) == 1
    assert here.stauth("login", "--access-token").stdout == first
    assert len(here.provider.seen("token")) == 1


def test_commands_at_once_refresh_once(here: Machine) -> None:
    """The provider takes a refresh token that comes twice for stolen."""
    sign_in_briefly(here)
    command = [PROGRAM, "login", "--file", here.file, "--access-token"]
    several = [subprocess.Popen(command, env=here.environment, stdout=subprocess.PIPE) for _ in range(6)]
    tokens = {process.communicate()[0] for process in several}
    assert len(tokens) == 1 and tokens != {b""}
    assert here.provider.rotation.revoked == 0


def test_scripts_are_not_asked_to_sign_in(here: Machine) -> None:
    done = here.stauth("login", "--access-token")
    assert (done.returncode, done.stdout) == (1, "")
    assert "run stauth login first" in done.stderr


def test_provider_is_down_when_the_token_has_expired(here: Machine) -> None:
    sign_in_briefly(here)
    here.provider.respond("token", Reply(503, "maintenance"))
    before = here.kept()[0].read_bytes()
    done = here.stauth("login", "--access-token")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Try again when the provider can be reached" in done.stderr
    user = here.stauth("login")
    assert user.returncode == 0 and json.loads(user.stdout)["is_logged_in"]
    here.provider.behave()
    assert here.stauth("login", "--access-token").returncode == 0
    assert here.kept()[0].read_bytes() != before


def test_provider_has_ended_the_session(here: Machine) -> None:
    sign_in_briefly(here)
    here.provider.respond("token", Reply(400, {"error": "invalid_grant"}))
    done = here.stauth("login", "--access-token")
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert "has ended" in done.stderr and "run stauth login first" in done.stderr


def test_other_settings_sign_nobody_in(here: Machine) -> None:
    here.sign_in()
    here.file.write_text(here.file.read_text() + '\nallowed_domains = ["example.com"]\n')
    done = here.stauth("login", "--access-token")
    assert done.returncode == 1 and "has ended" in done.stderr


def test_another_file_is_another_login(here: Machine) -> None:
    here.sign_in()
    copy = here.folder / "copy.toml"
    copy.write_text(here.file.read_text())
    here.file = copy
    assert here.stauth("login", "--access-token").returncode == 1


def test_file_of_another_login(here: Machine) -> None:
    here.sign_in()
    former = here.kept()[0]
    copy = here.folder / "copy.toml"
    copy.write_text(here.file.read_text())
    here.file = copy
    here.sign_in()
    (file,) = set(here.kept()) - {former}
    file.write_text(former.read_text())
    done = here.stauth("login")
    assert (done.returncode, done.stdout) == (1, "") and "--force" in done.stderr


def change(text: str, key: str) -> str:
    document = json.loads(text)
    value = document[key]
    middle = len(value) // 2
    document[key] = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    return json.dumps(document)


@pytest.mark.parametrize("key", ["session", "secret"])
def test_sealed_session_that_was_changed(key: str, here: Machine) -> None:
    here.sign_in()
    file = here.kept()[0]
    file.write_text(change(file.read_text(), key))
    done = here.stauth("login", "--access-token")
    assert (done.returncode, done.stdout) == (1, "")
    # What is opened first is the session, and then the tokens.
    assert "has ended" in done.stderr or "[token_unavailable]" in done.stderr


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"version": 2}', "\xff", "[" * 200_000])
def test_file_that_is_damaged(text: str, here: Machine) -> None:
    here.sign_in()
    here.kept()[0].write_text(text, "latin-1")
    done = here.stauth("login")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--force" in done.stderr or "is it the right file" in done.stderr
    here.sign_in("--force")
    assert here.stauth("login").returncode == 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_file_that_others_can_open(mode: int, here: Machine) -> None:
    here.sign_in()
    here.kept()[0].chmod(mode)
    done = here.stauth("login")
    assert (done.returncode, done.stdout) == (1, "")
    assert "stauth logout" in done.stderr
    assert here.stauth("logout").returncode == 0 and here.kept() == []


def test_link_in_place_of_the_file(here: Machine) -> None:
    here.sign_in()
    file = here.kept()[0]
    file.rename(here.folder / "elsewhere")
    file.symlink_to(here.folder / "elsewhere")
    assert here.stauth("login").returncode == 1


def test_disk_that_is_full(here: Machine) -> None:
    """A limit on the size of files stands in for it: writing fails after the login."""
    login = subprocess.Popen(
        ["bash", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$0" "$@"', *command(here)],
        env=here.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    lines = iter(login.stderr.readline, "")
    address = next(line.strip() for line in lines if line.startswith("  http"))
    assert get(redirect_of(address)).status == 200
    output, errors = login.communicate(timeout=30)
    assert (login.returncode, output, here.kept()) == (1, "", [])
    assert "cannot be kept, so it has ended again" in errors
    assert os.listdir(here.state / "stauth") in (
        [],
        [name for name in os.listdir(here.state / "stauth") if ".lock" in name],
    )
    assert len(here.provider.seen("revocation")) == 2


def command(here: Machine) -> list[str]:
    return [str(PROGRAM), "login", "--file", str(here.file), "--no-browser"]


def test_folder_that_cannot_be_made(here: Machine) -> None:
    here.state.write_text("a file, not a folder")
    done = here.stauth("login", "--no-browser")
    assert done.returncode == 1 and "cannot" in done.stderr
    assert here.provider.requests == []


def test_without_a_state_folder_it_is_below_home(here: Machine) -> None:
    del here.environment["XDG_STATE_HOME"]
    here.sign_in()
    assert len(list((here.folder / ".local/state/stauth").glob("*.json"))) == 1
