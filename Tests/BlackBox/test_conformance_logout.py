"""Logout at the provider: the OpenID Foundation's modules of RP-initiated logout, and what providers do beside them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from provider import Reply
from refusal import assert_nothing_leaked, assert_refused

BY_PATH, BY_APP = "/auth/logout", "/logout"


@pytest.fixture
def provider(new_provider):
    return new_provider("logout")


@pytest.fixture
def site(start, provider):
    """One whose provider knows its redirect_uri as the address after a logout too."""
    site = start(provider)
    provider.offer_logout(site.redirect_uri)
    return site


@pytest.fixture
def browser(site):
    browser = site.browser()
    site.log_in(browser)
    return browser


def log_out(site, browser, path=BY_PATH):
    """The page that the user ends on."""
    return browser.open(site.url("/some/page")).submit(path)


def assert_signed_out(site, browser, page):
    assert (page.status, page.url) == (200, site.url("/")), f"{page.status} {page.url} {page.text[:300]}"
    assert not site.is_signed_in(browser) and browser.jar.cookies == []


@pytest.mark.conformance("oidcc-client-test-rp-init-logout")
@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
def test_logout_at_the_provider(site, provider, browser, path):
    page = browser.open(site.url("/some/page")).submit(path, follow=False)
    assert page.status == 303 and page.header("Cache-Control") == "no-store"
    assert page.header("Referrer-Policy") == "no-referrer"
    assert not site.is_signed_in(browser), "the session here is over before the provider answers"
    back = page.follow()
    assert provider.end_session.refused == []
    assert [claims["sub"] for claims in provider.end_session.ended] == [provider.claims["sub"]]
    sent = dict(provider.seen("end_session")[0].query)
    assert dict(parse_qsl(urlsplit(back.target).query)) == {"state": sent["state"]}
    assert_signed_out(site, browser, back.follow().follow())
    assert_nothing_leaked(site)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(None, marks=pytest.mark.conformance("oidcc-client-test-rp-init-logout-no-state"), id="none"),
        pytest.param(
            "another", marks=pytest.mark.conformance("oidcc-client-test-rp-init-logout-other-state"), id="another"
        ),
        pytest.param("", id="empty"),
        pytest.param("\u0000<script>", id="hostile"),
    ],
)
def test_provider_changes_the_state(site, provider, browser, state):
    provider.end_session.state = lambda _sent: state
    assert_signed_out(site, browser, log_out(site, browser))
    assert provider.end_session.ended and "event=logout_returned" in site.host.log()
    site.log_in(browser)


def test_page_that_asks(site, provider, browser):
    page = browser.open(site.url(BY_PATH))
    assert page.status == 200 and provider.seen("end_session") == []
    assert_signed_out(site, browser, page.submit(BY_PATH))
    assert provider.end_session.ended


def test_provider_without_logout(site, provider, browser):
    """It has none any more, or never had one: the session ends here."""
    plain = site.browser()
    provider.end_session = None
    assert provider.seen("end_session") == []
    page = log_out(site, plain)
    assert_signed_out(site, plain, page)


def test_local_logout(start, provider):
    provider.offer_logout("http://localhost/unused")
    site = start(provider, logout="local")
    browser = site.browser()
    site.log_in(browser)
    assert [cookie.name for cookie in browser.jar.cookies] == [site.session_cookie], "no token is kept for nothing"
    assert_signed_out(site, browser, log_out(site, browser))
    assert provider.seen("end_session") == []


def test_address_of_the_operator(start, provider):
    site = start(provider, post_logout_redirect_uri="http://localhost:1/goodbye?from=app")
    provider.offer_logout("http://localhost:1/goodbye?from=app")
    browser = site.browser()
    site.log_in(browser)
    page = browser.open(site.url("/")).submit(BY_PATH, follow=False).follow()
    assert page.target.startswith("http://localhost:1/goodbye?from=app&state=")
    assert not site.is_signed_in(browser)


def test_restarted_host_while_the_provider_is_down(site, provider, browser, start):
    """Nothing is cached, and nobody waits: the session knows where it ends."""
    restarted = start(site.providers, public=site.public)
    browser.routes = {site.public: restarted.host.port}
    for endpoint in ("metadata", "jwks", "token", "userinfo"):
        provider.respond(endpoint, Reply(hang=True))
    provider.requests.clear()
    assert_signed_out(restarted, browser, log_out(restarted, browser))
    assert [request.endpoint for request in provider.requests] == ["end_session"]


def test_long_id_token(site, provider, browser):
    """An address that servers refuse helps nobody: then the provider has to ask."""
    provider.claims["groups"] = [f"group-{number:03}" for number in range(200)]
    provider.end_session.needs_hint = False
    site.log_in(browser)
    assert_signed_out(site, browser, log_out(site, browser))
    assert "id_token_hint" not in dict(provider.seen("end_session")[0].query)
    assert len(provider.seen("end_session")[0].path) < 1000


def test_stolen_or_missing_tokens(site, provider, browser):
    """The hint is the session's own, or there is none."""
    other = site.browser()
    provider.claims = provider.claims | {"sub": "another"}
    site.log_in(other)
    provider.end_session.needs_hint = False
    own, foreign = (each.jar.only(site.prefix + "_tokens-") for each in (browser, other))
    browser.jar.set(own, other.jar.get(foreign))
    assert_signed_out(site, browser, log_out(site, browser))
    assert provider.end_session.ended == [] and provider.end_session.refused == []


def test_back_again_without_a_logout(site, browser):
    """A callback that brings nothing is the end of a logout only in a browser that has begun one."""
    assert_refused(site, browser.open(site.redirect_uri, follow=False), "state_missing", named=False)
    assert site.is_signed_in(browser)


def test_login_before_coming_back(site, provider, browser):
    """The user presses Back at the provider and signs in again."""
    browser.open(site.url("/")).submit(BY_PATH, follow=False)
    site.log_in(browser)
    assert browser.open(site.redirect_uri).status == 200
    assert site.is_signed_in(browser)


def test_another_sites_form(site, provider, browser):
    page = browser.go("POST", site.url(BY_PATH), initiator="http://evil.example/", follow=False)
    assert_refused(site, page, "cross_site_request", named=False)
    assert site.is_signed_in(browser) and provider.seen("end_session") == []
