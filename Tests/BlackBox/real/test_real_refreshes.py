"""Refreshes at OpenID providers that nobody of this project wrote; nanoidp rotates refresh tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from browser import Browser
from conftest import site_of_all
from hosts import Clock, Host
from site_under_test import SiteUnderTest
from test_real_logins import log_in

AGE = 40  # within what the library allows a provider's clock to be off


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def site(host: Host, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    tokens = {"expose_tokens": ["access", "refresh"], "refresh_claims": f"{AGE}s"}
    with site_of_all(host, tmp_path_factory.mktemp, clock, **tokens) as site:
        yield site


@pytest.mark.parametrize("provider", ["glewlwyd", "glewlwyd_es256", "nanoidp", "mock"])
def test_tokens_and_claims_are_refreshed(site: SiteUnderTest, clock: Clock, provider: str) -> None:
    browser = Browser()
    log_in(site, browser, provider)
    before = site.user(browser)
    assert before["tokens"].keys() == {"access", "refresh"}, site.host.log()[-2000:]
    clock.move(AGE)
    try:
        after = site.user(browser)
        assert after.pop("tokens")["access"] != before.pop("tokens")["access"], site.host.log()[-2000:]
        assert after == before
        assert f"event=tokens_refreshed provider={provider}" in site.host.log()
        # With the new refresh token, as soon as it is time again.
        clock.move(AGE)
        assert site.user(browser)["is_logged_in"] is True
        assert site.host.log().count(f"event=tokens_refreshed provider={provider} ") == 2
        assert "event=refresh_failed" not in site.host.log()
    finally:
        clock.move(-clock.offset)


def test_refresh_token_that_was_rotated_ends_the_session(site: SiteUnderTest, clock: Clock) -> None:
    """nanoidp accepts each once; an older copy of the cookies has one that is over."""
    browser = Browser()
    log_in(site, browser, "nanoidp")
    tokens = site.user(browser)["tokens"]["refresh"]
    old = [(cookie.name, cookie.value) for cookie in browser.jar.cookies]
    clock.move(AGE)
    try:
        if site.user(browser)["tokens"]["refresh"] == tokens:
            pytest.fail("the provider did not rotate the refresh token")
        clock.move(60)
        for name, value in old:
            browser.jar.set(name, value)
        assert site.user(browser) == {"is_logged_in": False}
        assert "event=session_ended provider=nanoidp code=refresh_refused" in site.host.log()
    finally:
        clock.move(-clock.offset)
