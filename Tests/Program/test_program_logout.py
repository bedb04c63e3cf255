"""`stauth logout`: nothing stays here, the tokens are revoked, and the user learns what is left to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from provider import Reply
from signing_in import Machine, machine


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


def test_nothing_is_left(here: Machine) -> None:
    here.sign_in()
    done = here.stauth("logout")
    assert (done.returncode, done.stderr, here.kept()) == (0, "", [])
    assert "has revoked the tokens" in done.stdout
    assert f"\n  {here.provider.issuer}/end_session?client_id={here.provider.client_id}\n" in done.stdout
    assert not [secret for secret in here.provider.issued if secret in done.stdout]
    kinds = {request.value("token_type_hint") for request in here.provider.seen("revocation")}
    assert kinds == {"refresh_token", "access_token"}
    assert here.stauth("login", "--access-token").returncode == 1


def test_as_json(here: Machine) -> None:
    here.sign_in()
    document = json.loads(here.stauth("logout", "--json").stdout)
    assert document["was_signed_in"] and document["tokens_revoked"]
    assert document["logout_url"].startswith(here.provider.issuer)
    assert json.loads(here.stauth("logout", "--json").stdout) == {"was_signed_in": False, "tokens_revoked": False}


def test_nobody_is_signed_in(here: Machine) -> None:
    done = here.stauth("logout")
    assert (done.returncode, done.stdout) == (0, "Nobody is signed in with op here.\n")


def test_provider_is_down(here: Machine) -> None:
    here.sign_in()
    here.provider.respond("revocation", Reply(503, "maintenance"))
    done = here.stauth("logout")
    assert (done.returncode, here.kept()) == (0, [])
    assert "could not revoke the tokens" in done.stdout


def test_provider_that_revokes_nothing(here: Machine) -> None:
    here.sign_in()
    here.provider.behave()  # without a revocation_endpoint
    done = here.stauth("logout")
    assert done.returncode == 0 and "does not revoke tokens" in done.stdout


def test_session_that_had_ended(here: Machine) -> None:
    """Nothing is said of the provider, which was not asked."""
    here.sign_in()
    here.file.write_text(here.file.read_text() + '\nallowed_domains = ["example.com"]\n')
    done = here.stauth("logout")
    assert (done.returncode, here.kept()) == (0, [])
    assert "had ended already" in done.stdout and "does not revoke" not in done.stdout


def test_damaged_file_is_removed(here: Machine) -> None:
    here.sign_in()
    here.kept()[0].write_text("nonsense")
    done = here.stauth("logout")
    assert (done.returncode, here.kept()) == (0, [])
    assert "not asked to revoke" in done.stdout
