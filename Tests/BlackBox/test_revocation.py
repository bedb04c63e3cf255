"""What becomes of a session's tokens at its logout (RFC 7009), by the clock on the wall."""

from __future__ import annotations

import time

import pytest

from provider import Reply, Rotation
from refusal import assert_nothing_leaked

BY_PATH, BY_APP = "/auth/logout", "/logout"
PATIENCE = 5.0  # seconds; the library waits for one, and for 10 at other requests


@pytest.fixture(scope="module")
def provider(new_provider):
    provider = new_provider("revocation")
    provider.rotation = Rotation()
    return provider


@pytest.fixture(scope="module")
def site(start_shared, provider):
    site = start_shared(provider, expose_tokens=["access", "refresh"])
    if site.host.processes > 1:
        pytest.skip("the process of the logout may not have the provider's metadata")
    return site


@pytest.fixture(autouse=True)
def behave(provider):
    provider.behave()
    provider.metadata({"revocation_endpoint": provider.issuer + "/revoke"})


def log_out(site, browser, path=BY_PATH):
    page = browser.open(site.url("/some/page")).submit(path, follow=False)
    assert page.status == 303, page.text
    return page


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
def test_tokens_are_revoked(site, provider, path):
    browser = site.browser()
    tokens = site.log_in(browser)["tokens"]
    copy = browser.copy()
    log_out(site, browser, path)
    sent = [(request.value("token_type_hint"), request.value("token")) for request in provider.seen("revocation")]
    assert not site.is_signed_in(copy) and not site.is_signed_in(browser)
    if path == BY_PATH or sent:  # with an event loop, page code's logout revokes nothing
        assert sent == [("refresh_token", tokens["refresh"]), ("access_token", tokens["access"])]
        assert "event=tokens_revoked provider=default" in site.host.log()
    assert_nothing_leaked(site)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(hang=True), "provider_timeout"),
        (Reply(trickle=0.2), "provider_timeout"),
        (Reply(503), "provider_status"),
        (Reply(400, {"error": "invalid_request"}), "provider_status"),
    ],
    ids=["hang", "trickle", "503", "400"],
)
@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
def test_user_is_signed_out_at_once(site, provider, path, reply, code):
    browser = site.browser()
    site.log_in(browser)
    copy = browser.copy()
    provider.respond("revocation", reply)
    page = browser.open(site.url("/some/page"))
    start = time.monotonic()
    assert page.submit(path, follow=False).status == 303
    assert time.monotonic() - start < PATIENCE
    assert not site.is_signed_in(browser) and not site.is_signed_in(copy)
    if path == BY_PATH or provider.seen("revocation"):
        assert len(provider.seen("revocation")) == 1
        assert f"event=tokens_not_revoked provider=default code={code}" in site.host.log()


def test_other_site(site, provider):
    browser = site.browser()
    site.log_in(browser)
    page = browser.go("POST", site.url(BY_PATH), headers={"Sec-Fetch-Site": "cross-site"}, follow=False)
    assert page.status == 403 and provider.seen("revocation") == [] and site.is_signed_in(browser)
