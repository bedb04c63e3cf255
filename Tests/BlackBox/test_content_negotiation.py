"""What the library asks for, and providers, or servers in front of them, that compress what nobody asked them to: their
answers are read like any others, and the limit is for what comes out."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from provider import Reply, Request
from refusal import assert_refused
from victim import Victim

# Each media type that the answer may rightly have.
ENDPOINTS = {
    "metadata": "application/json",
    "jwks": "application/json, application/jwk-set+json",
    "pushed": "application/json",
    "token": "application/json",
    "userinfo": "application/json",
}
LIMIT = 1 << 20


def compress(victim: Victim, endpoint: str, change: Callable[[Reply], Reply] = lambda reply: reply) -> None:
    """The endpoint's answer as it would be, changed and then compressed."""
    provider = victim.provider

    def answer(request: Request) -> Reply:
        assert request.header("Accept-Encoding") == "identity"
        reply = change(getattr(provider, "_answer_" + endpoint)(request))
        return Reply(reply.status, gzip.compress(reply.payload()), {**reply.headers, "Content-Encoding": "gzip"})

    provider.respond(endpoint, answer)


def padded(size: int) -> Callable[[Reply], Reply]:
    """White space up to exactly so many bytes, which gzip makes a thousandth of."""
    return lambda reply: Reply(reply.status, reply.payload().ljust(size), reply.headers)


@pytest.fixture
def victim(new_victim) -> Victim:
    """A victim that uses every endpoint of its provider."""
    victim = new_victim(userinfo=True, require_pushed_authorization_requests=True)
    victim.provider.pushes = True
    return victim


def test_what_is_asked_for(victim: Victim) -> None:
    victim.accepts_login()
    for endpoint, types in ENDPOINTS.items():
        (request,) = victim.provider.seen(endpoint)
        assert (request.header("Accept"), request.header("Accept-Encoding")) == (types, "identity"), endpoint


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_answer_is_read(victim: Victim, endpoint: str) -> None:
    victim.provider.userinfo_claims = {"nickname": "Countess"}
    compress(victim, endpoint)
    assert victim.accepts_login()["nickname"] == "Countess"
    assert len(victim.provider.seen(endpoint)) == 1


@pytest.mark.parametrize(("size", "is_taken"), [(LIMIT, True), (LIMIT + 1, False)])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_limit_is_for_what_comes_out(victim: Victim, endpoint: str, size: int, is_taken: bool) -> None:
    compress(victim, endpoint, padded(size))
    if is_taken:
        victim.accepts_login()
    else:
        assert_refused(victim.site, victim.login(), "response_too_large", named=endpoint not in ("metadata", "pushed"))


def test_refusal_is_read(victim: Victim) -> None:
    """What the provider says of it reaches the log."""
    refusal = Reply(400, {"error": "invalid_grant", "error_description": "code is stale"})
    compress(victim, "token", lambda _: refusal)
    assert_refused(victim.site, victim.login(), "token_request_refused")
    assert "code is stale" in victim.site.host.log()
