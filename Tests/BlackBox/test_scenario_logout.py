"""Logging out, for every host: by the library's path and by st_logout, never because of another site."""

from __future__ import annotations

import pytest

from refusal import assert_refused

APP = "/"
BY_PATH, BY_APP = "/auth/logout", "/logout"


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    return start_shared(new_provider())


@pytest.fixture
def browser(site):
    browser = site.browser()
    site.log_in(browser)
    return browser


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
def test_logout_by_post(site, browser, path):
    page = browser.open(site.url(APP)).submit(path, follow=False)
    assert (page.status, page.header("Location"), page.header("Cache-Control")) == (303, "/", "no-store")
    removed = [cookie for cookie in page.cookies if cookie.name == site.session_cookie]
    assert [cookie.deletes for cookie in removed] == [True]
    assert browser.jar.names() == [] and not site.is_signed_in(browser)


def test_get_does_not_log_out(site, browser):
    page = browser.open(site.url(APP)).click(BY_PATH)
    assert page.status == 200 and page.cookies == [] and site.is_signed_in(browser)
    assert "<form" in page.text and 'method="post"' in page.text.lower()
    assert page.submit(BY_PATH, follow=False).status == 303
    assert not site.is_signed_in(browser)


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://sub.localhost"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "junk"},
    ],
    ids=["cross-site", "same-site", "origin only", "null origin", "other port", "unknown word"],
)
def test_post_of_another_site_is_refused(site, browser, path, headers):
    # With its cookies, as if SameSite were no help: the library has to see it by itself.
    headers = headers | {"Cookie": f"{site.session_cookie}={browser.jar.get(site.session_cookie)}"}
    page = browser.go("POST", site.url(path), headers=headers, follow=False)
    assert page.status == 403 and page.cookies == []
    assert site.is_signed_in(browser)
    if path == BY_PATH:
        assert_refused(site, page, "cross_site_request", named=False)


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": None},
        {"Sec-Fetch-Site": ""},
    ],
    ids=["same-origin", "none", "origin only", "an old browser"],
)
def test_post_of_this_site_is_obeyed(site, browser, path, headers):
    headers = {name: site.public if value is None else value for name, value in headers.items()}
    assert browser.go("POST", site.url(path), headers=headers, follow=False).status == 303
    assert not site.is_signed_in(browser)


def test_form_on_another_site(site, browser):
    """A real browser's cross-site form: no Lax cookie travels, and nothing happens to the session."""
    page = browser.go("POST", site.url(BY_PATH), initiator="http://evil.example/", follow=False)
    assert page.status == 403 and site.is_signed_in(browser)


def test_logout_when_signed_out(site):
    browser = site.browser()
    assert browser.open(site.url(APP)).submit(BY_PATH, follow=False).status == 303
    assert not site.is_signed_in(browser)


def test_login_after_logout(site, browser):
    browser.open(site.url(APP)).submit(BY_PATH)
    site.log_in(browser)


def test_logout_of_a_large_session(start, new_provider):
    provider = new_provider()
    provider.claims["groups"] = [f"group-{number:03}" for number in range(350)]
    site = start(provider)
    browser = site.browser()
    site.log_in(browser)
    assert len(browser.jar.cookies) == 2
    assert browser.open(site.url(APP)).submit(BY_PATH, follow=False).status == 303
    assert browser.jar.names() == []
