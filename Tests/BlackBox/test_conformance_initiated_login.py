"""Logins that another site begins (OpenID Connect Core 4), and the page that asks which provider."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from refusal import assert_refused

PORTAL = "https://portal.example/"


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    providers = {"first": new_provider("first"), "second": new_provider("second")}
    return start_shared(providers, more={"second": {"display_name": 'Second & "Best"'}})


def initiate(site, browser, method, **fields):
    """The portal sends the user to the login path; the answer to that."""
    query = urlencode(fields)
    if method == "GET":
        return browser.go("GET", site.url("/auth/login?" + query), initiator=PORTAL, follow=False)
    return browser.go("POST", site.url("/auth/login"), body=query.encode(), initiator=PORTAL, follow=False)


def asked(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.target).query, strict_parsing=True).items()}


@pytest.mark.conformance("oidcc-client-test-3rd-party-init-login")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_portal_begins_a_login(site, method):
    browser, provider = site.browser(), site.providers["second"]
    target = site.url("/report?id=3#part")
    page = initiate(site, browser, method, iss=provider.issuer, login_hint="ada@example.org", target_link_uri=target)
    assert page.target.startswith(provider.issuer + "/authorize?")
    assert asked(page)["login_hint"] == "ada@example.org" and asked(page)["prompt"] == "select_account"
    end = page.follow().follow().follow()
    assert (end.status, end.url) == (200, site.url("/report?id=3"))
    assert site.user(browser)["provider"] == "second"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "http://localhost:1/x", "javascript:1"])
def test_target_of_another_site(site, target):
    browser = site.browser()
    page = initiate(site, browser, "GET", iss=site.providers["first"].issuer, target_link_uri=target)
    assert page.follow().follow().target == site.url("/")
    assert site.is_signed_in(browser)


@pytest.mark.parametrize(
    ("fields", "code", "status"),
    [
        ({"iss": "https://evil.example"}, "provider_unknown", 404),
        ({"iss": ""}, "provider_unknown", 404),
        ({"iss": "{first}//"}, "provider_unknown", 404),
        ({"iss": "{first}", "provider": "second"}, "invalid_argument", 400),
        ({"iss": "{first}", "login_hint": "a\nb"}, "invalid_argument", 400),
        ({"iss": "{first}", "login_hint": "a" * 2000}, "invalid_argument", 400),
    ],
)
def test_refused(site, fields, code, status):
    browser = site.browser()
    first = site.providers["first"]
    first.requests.clear()
    page = initiate(site, browser, "GET", **{k: v.replace("{first}", first.issuer) for k, v in fields.items()})
    assert (page.code, page.status) == (code, status) and page.cookies == [] and first.requests == []


@pytest.mark.parametrize("way", ["by link", "by the app"])
def test_chooser(site, way):
    browser = site.browser()
    begun = browser.open(site.url("/report?id=4"))
    page = begun.click("/auth/login") if way == "by link" else browser.open(site.url("/login?q=1"))
    assert page.status == 200 and page.header("Cache-Control") == "no-store" and page.cookies == []
    target = "/report?id=4" if way == "by link" else "/login?q=1"
    assert [parse_qs(urlsplit(link).query) for link in page.links] == [
        *({"provider": [name], "return_to": [target]} for name in ("first", "second")),
        {},
    ]
    assert "Continue with <bdi>Second &amp; &quot;Best&quot;</bdi>" in page.text
    assert "Continue with <bdi>First</bdi>" in page.text
    end = page.click(page.links[1])
    assert (end.status, end.url) == (200, site.url(target)) and site.user(browser)["provider"] == "second"


def test_callback_of_a_login_that_was_not_chosen(site):
    """The chooser begins nothing: there is no login that could be answered."""
    browser = site.browser()
    browser.open(site.url("/auth/login"))
    assert site.pending(browser) == []
    assert_refused(
        site, browser.open(site.redirect_uri + "?code=x&state=y", follow=False), "state_mismatch", named=False
    )
