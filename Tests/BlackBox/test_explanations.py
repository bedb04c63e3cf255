"""What a provider says about a failure is in the log, escaped and cut, however it says it; and never on a page."""

from __future__ import annotations

import json

import pytest

from provider import Reply
from refusal import assert_refused
from victim import Victim

WORDS = 'the app\r\nis <b>not</b> "approved"'
ESCAPED = "is <b>not</b>"


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim()


@pytest.fixture(autouse=True)
def _behaves(victim: Victim):
    yield
    victim.provider.behave()


def assert_only_in_the_log(victim: Victim, page, before: int) -> None:
    assert ESCAPED not in page.text and "approved" not in page.text and "approved" not in str(page.headers)
    (line,) = [line for line in victim.site.host.log()[before:].splitlines() if "event=login_refused" in line]
    assert ESCAPED in line and 'is <b>not</b> \\"approved\\"' in line, line


@pytest.mark.parametrize("description", [
    {"error": "invalid_grant", "error_description": WORDS},
    {"error": "invalid_grant", "error_description": {"message": WORDS}},
    {"error": {"code": 7, "message": WORDS}},
    {"message": WORDS},
], ids=["a text", "an object", "an object for the error", "no error"])  # fmt: skip
@pytest.mark.parametrize("media_type", ["application/json", "text/html", "text/plain"])
def test_of_the_token_endpoint(victim: Victim, description, media_type: str) -> None:
    victim.provider.respond("token", Reply(400, json.dumps(description), {"Content-Type": media_type}))
    before = len(victim.site.host.log())
    page = victim.login()
    assert_refused(victim.site, page, "token_request_refused")
    assert_only_in_the_log(victim, page, before)


@pytest.mark.parametrize("with_state", [True, False])
def test_of_the_callback(victim: Victim, with_state: bool) -> None:
    """Some leave the state out when they refuse the client."""
    victim.provider.authorization_response(
        lambda a: [("error", "unauthorized_client"), ("error_description", WORDS), *a[1 if with_state else 2 :]]
    )
    before = len(victim.site.host.log())
    page = victim.login()
    assert_refused(victim.site, page, "client_refused" if with_state else "state_missing", named=with_state)
    assert_only_in_the_log(victim, page, before)


def test_long_words_are_cut(victim: Victim) -> None:
    victim.provider.respond("token", Reply(400, {"error": "invalid_grant", "error_description": "x" * 100_000}))
    before = len(victim.site.host.log())
    victim.login()
    (line,) = [line for line in victim.site.host.log()[before:].splitlines() if "event=login_refused" in line]
    assert "xxxxxxxx" in line and len(line) < 2_000
