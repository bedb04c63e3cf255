"""Whole logins at OpenID providers that nobody of this project wrote, by HTTP."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

import sign_in
import sign_out
from browser import Browser
from site_under_test import USERS, SiteUnderTest

DEEP_LINK = "/reports/7?year=2026&of=Zo%C3%AB"

SignIn = Callable[[str], str]


def user_of(site: SiteUnderTest, provider: str) -> SignIn:
    """What the user does at this provider."""
    if provider.startswith("glewlwyd"):
        return lambda request: sign_in.at_glewlwyd(request, site.glewlwyd.rs256.ca_file)
    return {"mock": sign_in.at_mock, "nanoidp": sign_in.at_nanoidp}[provider.split("_")[0]]


def log_in(site: SiteUnderTest, browser: Browser, provider: str) -> None:
    request = site.begin(browser, f"/login?provider={provider}")
    page = site.come_back(browser, request, user_of(site, provider)(request))
    assert page.status == 200, f"{page.status} {page.code}\n{site.host.log()[-2000:]}"


@pytest.mark.parametrize("provider", USERS)
def test_login_shows_the_user_and_logout_forgets_them(site: SiteUnderTest, provider: str) -> None:
    browser = Browser()
    name = USERS[provider]["name"]
    assert name not in browser.open(site.url("/")).text
    assert site.user(browser) == {"is_logged_in": False}

    log_in(site, browser, provider)
    user = site.user(browser)
    assert user.pop("is_logged_in") is True
    assert user["provider"] == provider
    assert user["sub"]
    assert user.items() >= USERS[provider].items()
    page = browser.open(site.url("/"))
    assert name in page.text

    after = page.submit("/logout")
    assert after.status == 200
    assert name not in after.text
    assert site.user(browser) == {"is_logged_in": False}


@pytest.mark.parametrize("provider", USERS)
def test_login_from_a_deep_link_returns_to_it(site: SiteUnderTest, provider: str) -> None:
    browser = Browser()
    path = f"/auth/login?provider={provider}&return_to={quote(DEEP_LINK, safe='')}"
    request = site.begin(browser, path)
    page = site.come_back(browser, request, user_of(site, provider)(request))
    assert page.status == 200
    assert page.url == site.url(DEEP_LINK)
    assert site.user(browser)["is_logged_in"] is True


def test_default_provider(site: SiteUnderTest) -> None:
    browser = Browser()
    request = site.begin(browser, "/login")
    site.come_back(browser, request, user_of(site, "glewlwyd")(request))
    assert site.user(browser)["provider"] == "default"


def test_response_by_form(site: SiteUnderTest) -> None:
    """form_post.jwt, for glewlwyd's plain forms have iss in percent-encoding, which is another issuer."""
    browser = Browser()
    request = site.begin(browser, "/login?provider=glewlwyd_signed_form")
    answer = sign_in.answer_of_glewlwyd(request, site.glewlwyd.rs256.ca_file)
    action, fields = sign_in.form_of_glewlwyd(answer.text)
    assert action == site.url("/oauth2callback")
    assert set(fields) == {"response"}
    page = browser.go("POST", action, body=urlencode(fields).encode(), initiator=request)
    assert page.status == 200 and page.history[-1].status == 303, site.host.log()[-2000:]
    assert site.user(browser)["provider"] == "glewlwyd_signed_form"


def test_pushed_request_shows_nothing(site: SiteUnderTest) -> None:
    request = site.begin(Browser(), "/login?provider=glewlwyd_pushed")
    query = parse_qs(urlsplit(request).query, strict_parsing=True)
    assert set(query) == {"client_id", "request_uri"}


@pytest.mark.parametrize("provider", [name for name in USERS if name != "glewlwyd_pushed"])
def test_authorization_request_is_as_strict_as_the_provider_allows(site: SiteUnderTest, provider: str) -> None:
    query = parse_qs(urlsplit(site.begin(Browser(), f"/login?provider={provider}")).query, strict_parsing=True)
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"] == [site.url("/oauth2callback")]
    assert query["scope"] == ["openid profile email"]
    assert query["prompt"] == ["select_account"]
    assert query["code_challenge_method"] == ["S256"]
    # 256 bits each, in base64url.
    assert all(len(query[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert len({query[name][0] for name in ("state", "nonce", "code_challenge")}) == 3


def test_login_after_the_provider_changed_its_key(site: SiteUnderTest) -> None:
    """The library has the old key in its cache, and nobody told it."""
    log_in(site, Browser(), "glewlwyd_es256")
    site.glewlwyd.change_es256_key()
    browser = Browser()
    log_in(site, browser, "glewlwyd_es256")
    assert site.user(browser)["is_logged_in"] is True


def test_user_who_denies_is_told_and_keeps_the_session(site: SiteUnderTest) -> None:
    """oidc-provider-mock 0.3.4 leaves the state out of its access_denied, against RFC 6749 4.1.2.1. Nobody can say
    whose answer that is, so the page cannot say more than that."""
    browser = Browser()
    log_in(site, browser, "mock")
    request = site.begin(browser, "/auth/login?provider=mock")
    callback = sign_in.denied_at_mock(request)
    answer = parse_qs(urlsplit(callback).query)
    assert answer["error"] == ["access_denied"]
    if "state" in answer:  # a later release may have learnt it
        site.assert_refused(site.come_back(browser, request, callback), "authorization_refused", 403)
    else:
        site.assert_refused(site.come_back(browser, request, callback), "state_missing", 400)
    assert site.user(browser)["sub"] == "alice"


def test_provider_that_may_not_ask_the_user_says_so(site: SiteUnderTest) -> None:
    browser = Browser()
    request = site.begin(browser, "/login?provider=glewlwyd_silent")
    callback = sign_in.silently(request, site.glewlwyd.rs256.ca_file)
    page = site.come_back(browser, request, callback)
    site.assert_refused(page, "interaction_required", 403)
    assert site.user(browser) == {"is_logged_in": False}


@pytest.mark.parametrize("provider", ["mock_pinned", "glewlwyd_pinned"])
def test_id_token_with_another_algorithm_than_pinned_is_refused(site: SiteUnderTest, provider: str) -> None:
    browser = Browser()
    request = site.begin(browser, f"/login?provider={provider}")
    page = site.come_back(browser, request, user_of(site, provider)(request))
    site.assert_refused(page, "id_token_algorithm_refused", 403)
    assert site.user(browser) == {"is_logged_in": False}


def test_wrong_client_secret_is_refused_by_the_provider(site: SiteUnderTest) -> None:
    browser = Browser()
    request = site.begin(browser, "/login?provider=nanoidp_wrong_secret")
    page = site.come_back(browser, request, sign_in.at_nanoidp(request))
    site.assert_refused(page, "client_refused", 502)
    assert "not-the-secret-of-the-client" not in page.text + site.host.log()


def test_same_callback_twice_keeps_the_session_and_is_refused_without_one(site: SiteUnderTest) -> None:
    browser = Browser()
    request = site.begin(browser, "/login?provider=nanoidp")
    callback = sign_in.at_nanoidp(request)
    assert site.come_back(browser, request, callback).status == 200
    assert site.come_back(browser, request, callback).status == 200
    assert "event=already_signed_in instead_of=state_mismatch" in site.host.log()
    assert site.user(browser)["sub"] == "alice"
    browser.jar.set("stauth_session", "")
    site.assert_refused(site.come_back(browser, request, callback), "state_mismatch", 400)


def test_callback_in_another_browser_is_refused(site: SiteUnderTest) -> None:
    browser, other = Browser(), Browser()
    request = site.begin(browser, "/login?provider=glewlwyd")
    callback = user_of(site, "glewlwyd")(request)
    site.assert_refused(site.come_back(other, request, callback), "state_mismatch", 400)
    assert site.user(other) == {"is_logged_in": False}


def test_provider_with_a_certificate_of_another_authority_is_refused(site: SiteUnderTest) -> None:
    page = Browser().open(site.url("/auth/login?provider=glewlwyd_stranger"), follow=False)
    site.assert_refused(page, "provider_tls_failed", 502)


@pytest.mark.parametrize("provider", ["mock", "nanoidp"])
def test_logout_goes_by_the_provider(site: SiteUnderTest, provider: str) -> None:
    """To both, the address to come back to is one that they know already: redirect_uri."""
    browser = Browser()
    log_in(site, browser, provider)
    page = browser.open(site.url("/")).submit("/logout", follow=False)
    assert page.status == 303 and site.user(browser) == {"is_logged_in": False}
    asked = parse_qs(urlsplit(page.target).query, strict_parsing=True)
    assert asked["post_logout_redirect_uri"] == [site.url("/oauth2callback")]
    assert asked["id_token_hint"][0].count(".") == 2
    back = sign_out.at_mock(page.target) if provider == "mock" else sign_out.at_nanoidp(page.target)
    assert parse_qs(urlsplit(back).query) == {"state": asked["state"]}
    end = browser.go("GET", back, initiator=page.target)
    assert (end.status, end.url) == (200, site.url("/"))
    assert site.user(browser) == {"is_logged_in": False}
