"""Aggregated and distributed claims (OIDC Core 5.6.2). What is not to be trusted is left out; no login fails for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from provider import REMOVE, ClaimsProvider, ProviderServer, Reply, Sink, jose
from victim import Victim

CLAIM, ADDRESS = "credit_score", {"country": "FI"}
IGNORED = "event=claim_source_ignored"


@pytest.fixture(scope="module")
def elsewhere(pytestconfig):
    """Another server, so that nothing is there by its origin alone."""
    server = ProviderServer(polite=pytestconfig.getoption("--polite"))
    yield server
    server.close()


@pytest.fixture
def source(elsewhere) -> ClaimsProvider:
    return elsewhere.add(f"claims{len(elsewhere.providers)}", kind=ClaimsProvider)


class Asking:
    """A site whose provider names a source, in UserInfo or in the ID token."""

    def __init__(self, victim: Victim, source: ClaimsProvider) -> None:
        self.victim, self.provider, self.source = victim, victim.provider, source

    def user(self, sourced: dict[str, Any], *, in_id_token: bool = False) -> dict[str, Any]:
        """Who the user is when the provider says this of them."""
        known = dict(self.provider.claims)
        if in_id_token:
            self.provider.claims |= sourced
        else:
            self.provider.userinfo_claims = sourced
        user = self.victim.accepts_login()
        assert (user["email"], user["sub"]) == (known["email"], known["sub"])
        assert "_claim_names" not in user and "_claim_sources" not in user
        for secret in (self.source.access_token, self.source.issuer + "/claims"):
            assert secret is None or secret not in str(user)
        return user

    def ignores(self, sourced: dict[str, Any]) -> None:
        user = self.user(sourced)
        assert CLAIM not in user and "shipping_address" not in user
        assert IGNORED in self.victim.site.host.log()
        assert self.source.access_token not in self.victim.site.host.log()


@pytest.fixture
def asking(new_victim, source) -> Asking:
    return Asking(new_victim(userinfo=True, claims_providers=[source.issuer]), source)


WAYS: dict[str, Callable[[ClaimsProvider], dict[str, Any]]] = {
    "aggregated": lambda source: source.aggregated(),
    "distributed": lambda source: source.distributed(),
}


def both_ways(function):
    marks = {"aggregated": "oidcc-client-test-aggregated-claims", "distributed": "oidcc-client-test-distributed-claims"}
    rows = [pytest.param(WAYS[name], id=name, marks=pytest.mark.conformance(marks[name])) for name in WAYS]
    return pytest.mark.parametrize("way", rows)(function)


@both_ways
@pytest.mark.parametrize("in_id_token", [False, True])
def test_claims_of_a_source(asking, way, in_id_token):
    user = asking.user(way(asking.source), in_id_token=in_id_token)
    assert user[CLAIM] == 650 and user["shipping_address"] == ADDRESS
    assert IGNORED not in asking.victim.site.host.log()


def test_source_without_an_access_token(asking):
    asking.source.access_token = None
    user = asking.user(asking.source.distributed())
    assert user[CLAIM] == 650


def test_the_logins_own_token_goes_nowhere(asking):
    asking.user(asking.source.distributed())
    assert not [
        request for request in asking.source.requests if "access-" in str(request.headers) or request.header("Cookie")
    ]
    assert [request.endpoint for request in asking.source.requests].count("claims") == 1


def test_new_key_of_a_source(asking):
    for _ in range(2):
        user = asking.user(asking.source.aggregated())
        assert user[CLAIM] == 650
        asking.source.keys.rotate()


def test_claims_of_the_provider_itself(new_victim):
    """It may hand on what it signed itself, without being listed."""
    victim = new_victim(userinfo=True)
    provider = victim.provider
    token = provider.token.make({"iss": provider.issuer, "team": "red"}, provider.keys.current)
    provider.userinfo_claims = {"_claim_names": {"team": "me"}, "_claim_sources": {"me": {"JWT": token}}}
    assert victim.accepts_login()["team"] == "red"


def bent(**script):
    return lambda source: source.id_token(**script)


TOKENS = {
    "unsigned": bent(algorithm="none"),
    "another key": bent(key=jose.rsa_key(7)),
    "an unknown key": bent(header={"kid": "nowhere"}),
    "a secret": bent(algorithm="HS256", key=b"x" * 32),
    "another iss": bent(claims={"iss": "https://op.example.com"}),
    "no iss": bent(claims={"iss": REMOVE}),
    "another aud": bent(claims={"aud": "another"}),
    "expired": bent(claims={"exp": 1}),
    "not yet valid": bent(claims={"nbf": 9_999_999_999}),
    "exp as text": bent(claims={"exp": "9999999999"}),
    "a list": bent(claims=b"[]"),
    "nonsense": bent(raw=lambda _: "x.y.z"),
    "another typ": bent(header={"typ": "at+jwt"}),
    "an algorithm that is not listed": lambda s: s.metadata({"id_token_signing_alg_values_supported": ["ES256"]}),
    "metadata of another issuer": lambda s: s.metadata({"issuer": "https://op.example.com"}),
    "no metadata": lambda s: s.respond("metadata", Reply(500)),
    "no keys": lambda s: s.respond("jwks", Reply(500)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("bend", TOKENS.values(), ids=TOKENS)
def test_token_that_is_not_to_be_trusted(asking, bend, way):
    bend(asking.source)
    asking.ignores(way(asking.source))


ANSWERS = {
    "401": Reply(401), "500": Reply(500), "204": Reply(204), "nothing": Reply(cut=0),
    "a redirect": Reply(302, b"", {"Location": "/somewhere"}),
    "JSON": Reply(body={"credit_score": 650}),
    "JSON as a JWT": Reply(body={"credit_score": 650}, headers={"Content-Type": "application/jwt"}),
    "HTML": Reply(body="<html>"),
    "3 MB": Reply(body=b"x" * 3_000_000, headers={"Content-Type": "application/jwt"}),
    "no UTF-8": Reply(body=b"\xff", headers={"Content-Type": "application/jwt"}),
}  # fmt: skip


@pytest.mark.parametrize("reply", ANSWERS.values(), ids=ANSWERS)
def test_answer_of_a_claims_endpoint(asking, reply):
    asking.source.respond("claims", reply)
    asking.ignores(asking.source.distributed())


def test_claims_endpoint_that_hangs(new_victim, source):
    asking = Asking(new_victim(userinfo=True, claims_providers=[source.issuer], timeout=1), source)
    source.respond("claims", Reply(hang=True))
    began = time.monotonic()
    asking.ignores(source.distributed())
    assert time.monotonic() - began < 5


def test_source_that_is_not_listed(new_victim, source):
    """Nobody is called on the provider's word alone."""
    asking = Asking(new_victim(userinfo=True), source)
    for sourced in (source.aggregated(), source.distributed()):
        asking.ignores(sourced)
    assert source.requests == []


def test_endpoint_that_is_not_listed(asking):
    """The issuer is listed, and its endpoint is at another origin: no request, and no token, goes there."""
    sink = Sink()
    try:
        here, there = asking.source.issuer.rpartition("/")[0], sink.origin
        for origin in (there, there.replace("127.0.0.1", "localhost"), there.replace("//", f"//{here[7:]}@")):
            asking.ignores(asking.source.distributed(endpoint=origin + "/claims"))
        assert sink.requests == []
    finally:
        sink.close()


def test_token_of_another_listed_issuer(new_victim, elsewhere, source):
    """An endpoint answers with a token of its neighbour's: what counts is who is at that origin, and who signed."""
    other = elsewhere.add("not-listed-" + source.name, kind=ClaimsProvider)
    asking = Asking(new_victim(userinfo=True, claims_providers=[source.issuer]), source)
    source.respond("claims", Reply(body=other.made().encode(), headers={"Content-Type": "application/jwt"}))
    asking.ignores(source.distributed())


def test_only_the_claims_that_are_named(asking):
    asking.source.says |= {"role": "admin", "groups": ["staff"]}
    user = asking.user(asking.source.aggregated(CLAIM))
    assert user[CLAIM] == 650
    assert not {"role", "groups", "shipping_address"} & set(user)


def test_claims_that_are_there_already_stay(asking):
    """Whoever the source says that the user is."""
    evil = {"iss": "evil", "sub": "evil", "email": "evil@example.org", "email_verified": True, "name": "evil",
            "aud": "evil", "provider": "evil", "is_logged_in": False}  # fmt: skip
    token = asking.source.token.make({**evil, "iss": asking.source.issuer}, asking.source.keys.current)
    names = dict.fromkeys(evil, "there")
    user = asking.user({"_claim_names": names, "_claim_sources": {"there": {"JWT": token}}})
    assert "evil" not in str(user) and user["is_logged_in"] is True
    assert user.get("email_verified") is not True, "it is said of another address"


HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "names that are a list": lambda s: s.update(_claim_names=["credit_score"]),
    "names of no source": lambda s: s.update(_claim_names={CLAIM: "elsewhere"}),
    "a name of two sources": lambda s: s.update(_claim_names={CLAIM: ["there", "there"]}),
    "no names": lambda s: s.pop("_claim_names"),
    "sources that are text": lambda s: s.update(_claim_sources="there"),
    "a source that is text": lambda s: s.update(_claim_sources={"there": "x"}),
    "an empty source": lambda s: s.update(_claim_sources={"there": {}}),
    "an endpoint that is a number": lambda s: s["_claim_sources"]["there"].update(endpoint=7),
    "a relative endpoint": lambda s: s["_claim_sources"]["there"].update(endpoint="/claims"),
    "a file": lambda s: s["_claim_sources"]["there"].update(endpoint="file:///etc/passwd"),
    "an access token with a line end": lambda s: s["_claim_sources"]["there"].update(access_token="x\r\nX: y"),
    "an access token that is a number": lambda s: s["_claim_sources"]["there"].update(access_token=7),
    "an empty access token": lambda s: s["_claim_sources"]["there"].update(access_token=""),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_malformed(asking, change):
    """It is no source: nobody is asked."""
    sourced = asking.source.distributed()
    if not asking.provider.polite:
        change(sourced)
    assert CLAIM not in asking.user(sourced) and asking.source.seen("claims") == []


def test_a_thousand_sources(asking):
    """At most eight are asked."""
    sources = {f"s{i}": {"endpoint": f"{asking.source.issuer}/claims?{i}"} for i in range(1000)}
    asking.source.respond("claims", Reply(500))
    asking.user({"_claim_names": {f"c{i}": f"s{i}" for i in range(1000)}, "_claim_sources": sources})
    assert len(asking.source.seen("claims")) == 8


@pytest.mark.parametrize("trusted", [False, True])
def test_rules_see_what_the_source_says(start, new_provider, source, trusted):
    provider = new_provider()
    rules = {"required_claims": {"member": True}, "claims_providers": [source.issuer] if trusted else None}
    site = start(provider, more={"default": {"userinfo": True, **rules}})
    source.says = {"member": True}
    provider.userinfo_claims = source.aggregated()
    browser = site.browser()
    page = site.login(browser)
    assert site.is_signed_in(browser) is trusted, page.code
    assert page.code == (None if trusted else "user_not_allowed")
