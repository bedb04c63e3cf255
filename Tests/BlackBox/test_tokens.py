"""expose_tokens: what an application gets of a login's tokens, and where they are kept."""

from __future__ import annotations

import pytest

from provider import REMOVE
from refusal import assert_nothing_leaked


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    return start_shared(new_provider("tokens"), expose_tokens=["id", "access"], idle_timeout="1h", own_clock=True)


@pytest.fixture
def provider(site):
    yield site.providers["default"]
    site.providers["default"].behave()
    site.wait(0)  # behaving well, it has the system's time again


def tokens_cookie(site, browser):
    return browser.jar.only(site.prefix + "_tokens-")


def test_application_gets_the_tokens(site, provider):
    browser = site.browser()
    user = site.log_in(browser)
    assert user["tokens"].keys() == {"id", "access"} and set(user["tokens"].values()) <= provider.issued
    assert user["tokens"]["id"].count(".") == 2
    assert list(user)[-1] == "tokens"
    names = {site.session_cookie, tokens_cookie(site, browser)}
    page = browser.open(site.url("/")).submit("/auth/logout", follow=False)
    assert {cookie.name for cookie in site.cookies_of(page) if cookie.deletes} == names
    assert site.user(browser) == {"is_logged_in": False}


def test_they_go_with_their_session_alone(site, provider):
    browser, other = site.browser(), site.browser()
    site.log_in(browser)
    provider.claims = provider.claims | {"sub": "another"}
    site.log_in(other)
    browser.jar.set(tokens_cookie(site, browser), other.jar.get(tokens_cookie(site, other)))
    user = site.user(browser)
    assert user["is_logged_in"] is True and "tokens" not in user
    assert "event=tokens_not_opened" in site.host.log()


def test_they_outlive_renewals_of_the_session(site, provider):
    browser = site.browser()
    tokens = site.log_in(browser)["tokens"]
    for _ in range(3):
        site.wait(50 * 60)
        browser.open(site.url("/"))
    assert site.user(browser)["tokens"] == tokens


def test_large_ones(site, provider):
    """In two cookies; and the session stands without those that no server would take."""
    browser = site.browser()
    provider.id_token(claims={"at_hash": REMOVE})
    provider.token_response({"access_token": "a" * 3000})
    assert site.log_in(browser)["tokens"]["access"] == "a" * 3000
    assert len(browser.jar.cookies) == 3
    provider.token_response({"access_token": "a" * 6000})
    assert "tokens" not in site.log_in(browser)
    assert len(browser.jar.cookies) == 1 and "event=tokens_too_large" in site.host.log()


def test_nothing_is_kept_that_nobody_needs(start, new_provider):
    site = start(new_provider("plain"))
    browser = site.browser()
    assert "tokens" not in site.log_in(browser)
    assert [cookie.name for cookie in browser.jar.cookies] == [site.session_cookie]
    assert_nothing_leaked(site)
