"""Logging out by the library's path and by st_logout: whose requests are obeyed, and whose are not."""

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
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-site", "Origin": "http://sub.localhost"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "junk"},
        {"Sec-Fetch-Site": "", "Referer": "http://evil.example/"},
        {"Sec-Fetch-Site": ""},
    ],
    ids=["same-site", "null origin", "other port", "unknown word", "referer", "nothing"],
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
        {"Sec-Fetch-Site": "", "Referer": None},
    ],
    ids=["same-origin", "none", "origin only", "referer only"],
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
