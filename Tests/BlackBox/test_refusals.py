"""Logins that fail, forged, repeated or in parallel, beyond test_scenarios.py. An older session always survives."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from refusal import altered, assert_goes_on, assert_refused


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    return start_shared({name: new_provider(name) for name in ("default", "other")})


@pytest.fixture(autouse=True)
def _provider_behaves(site):
    yield
    for provider in site.providers.values():
        provider.behave()


@pytest.fixture
def browser(site):
    """A browser that is signed in already, with the provider `other`."""
    browser = site.browser()
    site.log_in(browser, "other")
    yield browser
    assert site.user(browser)["provider"] == "other", "the older session did not survive"


def test_error_page_has_a_way_to_try_again(site, browser):
    site.providers["default"].authorization_response(lambda answer: [("error", "access_denied"), *answer[1:]])
    page = site.login(browser, None, "/report?id=3")
    links = [link for link in page.links if "/auth/login" in link]
    assert links, page.text
    site.providers["default"].behave()
    device = site.browser()
    assert device.open(site.url("/")).click(links[0]).status == 200
    assert site.user(device)["provider"] == "default"


@pytest.mark.parametrize("bend", [lambda s: s + "1", lambda s: s[:-1], lambda s: s.swapcase()])
def test_wrong_state(site, browser, bend):
    for user in (browser, site.browser()):
        callback = site.callback(user)
        state = dict(pair.split("=") for pair in urlsplit(callback).query.split("&"))["state"]
        page = user.open(altered(callback, state=bend(state)), follow=False)
        if user is browser:
            assert_goes_on(site, page)
        else:
            assert_refused(site, page, "state_mismatch", named=False)
        assert site.providers["default"].seen("token") == []
        assert len(site.pending(user)) == 1, "the pending login is still good"
    assert user.open(callback, follow=False).status == 302


def test_empty_state(site, browser):
    page = browser.open(altered(site.callback(browser), state=""), follow=False)
    assert_refused(site, page, {"state_missing", "state_mismatch"}, named=False)


def test_callback_without_anything(site, browser):
    assert_refused(site, browser.open(site.redirect_uri, follow=False), "state_missing", named=False)


def test_callback_in_another_browser(site, browser):
    """D50: login CSRF. The attacker's code and state, in a browser that began no login."""
    attacker = site.browser()
    callback = site.callback(attacker)
    assert_refused(site, site.browser().open(callback, follow=False), "state_mismatch", named=False)
    assert_goes_on(site, browser.open(callback, follow=False))
    assert site.providers["default"].seen("token") == []


def test_callback_twice_without_the_cookie(site, browser):
    """D49: the second opening finds no transaction, and the code is not sent again."""
    callback = site.callback(browser)
    assert browser.open(callback, follow=False).status == 302
    assert_goes_on(site, browser.open(callback, follow=False))
    assert site.user(browser)["provider"] == "default"
    browser.jar.set(site.session_cookie, "")
    assert_refused(site, browser.open(callback, follow=False), "state_mismatch", named=False)
    assert len(site.providers["default"].seen("token")) == 1
    site.log_in(browser, "other")


def test_callback_twice_with_the_cookie(site, browser):
    callback = site.begin(browser, None, "/report?id=3").follow().target
    first, stranger = browser.copy(), browser.copy()
    assert first.open(callback, follow=False).status == 302
    stranger.jar.set(site.session_cookie, "")
    assert_refused(site, stranger.open(callback, follow=False), "login_replayed")
    browser.jar.set(site.session_cookie, first.jar.get(site.session_cookie))
    assert_goes_on(site, browser.open(callback, follow=False), "/report?id=3")
    assert site.pending(browser) == [] and len(site.providers["default"].seen("token")) == 1
    site.log_in(browser, "other")


def test_expired_login(start, new_provider):
    site = start(new_provider(), own_clock=True)
    browser = site.browser()
    early, late = site.callback(browser), site.begin(browser, None, "/report?id=3").follow().target
    site.wait(14 * 60)
    assert browser.open(early, follow=False).status == 302
    site.wait(2 * 60)
    stranger = browser.copy()
    stranger.jar.set(site.session_cookie, "")
    page = stranger.open(late, follow=False)
    assert_refused(site, page, "login_expired")
    assert page.click(page.links[0]).url == site.url("/report?id=3")
    assert_goes_on(site, browser.open(late, follow=False), "/report?id=3")


def test_two_tabs_of_one_provider(site):
    browser = site.browser()
    first, second = site.callback(browser), site.callback(browser)
    assert [browser.open(url).status for url in (first, second)] == [200, 200]


def test_many_parallel_logins_are_bounded(site):
    """D62: the oldest pending login is dropped, so the Cookie header stays small."""
    browser = site.browser()
    callbacks = [site.callback(browser) for _ in range(8)]
    assert len(site.pending(browser)) == 5
    for url in callbacks[:3]:
        assert_refused(site, browser.open(url, follow=False), "state_mismatch", named=False)
    assert [browser.open(url, follow=False).status for url in callbacks[3:]] == [302] * 5
    for url in callbacks[:3]:
        assert_goes_on(site, browser.open(url, follow=False))


def test_ten_times_as_many_abandoned_logins(site):
    browser = site.browser()
    for _ in range(50):
        site.begin(browser)
    assert len(site.pending(browser)) == 5
    site.log_in(browser)


def test_abandoned_logins_with_long_deep_links(site):
    """D62: what pending logins add to the Cookie header stays below the 8 KiB that common servers take. Otherwise
    any page on the web could lock a user out of the site, by opening it a few times with long addresses."""
    browser = site.browser()
    for _ in range(8):
        site.begin(browser, None, "/" + "x" * 2000)
    names = site.pending(browser)
    assert names and sum(len(name) + len(browser.jar.get(name) or "") + 3 for name in names) < 8000
    site.log_in(browser)


def test_login_replaces_the_session(site):
    """G92: a session from before the login does not survive it."""
    browser = site.browser()
    site.log_in(browser, "other")
    before = browser.jar.get(site.session_cookie)
    site.log_in(browser, "default")
    assert browser.jar.get(site.session_cookie) != before


def test_state_of_one_provider_is_no_state_of_another(site, browser):
    """D53: a code from `other`, pasted into a login that `default` has to finish."""
    stolen = site.callback(site.browser(), "other")
    code = dict(pair.split("=") for pair in urlsplit(stolen).query.split("&"))["code"]
    page = browser.open(altered(site.callback(browser), code=code), follow=False)
    assert_refused(site, page, "token_request_refused")
    assert site.providers["other"].seen("token")[-1].value("code") != code, "only its own provider may see a code"
