"""Refresh tokens: the OpenID Foundation's modules, at a provider that rotates them without leeway."""

from __future__ import annotations

import pytest

from provider import OpenIDProvider, Reply, Rotation
from refusal import assert_nothing_leaked

AGE = 30


@pytest.fixture
def provider(new_provider) -> OpenIDProvider:
    provider = new_provider("refresh")
    provider.rotation = Rotation()
    return provider


@pytest.fixture
def site(start, provider):
    return start(provider, more={"default": {"userinfo": True}}, own_clock=True, refresh_claims=f"{AGE}s")


@pytest.fixture
def browser(site):
    browser = site.browser()
    site.log_in(browser)
    return browser


@pytest.mark.conformance("oidcc-client-test-refresh-token")
def test_new_access_token_is_used(site, provider, browser):
    provider.userinfo_claims = {"nickname": "Countess"}
    site.wait(AGE - 1)
    assert "nickname" not in site.user(browser) and len(provider.seen("token")) == 1
    site.wait(1)
    assert site.user(browser)["nickname"] == "Countess"
    (refresh,) = provider.seen("token")[1:]
    assert refresh.value("grant_type") == "refresh_token" and refresh.value("code") is None
    first, second = (request.header("Authorization") for request in provider.seen("userinfo"))
    assert first != second, "UserInfo is asked with the new access token"
    assert_nothing_leaked(site)


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        pytest.param(
            "iss",
            "id_token_issuer_mismatch",
            marks=pytest.mark.conformance("oidcc-client-test-refresh-token-invalid-issuer"),
        ),
        pytest.param(
            "sub",
            "id_token_subject_mismatch",
            marks=pytest.mark.conformance("oidcc-client-test-refresh-token-invalid-sub"),
        ),
        ("aud", "id_token_audience_mismatch"),
    ],
)
def test_refreshed_token_about_another(site, provider, browser, claim, code):
    provider.id_token(claims=lambda claims: claims.update({claim: claims[claim] + "1"}))
    provider.claims["name"] = "Another"
    site.wait(AGE)
    assert site.user(browser) == {"is_logged_in": False} and browser.jar.cookies == []
    assert len(provider.seen("userinfo")) == 1, "UserInfo is not asked with a token of such a response"
    assert f"event=session_ended provider=default code={code}" in site.host.log()
    assert_nothing_leaked(site)


def test_outage_ends_no_session(site, provider, browser):
    provider.respond("token", Reply(503, "<html>down</html>"))
    site.wait(AGE)
    for _ in range(3):
        assert site.is_signed_in(browser)
    assert len(provider.seen("token")) == 2, "a provider that is down is left alone for a while"
    provider.behave()
    site.wait(10)
    assert site.is_signed_in(browser) and len(provider.seen("token")) == 1
