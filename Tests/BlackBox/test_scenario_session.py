"""The session cookie, for every host: attributes, size, keys, time, and hands that tampered with it."""

from __future__ import annotations

import pytest

from deployment import COOKIE_SECRET
from provider import Reply
from refusal import assert_refused

OTHER_SECRET = "Zx81-kettle.Trombone_77-quilt-9"
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
    assert len(pending) == 1 and pending[0].attributes["max-age"] == str(15 * 60)
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


def test_idle_timeout(start, new_provider):
    site = start(new_provider(), own_clock=True, session_lifetime="1h", idle_timeout="10m")
    browser = site.browser()
    site.log_in(browser)
    for _ in range(6):
        site.wait(9 * 60)
        assert site.is_signed_in(browser), "a used session goes on"
    site.wait(7 * 60)
    assert not site.is_signed_in(browser), "the lifetime is the limit, however busy the session is"


def test_idle_session_ends(start, new_provider):
    site = start(new_provider(), own_clock=True, idle_timeout="10m")
    browser = site.browser()
    site.log_in(browser)
    site.wait(11 * 60)
    assert not site.is_signed_in(browser)


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


def test_rotated_secret(start, new_provider):
    provider = new_provider()
    browser = start(provider).browser()
    old = start(provider)
    browser = old.browser()
    old.log_in(browser)
    both = start(provider, public=old.public, cookie_secret=[OTHER_SECRET, COOKIE_SECRET])
    new = start(provider, public=old.public, cookie_secret=[OTHER_SECRET])
    browser.routes = {old.public: both.host.port}
    assert both.is_signed_in(browser), "an old secret in the list still opens"
    browser.routes = {old.public: new.host.port}
    assert not new.is_signed_in(browser), "a secret that is gone opens nothing"
    browser.routes = {old.public: both.host.port}
    both.log_in(browser)
    browser.routes = {old.public: new.host.port}
    assert new.is_signed_in(browser), "the first secret seals"


def test_replicas(start, new_provider):
    """The login begins on one replica, comes back to another, and counts on a third."""
    provider = new_provider()
    replicas = [start(provider)]
    replicas += [start(provider, public=replicas[0].public) for _ in range(2)]
    browser = replicas[0].browser()
    callback = replicas[0].callback(browser)
    browser.routes = {replicas[0].public: replicas[1].host.port}
    assert browser.open(callback, follow=False).status == 302
    browser.routes = {replicas[0].public: replicas[2].host.port}
    assert replicas[2].is_signed_in(browser)


def test_restart(start, new_provider):
    provider = new_provider()
    before = start(provider)
    browser = before.browser()
    before.log_in(browser)
    after = start(provider, public=before.public)
    before.stop()
    browser.routes = {before.public: after.host.port}
    assert after.is_signed_in(browser)


def test_secret_of_another_app(start, new_provider):
    provider = new_provider()
    site = start(provider)
    other = start(provider, public=site.public, cookie_secret=OTHER_SECRET)
    browser = site.browser()
    site.log_in(browser)
    callback = site.callback(browser)
    browser.routes = {site.public: other.host.port}
    assert not other.is_signed_in(browser)
    assert_refused(other, browser.open(callback, follow=False), {"state_mismatch"}, named=False)


def test_session_claims(start, new_provider):
    provider = new_provider()
    provider.claims["groups"] = ["x" * 30] * 400
    site = start(provider, session_claims=["sub", "email"])
    assert set(site.log_in(site.browser())) == {"is_logged_in", "provider", "iss", "sub", "email"}


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


def test_claims_of_every_kind(start, new_provider):
    provider = new_provider()
    claims = {"text": 'ä"\\\n\t\u2028\U0001f600</script>', "list": [1, {"a": []}], "yes": True, "no": None}
    claims |= {"integer": -12, "real": 1.5, "big": 2**53}
    provider.claims |= claims
    site = start(provider)
    user = site.log_in(site.browser())
    assert {name: user[name] for name in claims} == claims


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
