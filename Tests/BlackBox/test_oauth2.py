"""Providers without OpenID Connect: GitHub, and any that a section describes."""

from __future__ import annotations

import pytest

from provider import OAuth2Provider, Reply
from refusal import assert_nothing_leaked
from victim import Victim

NO_METADATA = {"server_metadata_url": None}


def github(provider: OAuth2Provider) -> dict:
    """The preset, for a GitHub Enterprise Server on this machine."""
    return NO_METADATA | {"provider": "github", "domain": provider.issuer}


def described(provider: OAuth2Provider, **more) -> dict:
    return NO_METADATA | {
        "authorize_url": provider.issuer + "/authorize",
        "token_url": provider.issuer + "/token",
        "userinfo_url": provider.issuer + "/userinfo",
        "claim_map": {"sub": "id", "name": "name"},
        "token_endpoint_auth_method": "client_secret_post",
        **more,
    }


@pytest.fixture
def victim(start, new_provider) -> Victim:
    bad, safe = new_provider("bad", kind=OAuth2Provider), new_provider("safe")
    return Victim(start({"default": bad, "safe": safe}, more={"default": github(bad)}))


def refuses(victim: Victim, code: str) -> None:
    page = victim.login()
    victim.provider.requests = [r for r in victim.provider.requests if r.endpoint not in ("userinfo", "emails")]
    victim.refuses(page, code)


def test_github(victim):
    user = victim.accepts_login()
    assert user == {
        "is_logged_in": True,
        "provider": "default",
        "protocol": "oauth2",
        "iss": victim.provider.issuer + "/login/oauth",
        "sub": "583231",
        "name": "Ada Lovelace",
        "preferred_username": "ada",
        "email": "ada@example.org",
        "email_verified": True,
    }
    (asked,) = victim.provider.seen("authorize")
    assert asked.value("scope") == "read:user user:email" and asked.value("nonce") is None
    assert_nothing_leaked(victim.site)


def test_described_provider(start, new_provider):
    provider = new_provider(kind=OAuth2Provider)
    provider.called = provider.issuer.rpartition("/")[0]
    provider.user = {"data": {"id": "u-1", "groups": ["staff"]}, "protocol": "none", "iss": "https://example.org"}
    keys = described(provider, claim_map={"sub": "data.id", "groups": "data.groups", "name": "data.name"})
    site = start(provider, more={"default": keys})
    assert site.log_in(site.browser()) == {
        "is_logged_in": True,
        "provider": "default",
        "protocol": "oauth2",
        "iss": provider.called,
        "sub": "u-1",
        "groups": ["staff"],
    }
    assert provider.seen("metadata") == provider.seen("jwks") == provider.seen("emails") == []
    (asked,) = provider.seen("authorize")
    assert asked.value("scope") is None and asked.value("prompt") is None


def test_openid_login_has_no_protocol(start, new_provider):
    """The claim cannot be imitated."""
    provider = new_provider()
    provider.claims |= {"protocol": "oauth2"}
    site = start(provider)
    assert "protocol" not in site.log_in(site.browser())


CASES = {
    "sub is null": (lambda p: p.userinfo({"id": None}), "userinfo_invalid"),
    "sub is true": (lambda p: p.userinfo({"id": True}), "userinfo_invalid"),
    "sub is a list": (lambda p: p.userinfo({"id": ["583231"]}), "userinfo_invalid"),
    "sub is a fraction": (lambda p: p.userinfo({"id": 1.5}), "userinfo_invalid"),
    "sub is too large": (lambda p: p.userinfo({"id": 10**30}), "userinfo_invalid"),
    "profile is a list": (lambda p: p.userinfo(lambda user: [user]), "userinfo_invalid"),
    "profile is a page": (lambda p: p.respond("userinfo", Reply(200, "<html>")), "userinfo_invalid"),
    "profile is refused": (lambda p: p.respond("userinfo", Reply(403, {"message": "no"})), "provider_status"),
    "addresses are refused": (lambda p: p.respond("emails", Reply(404, {"message": "no"})), "provider_status"),
    "addresses are no list": (lambda p: p.respond("emails", Reply(200, {"email": "a@b.example"})), "userinfo_invalid"),
    "error with status 200": (lambda p: p.token_response({"error": "bad_verification_code"}), "token_request_refused"),
    "token of another type": (lambda p: p.token_response({"token_type": "mac"}), "token_response_invalid"),
    "no token": (lambda p: p.token_response({"access_token": ""}), "token_response_invalid"),
    "a form in place of JSON": (
        lambda p: p.respond("token", Reply(200, b"access_token=a&token_type=bearer")),
        "token_response_invalid",
    ),
}


@pytest.mark.parametrize(("bend", "code"), CASES.values(), ids=CASES)
def test_refusals(victim, bend, code):
    bend(victim.provider)
    refuses(victim, code)


def test_response_of_another_server(victim):
    """RFC 9207: GitHub sends its issuer."""
    victim.provider.authorization_response(lambda pairs: [*pairs[:-1], ("iss", "https://id.example.com")])
    victim.refuses_login("response_issuer_mismatch", token_requests=0)


def test_response_without_issuer(victim):
    """Few servers name themselves."""
    victim.provider.authorization_response(lambda pairs: pairs[:-1])
    victim.accepts_login()


def test_code_of_another_browser(victim):
    """No nonce ties the answer to the login. PKCE does: a code that another browser has got is worth nothing here."""
    site = victim.site
    attacker, browser = site.browser(), victim.browser()
    stolen = dict(pair.split("=") for pair in site.callback(attacker).split("?")[1].split("&"))
    mine = site.callback(browser)
    code = dict(pair.split("=") for pair in mine.split("?")[1].split("&"))["code"]
    page = browser.open(mine.replace(code, stolen["code"]), follow=False)
    victim.refuses(page, "token_request_refused")
    assert len(victim.provider.seen("token")) == 1


def test_unverified_address_is_left_out(victim):
    victim.provider.emails = [{"email": "ada@example.org", "primary": True, "verified": False}]
    user = victim.accepts_login()
    assert "email" not in user and "email_verified" not in user


def test_rules_hold(start, new_provider):
    provider = new_provider(kind=OAuth2Provider)
    rule = {"allowed_emails": ["typed@example.org"]}
    site = start(provider, more={"default": github(provider) | rule})
    assert site.login(site.browser()).code == "user_not_allowed"
    provider.emails[1]["email"] = "typed@example.org"
    site.log_in(site.browser())
