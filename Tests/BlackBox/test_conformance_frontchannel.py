"""Logouts that the provider reports by the user's browser: the OpenID Foundation's modules of front-channel logout."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import pytest

PATH = "/auth/frontchannel-logout"


@pytest.fixture(scope="module")
def provider(new_provider):
    return new_provider("frontchannel")


@pytest.fixture(scope="module")
def site(start_shared, provider):
    site = start_shared(provider, frontchannel_logout=True)
    provider.offer_logout(site.redirect_uri)
    return site


@pytest.fixture
def sid():
    return secrets.token_urlsafe(12)


@pytest.fixture
def browser(site, provider, sid):
    provider.claims["sid"] = sid
    browser = site.browser()
    site.log_in(browser)
    return browser


def load_frame(site, **query):
    """What a page of the provider's embeds: browsers keep the site's cookies from it."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"}
    return site.browser().go("GET", f"{site.url(PATH)}?{urlencode(query)}", headers=headers, follow=False)


@pytest.mark.conformance("oidcc-client-test-rp-frontchannel-opinitlogout")
def test_logout_at_the_provider(site, provider, browser, sid):
    copy, other = browser.copy(), site.browser()
    provider.claims["sid"] = "another"
    site.log_in(other)
    page = load_frame(site, iss=provider.issuer, sid=sid)
    assert page.status == 200 and page.cookies == []
    assert page.header("Cache-Control") == "no-store" and page.header("X-Frame-Options") is None
    assert provider.issuer.startswith((page.header("Content-Security-Policy") or "").split()[-1])
    assert not site.is_signed_in(browser) and not site.is_signed_in(copy) and site.is_signed_in(other)
    assert f"event=frontchannel_logout provider={site_name(site)}" in site.host.log()


@pytest.mark.conformance("oidcc-client-test-rp-frontchannel-rpinitlogout")
def test_logout_from_here(site, provider, browser, sid):
    """The frame is on the page of the provider's that the logout here leads to."""
    device = browser.copy()
    pages = []
    provider.end_session.report = lambda claims: pages.append(load_frame(site, iss=provider.issuer, sid=claims["sid"]))
    page = browser.open(site.url("/some/page")).submit("/auth/logout")
    provider.end_session.report = None
    assert [each.status for each in pages] == [200] and page.url == site.url("/")
    assert not site.is_signed_in(browser) and not site.is_signed_in(device)


@pytest.mark.parametrize("query", [{}, {"sid": "SID"}, {"iss": "https://example.org", "sid": "SID"}, {"iss": "ISSUER"}])
def test_other_requests(site, provider, browser, sid, query):
    real = {"SID": sid, "ISSUER": provider.issuer}
    page = load_frame(site, **{name: real.get(value, value) for name, value in query.items()})
    assert page.status == 400 and page.header("Cache-Control") == "no-store"
    assert site.is_signed_in(browser)


def site_name(site):
    return next(iter(site.providers))
