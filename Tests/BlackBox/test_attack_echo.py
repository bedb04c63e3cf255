"""A provider that repeats what it was sent: no part of that is on a page or in the log."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from provider import Reply
from provider.replies import Request
from refusal import ACCESS_LOG
from victim import Victim

WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in a sentence": lambda text: f"there is no {text} here",
    "percent-encoded": lambda text: quote(text, safe=""),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "cut": lambda text: "x" * 186 + text,
}
PARTS: dict[str, Callable[[Request], str]] = {
    "code": lambda request: request.value("code") or "",
    "code verifier": lambda request: request.value("code_verifier") or "",
    "credentials": lambda request: (request.header("Authorization") or "").removeprefix("Basic "),
    "client secret": lambda request: credentials(request).partition(":")[2],
    "body": lambda request: request.body.decode(),
}


def credentials(request: Request) -> str:
    return base64.b64decode((request.header("Authorization") or "").removeprefix("Basic ")).decode()


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim()


def assert_hidden(victim: Victim, request: Request, shown: str) -> None:
    """No eight characters of what was sent in confidence are in what was shown."""
    for name, part in PARTS.items():
        secret = part(request)
        assert len(secret) >= 16, f"the request has no {name}"
        if name != "body":
            windows = [secret[start : start + 8] for start in range(len(secret) - 7)]
            found = [window for window in windows if window in shown]
            assert not found, f"{name}: {found[:3]}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", PARTS)
def test_error_that_repeats_the_token_request(victim, part, way):
    victim.provider.behave()
    victim.provider.respond("token", lambda request: Reply(400, {"error": WAYS[way](PARTS[part](request))}))
    page = victim.login()
    request = victim.provider.seen("token")[0]
    log = "\n".join(line for line in victim.site.host.log().splitlines() if not ACCESS_LOG.search(line))
    assert_hidden(victim, request, page.text + str(page.headers) + log)
    victim.refuses(page, "token_request_refused")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("member", ["alg", "typ"])
def test_token_header_that_repeats_the_token_request(victim, member, way):
    victim.provider.behave()
    script = {"header": lambda header: header | {member: WAYS[way](PARTS["code"](victim.provider.seen("token")[0]))}}
    victim.provider.id_token(**script)
    page = victim.login()
    log = "\n".join(line for line in victim.site.host.log().splitlines() if not ACCESS_LOG.search(line))
    assert_hidden(victim, victim.provider.seen("token")[0], page.text + str(page.headers) + log)
    victim.refuses(page, {"id_token_algorithm_refused", "id_token_type_refused"})
