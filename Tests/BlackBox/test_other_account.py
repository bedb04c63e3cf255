"""The ways on for a user whose account may not use the site: the provider asks which account, or signs the user out."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from refusal import assert_refused

RULES = {"allowed_emails": ["grace@example.org"]}
ADA = {"sub": "ada", "email": "ada@example.org", "email_verified": True}
GRACE = {"sub": "grace", "email": "grace@example.org", "email_verified": True}


@pytest.fixture(params=["select_account", "no prompt"])
def site(request, start, new_provider):
    """Without a prompt, a provider returns the account that is signed in there."""
    section = {} if request.param == "select_account" else {"client_kwargs": {"prompt": ""}}
    provider = new_provider()
    provider.claims = ADA
    site = start(provider, more={"default": RULES | section})
    # Nobody is signed in at the site, so there is no ID token to hint with.
    provider.offer_logout(site.redirect_uri).needs_hint = False
    return site


@pytest.fixture
def refused(site):
    page = site.login(site.browser(), None, "/report?id=3")
    assert_refused(site, page, "user_not_allowed")
    assert "<bdi>ada@example.org</bdi>" in page.text
    return page


def test_provider_asks_for_the_account(site, refused):
    link = next(link for link in refused.links if "other_account" in link)
    asked = refused.click(link, follow=False)
    prompt = parse_qs(urlsplit(asked.target).query)["prompt"]
    assert prompt in (["select_account"], ["login"])
    site.providers["default"].claims = GRACE
    page = asked.follow().follow().follow()
    assert (page.status, page.url) == (200, site.url("/report?id=3"))
    assert site.user(page.browser)["sub"] == "grace"


def test_user_signs_out_at_the_provider(site, refused):
    assert '<form method="post" action="/auth/logout">' in refused.text
    end_session = site.providers["default"].end_session
    page = refused.submit("/auth/logout", {"provider": "default"})
    assert (page.status, page.url) == (200, site.url("/"))
    assert len(site.providers["default"].seen("end_session")) == 1 and end_session.refused == []
    assert "event=logout at_provider=yes" in site.host.log()
    site.providers["default"].claims = GRACE
    assert site.log_in(page.browser)["sub"] == "grace"


def test_other_sites_can_send_nobody_to_that_logout(site, refused):
    browser = refused.browser
    page = browser.go(
        "POST", site.url("/auth/logout"), body=b"provider=default", initiator="https://evil.example/", follow=False
    )
    assert_refused(site, page, "cross_site_request", named=False)
    assert site.providers["default"].seen("end_session") == []
