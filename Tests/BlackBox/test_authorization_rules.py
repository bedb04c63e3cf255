"""Who may sign in: allowed_domains, allowed_emails, allowed_groups and required_claims."""

from __future__ import annotations

import pytest

from refusal import assert_refused

REFUSED = "user_not_allowed"
RULES = {
    "allowed_domains": ["example.org", "xn--exmple-cua.org"],
    "allowed_emails": ["guest@example.net"],
}
ROLES = {"allowed_groups": ["staff"], "required_claims": {"realm.roles": ["admin", "editor"]}}
VERIFIED = {"email": "ada@example.org", "email_verified": True}


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    providers = {name: new_provider(name) for name in ("mail", "roles", "open")}
    return start_shared(providers, more={"mail": RULES, "roles": ROLES})


@pytest.fixture
def browser(site):
    """A browser that is signed in already, with the provider `open`."""
    browser = site.browser()
    site.log_in(browser, "open")
    yield browser
    assert site.user(browser)["provider"] == "open", "the older session did not survive"


def say(site, name, claims):
    site.providers[name].claims = {"sub": "ada", "name": "Ada Lovelace", **claims}


@pytest.mark.parametrize(
    "email", ["ada@example.org", "ADA@EXAMPLE.ORG", "guest@example.net", "ada@xn--exmple-cua.org", "a.b+c@Example.org"]
)
def test_address_that_is_allowed(site, email):
    say(site, "mail", {"email": email, "email_verified": True})
    assert site.log_in(site.browser(), "mail")["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.org.evil",
        "ada@evil@example.org",
        "ada@example.org@evil.com",
        "ada@sub.example.org",
        "other@example.net",
        "ada@ex\u0430mple.org",
        "ada@exämple.org",
        "ada@example.org\u200b",
        '"ada@evil"@example.org',
        "ada@example.org ",
        "ada@example.org.",
        ["ada@example.org"],
        None,
    ],
)
def test_address_that_is_not(site, browser, email):
    say(site, "mail", {"email": email, "email_verified": True})
    assert_refused(site, site.login(browser, "mail"), REFUSED)


@pytest.mark.parametrize("verified", [{}, *({"email_verified": value} for value in (False, "true", 1, None, [True]))])
def test_address_that_is_not_verified(site, browser, verified):
    say(site, "mail", {"email": "ada@example.org", **verified})
    assert_refused(site, site.login(browser, "mail"), REFUSED)


@pytest.mark.parametrize(
    "claims",
    [
        {"groups": ["x", "staff"], "realm": {"roles": ["admin"]}},
        {"groups": "staff", "realm": {"roles": "editor"}},
        {"groups": ["staff"], "realm.roles": ["x", "editor"]},
    ],
)
def test_claims_that_are_asked_for(site, claims):
    say(site, "roles", claims)
    assert site.log_in(site.browser(), "roles")["groups"] == claims["groups"]


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"groups": ["staff"]},
        {"realm": {"roles": ["admin"]}},
        {"groups": ["Staff"], "realm": {"roles": ["admin"]}},
        {"groups": "staff,x", "realm": {"roles": ["admin"]}},
        {"groups": 1, "realm": {"roles": ["admin"]}},
        {"groups": [["staff"]], "realm": {"roles": ["admin"]}},
        {"groups": ["staff"], "realm": {"roles": ["user"]}},
        {"groups": ["staff"], "realm": [{"roles": ["admin"]}]},
        {"groups": ["staff"], "roles": ["admin"]},
    ],
)
def test_claims_that_are_missing(site, browser, claims):
    say(site, "roles", claims)
    assert_refused(site, site.login(browser, "roles"), REFUSED)


def test_page_offers_another_account(site, browser):
    say(site, "mail", {"email": "mallory@evil.example", "email_verified": True})
    page = site.login(browser, "mail", "/report?id=3")
    assert_refused(site, page, REFUSED)
    assert "This account may not use this site" in page.text
    log = site.host.log()
    assert "allowed_domains" in log
    assert "<bdi>mallory@evil.example</bdi>" in page.text
    assert "mallory" not in log and "evil.example" not in log
    say(site, "mail", VERIFIED)
    device = site.browser()
    assert device.open(site.url("/")).click(next(link for link in page.links if "/auth/login" in link)).status == 200
    assert site.user(device)["provider"] == "mail"


def restarted(start, provider, **rules):
    """The same site again, as far as cookies are concerned, with these rules."""
    return start({"default": provider}, public="http://localhost:8501", **rules)


@pytest.mark.parametrize(
    "rules", [{"allowed_emails": ["eve@example.org"]}, {"allowed_domains": ["example.com"]}, {"allowed_groups": "x"}]
)
def test_other_rules_end_sessions(start, new_provider, rules):
    provider = new_provider()
    provider.claims |= VERIFIED
    first = restarted(start, provider, allowed_emails=["ada@example.org"], session_claims=["sub"])
    browser = first.browser()
    assert "email" not in first.log_in(browser)
    cookies = {"Cookie": f"{first.session_cookie}={browser.jar.get(first.session_cookie)}"}
    same = restarted(start, provider, allowed_emails=["ada@example.org"])
    assert same.user(same.browser(), **cookies)["is_logged_in"] is True
    other = restarted(start, provider, **rules)
    assert other.user(other.browser(), **cookies) == {"is_logged_in": False}
