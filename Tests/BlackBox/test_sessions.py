"""The session: its cookie's name and attributes, its time, its claims. More is in test_scenarios.py."""

from __future__ import annotations

import re

import pytest

from hosts import ROOT
from provider import Reply
from refusal import assert_refused

HOUR, DAY = 3600, 86400


def test_cookie_attributes(start, new_provider):
    site = start(new_provider())
    browser = site.browser()
    page = site.login(browser).history[-1]
    for cookie in page.cookies:
        names = {name: value for name, value in cookie.attributes.items() if name != "max-age"}
        assert names == {"path": "/", "httponly": "", "samesite": "Lax"}, cookie.header
    session = next(cookie for cookie in page.cookies if cookie.name == "stauth_session")
    assert session.attributes["max-age"] == str(30 * DAY)
    pending = site.begin(browser).cookies
    assert len(pending) == 1 and pending[0].attributes["max-age"] == str(DAY)
    assert pending[0].name.startswith("stauth_login-") and len(pending[0].name) == len("stauth_login-") + 8


def test_cookies_over_https(start, new_provider):
    """redirect_uri is https; the host itself listens without TLS, as it does behind a proxy."""
    site = start(new_provider(), public="https://app.example")
    browser = site.browser()
    page = site.login(browser)
    assert page.url == "https://app.example/" and browser.jar.refused == []
    for cookie in [*page.history[-1].cookies, *page.history[0].cookies]:
        assert cookie.name.startswith("__Host-stauth_") and "secure" in cookie.attributes, cookie.header
        assert cookie.attributes["path"] == "/" and "httponly" in cookie.attributes
    assert site.is_signed_in(browser)


def test_insecure_cookie_name_is_not_taken_over_https(start, new_provider):
    """G86: a sibling host can set stauth_session, but not __Host-stauth_session."""
    site = start(new_provider(), public="https://app.example")
    browser = site.browser()
    site.log_in(browser)
    value = browser.jar.get("__Host-stauth_session")
    stranger = site.browser()
    for name in ("stauth_session", "__host-stauth_session", "__Secure-stauth_session"):
        assert site.user(stranger, Cookie=f"{name}={value}") == {"is_logged_in": False}


def test_cookie_prefix(start, new_provider):
    site = start(new_provider(), cookie_prefix="my-app_2")
    browser = site.browser()
    site.log_in(browser)
    assert browser.jar.names() == ["my-app_2_session"]


@pytest.mark.parametrize(
    ("value", "seconds"), [(3600, HOUR), ("90s", 90), ("15m", 900), ("12h", 12 * HOUR), ("7d", 7 * DAY)]
)
def test_session_lifetime(start, new_provider, value, seconds):
    site = start(new_provider(), own_clock=True, session_lifetime=value)
    browser = site.browser()
    page = site.login(browser).history[-1]
    session = next(cookie for cookie in page.cookies if cookie.name == site.session_cookie)
    assert session.attributes["max-age"] == str(seconds)
    site.wait(seconds - 10)
    assert site.is_signed_in(browser)
    site.wait(20)
    assert site.user(browser) == {"is_logged_in": False}


def test_clock_jumps(start, new_provider):
    """G89: no eternal session, and no crash."""
    site = start(new_provider(), own_clock=True, session_lifetime="1d")
    browser = site.browser()
    site.log_in(browser)
    for seconds in (-30, HOUR, -HOUR):
        site.wait(seconds)
        assert site.is_signed_in(browser)
    site.wait(-HOUR)
    site.user(browser)  # a session from the future: signed in or not, but only until its end
    site.wait(HOUR + 60)
    assert site.is_signed_in(browser)
    for seconds in (15 * 365 * DAY, -60 * 365 * DAY):  # past 2038, and before 1970
        site.wait(seconds)
        assert not site.is_signed_in(browser)
    assert site.host.alive()


def test_session_claims(start, new_provider):
    provider = new_provider()
    provider.claims["groups"] = ["x" * 30] * 400
    site = start(provider, session_claims=["sub", "email"])
    assert set(site.log_in(site.browser())) == {"is_logged_in", "provider", "iss", "sub", "email"}


def documented_token_claims():
    """Those that docs/configuration.md says are omitted from the user's JSON."""
    section = (ROOT / "docs" / "configuration.md").read_text("utf-8").partition("### The user's JSON\n")[2]
    return set(re.findall(r"`(\w+)`", re.search(r"omitted: (.*?)\.", section, re.S)[1]))


def test_claims_about_the_id_token(start, new_provider):
    """They are not the user's, and appear only if session_claims names them, beside all others or alone."""
    provider = new_provider()
    sent = {name: f"of the token: {name}" for name in documented_token_claims()}
    ours = ("aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash")  # as they are checked
    provider.claims |= {name: value for name, value in sent.items() if name not in ours} | {"nbf": 1}
    site = start(provider)
    usual = site.log_in(site.browser())
    assert "name" in usual and not sent.keys() & usual.keys()
    kept = start(provider, session_claims=["*", "aud", "exp", "jti", "nonce"])
    user = kept.log_in(kept.browser())
    assert usual.keys() | {"aud", "exp", "jti", "nonce"} == user.keys()
    assert user["aud"] == provider.client_id and isinstance(user["exp"], int)
    alone = start(provider, session_claims=["aud"])
    assert set(alone.log_in(alone.browser())) == {"is_logged_in", "provider", "iss", "sub", "aud"}


def test_claims_cannot_pose_as_ours(start, new_provider):
    """A claim named like a member of ours must not replace it."""
    provider = new_provider()
    provider.claims |= {"is_logged_in": False, "provider": "google", "__proto__": {"admin": True}}
    site = start(provider)
    page = site.browser()
    user = site.log_in(page)
    assert (user["is_logged_in"], user["provider"]) == (True, "default")
    raw = page.open(site.url("/user.json")).text
    assert raw.count('"is_logged_in"') == 1 and raw.count('"provider"') == 1


def test_metadata_outage_is_survived(start, new_provider):
    """C46: what was fetched once serves through an outage, for a day past its time."""
    provider = new_provider()
    site = start(provider, own_clock=True)
    site.log_in(site.browser())
    for endpoint in ("metadata", "jwks"):
        provider.respond(endpoint, Reply(503, "down"))
    site.wait(2 * HOUR)
    site.log_in(site.browser())
    assert provider.polite or len(provider.seen("metadata")) > 1, "it did look whether the provider is back"
    site.wait(30 * HOUR)
    assert_refused(site, site.begin(site.browser()), "provider_status", named=False)
