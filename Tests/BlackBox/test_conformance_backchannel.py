"""Logouts that the provider reports: the OpenID Foundation's modules of back-channel logout, and others' faults."""

from __future__ import annotations

import json
import secrets

import pytest

from provider import REMOVE, Reply, logout_token, report_logout
from refusal import assert_nothing_leaked


@pytest.fixture(scope="module")
def provider(new_provider):
    return new_provider("backchannel")


@pytest.fixture(scope="module")
def site(start_shared, provider):
    site = start_shared(provider)
    provider.offer_logout(site.redirect_uri)
    return site


@pytest.fixture(autouse=True)
def provider_behaves(provider):
    yield
    provider.behave()


@pytest.fixture
def sid():
    """A new one for each test, as providers have it: of the same second, a login would have ended with the others."""
    return secrets.token_urlsafe(12)


@pytest.fixture
def browser(site, provider, sid):
    return signed_in(site, provider, sid)


def signed_in(site, provider, sid=None):
    provider.claims = {name: value for name, value in provider.claims.items() if name != "sid"}
    if sid:
        provider.claims["sid"] = sid
    browser = site.browser()
    site.log_in(browser)
    return browser


def report(site, token):
    status, headers, body = report_logout(site.url("/auth/backchannel-logout"), site.host.port, token)
    assert headers["cache-control"] == "no-store" and "set-cookie" not in headers
    return status, json.loads(body) if body else None


@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout")
def test_after_a_logout_from_here(site, provider, browser, sid):
    """The suite's provider reports the logout before the browser comes back."""
    copy, device = browser.copy(), signed_in(site, provider, sid)
    reported = []
    provider.end_session.report = lambda claims: reported.append(
        report(site, logout_token(provider, {"sid": claims["sid"], "sub": claims["sub"]}))
    )
    page = browser.open(site.url("/some/page")).submit("/auth/logout")
    provider.end_session.report = None
    assert reported == [(200, None)] and page.url == site.url("/")
    assert not any(site.is_signed_in(each) for each in (browser, copy, device))
    assert "event=backchannel_logout" in site.host.log()
    assert_nothing_leaked(site)


HS256 = {"algorithm": "HS256", "key": b"secret"}
BAD = {
    "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none": ({}, {"algorithm": "none"}),
    "oidcc-client-test-rp-backchannel-rpinitlogout-no-event": ({"events": REMOVE}, {}),
    "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce": ({"nonce": "n-0S6_WzA2Mj"}, {}),
    "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg": ({}, HS256),
    "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud": ({"aud": "another-client"}, {}),
    "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event": ({"events": {"http://example.org/event": {}}}, {}),
    "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss": ({"iss": "https://example.org"}, {}),
    "event that is not an object": ({"events": {"http://schemas.openid.net/event/backchannel-logout": True}}, {}),
    "no jti": ({"jti": REMOVE}, {}),
    "no iat": ({"iat": REMOVE}, {}),
    "neither sid nor sub": ({"sid": REMOVE, "sub": REMOVE}, {}),
    "long ago": ({"iat": 1_700_000_000, "exp": REMOVE}, {}),
    "expired": ({"exp": 1_700_000_000}, {}),
    "wrong signature": ({}, {"sign": lambda data: bytes(256)}),
    "type of an access token": ({}, {"header": {"typ": "at+jwt"}}),
    "not a token": ({}, {"raw": lambda token: "x" * 1000}),
}


@pytest.mark.parametrize(
    "claims, script",
    [
        pytest.param(*bent, id=name, marks=[pytest.mark.conformance(name)] if name.startswith("oidcc") else [])
        for name, bent in BAD.items()
    ],
)
def test_bad_token(site, provider, browser, sid, claims, script):
    status, answer = report(
        site, logout_token(provider, {"sid": sid, "sub": provider.claims["sub"]}, claims=claims, **script)
    )
    assert status == 400 and answer["error"] == "invalid_request", answer
    assert site.is_signed_in(browser)
    assert "event=backchannel_logout_refused" in site.host.log()
    assert_nothing_leaked(site)


def test_by_subject(start, new_provider):
    """All that began before, and nothing that begins later: no login revives what has ended."""
    provider = new_provider("subject")
    site = start(provider, own_clock=True)
    browsers = [signed_in(site, provider, sid) for sid in (None, "a", "b")]
    copies = [browser.copy() for browser in browsers]
    assert report(site, logout_token(provider, {"sub": provider.claims["sub"]})) == (200, None)
    site.wait(1)
    later = signed_in(site, provider, "c")
    assert not any(site.is_signed_in(browser) for browser in browsers + copies) and site.is_signed_in(later)


def test_replay(site, provider, browser):
    token = logout_token(provider, {"sid": "another"})
    assert report(site, token)[0] == 200
    status, answer = report(site, token)
    assert (status, answer["error_description"]) == (400, "logout_token_replayed")
    assert site.is_signed_in(browser)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_other_methods(site, method):
    page = site.browser().go(method, site.url("/auth/backchannel-logout"), follow=False)
    assert page.status == 405 and page.header("Allow") == "POST"


def test_revocation_does_not_wear_off(start, new_provider, sid):
    """A mark that is forgotten before the session's end revives it: elsewhere, after a day."""
    provider = new_provider("wears-off")
    site = start(provider, own_clock=True, session_lifetime="7d")
    browser = signed_in(site, provider, sid)
    assert report(site, logout_token(provider, {"sid": sid}))[0] == 200
    site.wait(6 * 86_400)
    other = signed_in(site, provider, "another")
    assert not site.is_signed_in(browser) and site.is_signed_in(other)


def test_provider_is_down(start, new_provider):
    """A process that has not spoken with the provider: it tries again, and what it sends meanwhile costs nothing."""
    provider = new_provider("down")
    site = start(provider, own_clock=True)
    provider.respond("metadata", Reply(503))
    token = logout_token(provider, {"sid": "s"})
    for _ in range(3):
        status, answer = report(site, token)
        assert (status, answer["error"]) == (503, "temporarily_unavailable")
    assert len(provider.seen("metadata")) == 1
    provider.behave()
    site.wait(31)
    assert report(site, logout_token(provider, {"sid": "s"}))[0] == 200
