"""Cookies that were copied or restored: what a session has lost, or its end, is not undone by them."""

from __future__ import annotations

import pytest

from provider import Rotation

AGE = 30
HOUR, DAY = 3600, 86400


def log_out(site, browser):
    page = browser.open(site.url("/")).submit("/auth/logout", follow=False)
    assert page.status == 303 and not site.is_signed_in(browser)


@pytest.mark.parametrize(
    "headers",
    [
        {"Upgrade": "websocket", "Connection": "Upgrade"},
        {"Sec-Purpose": "prefetch"},
        {"Purpose": "prefetch"},
    ],
    ids=["WebSocket handshake", "prefetch", "older prefetch"],
)
def test_requests_that_refresh_nothing(start, new_provider, headers):
    """The user has lost a role, and sends only such requests, to ordinary pages."""
    provider = new_provider("roles")
    provider.rotation = Rotation()
    provider.claims["roles"] = ["admin"]
    site = start(provider, own_clock=True, refresh_claims=f"{AGE}s")
    browser = site.browser()
    site.log_in(browser)
    provider.claims["roles"] = []
    site.wait(2 * AGE + HOUR)
    assert b"admin" not in browser.open(site.url("/user.json"), **headers).body
    assert len(provider.seen("token")) == 1
    user = site.user(browser)
    assert user["is_logged_in"] and user["roles"] == [] and len(provider.seen("token")) == 2


def test_session_that_is_idle_in_its_browser_alone(start, new_provider):
    site = start(new_provider("idle"), own_clock=True, idle_timeout="1h")
    browser = site.browser()
    site.log_in(browser)
    copy = browser.copy()
    for _ in range(3):
        site.wait(HOUR // 2)
        assert site.is_signed_in(copy)
    assert not site.is_signed_in(browser)
    site.log_in(browser)
    assert not site.is_signed_in(copy)


def test_logout_and_a_clock_that_jumps(start, new_provider):
    """A clock that is a month ahead for a while, in which so many sessions end that room has to be made."""
    site = start(new_provider("jump"), own_clock=True)
    browser = site.browser()
    site.log_in(browser)
    copy = browser.copy()
    log_out(site, browser)
    site.wait(40 * DAY)
    for _ in range(200):
        site.log_in(browser)
        log_out(site, browser)
    site.wait(-40 * DAY)
    assert not site.is_signed_in(copy)


def test_userinfo_with_an_end_that_is_none(start, new_provider):
    """The refresh token that the provider gave is kept: it is the only one that still works."""
    provider = new_provider("end")
    provider.rotation = Rotation()
    site = start(provider, more={"default": {"userinfo": True}}, own_clock=True, refresh_claims=f"{AGE}s")
    browser = site.browser()
    site.log_in(browser)
    provider.userinfo_claims = {"session_expiry": "soon"}
    for _ in range(4):
        site.wait(3 * AGE)
        assert site.is_signed_in(browser)
    assert provider.rotation.revoked == 0
    assert "event=refresh_failed provider=default code=id_token_claim_invalid" in site.host.log()
