"""The path for a page's own JavaScript: who is signed in and for how long, without prolonging it."""

from __future__ import annotations

import json

import pytest

PATH = "/auth/session"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def site(start, new_provider):
    return start(new_provider("state"), session_path=PATH, idle_timeout="1h", own_clock=True)


def state(site, browser):
    page = browser.open(site.url(PATH), **OWN)
    assert page.status == 200 and page.cookies == []
    return json.loads(page.body)


def test_asking_prolongs_nothing(site):
    browser = site.browser()
    assert state(site, browser) == {"user": {"is_logged_in": False}}
    user = site.log_in(browser)
    for _ in range(3):
        site.wait(19 * 60)
        now = state(site, browser)
        assert now["user"] == user and 0 < now["idle_expires_in"] < now["expires_in"]
    site.wait(3 * 60)
    assert state(site, browser) == {"user": {"is_logged_in": False}}


def test_providers_end(site):
    provider = site.providers["default"]
    provider.claims = provider.claims | {"session_expiry": provider.now() + 600}
    browser = site.browser()
    site.log_in(browser)
    assert 590 <= state(site, browser)["expires_in"] <= 600
    site.wait(600)
    assert not site.is_signed_in(browser)


def test_other_sites(site):
    browser = site.browser()
    site.log_in(browser)
    for distance in ("cross-site", "same-site"):
        page = browser.open(site.url(PATH), **{"Sec-Fetch-Site": distance})
        assert (page.status, page.code) == (403, "cross_site_request")
    assert "event=session_request_refused" in site.host.log()
