"""What the list in test_scenarios.py is run with: starts of a host, users, and odd input."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from deployment import COOKIE_SECRET
from large_claims import incompressible
from provider import AUDIENCE

ANONYMOUS = {"is_logged_in": False}
BY_PATH, BY_APP = "/auth/logout", "/logout"
ALLOWED = {"/oauth2callback": {"GET"}, "/auth/login": {"GET", "POST"}, "/auth/logout": {"GET", "POST"}}
ALLOWED |= {"/auth/backchannel-logout": {"POST"}}
OLD_SECRET = "Zx81-kettle.Trombone_77-quilt-9"
LARGE = [incompressible(5000)]
# For programs that call the app with tokens of the provider "other".
BEARER = {"bearer_tokens": ["jwt", "introspection"], "bearer_audience": AUDIENCE, "bearer_scopes": "app:read"}
ODD = {"text": 'ä"\\\n\t\u2028\U0001f600</script>', "list": [1, {"a": []}], "yes": True, "no": None, "": {"": ""}}
ODD |= {"integer": -12, "real": 1.5, "big": 2**53}

HOSTILE = {
    "header of 16 KiB": ("/", b"X-Large: " + b"x" * 16384),
    "Cookie of 16 KiB": ("/", b"Cookie: stauth_session=" + b"x" * 16384),
    "100 cookies": ("/", b"Cookie: " + b"stauth_session=x; " * 100),
    "header not UTF-8": ("/user.json", b"X-Odd: \xff\xfe\x80"),
    "Cookie not UTF-8": ("/user.json", b"Cookie: \xe4=\xff; stauth_session=\xff\xfe"),
    "Referer not UTF-8": ("/auth/login", b"Referer: http://localhost/\xff"),
    "NUL": ("/auth/login?provider=%00%ff&return_to=/%00", b"X: y"),
    "NUL to the app": ("/login?provider=%00", b"X: y"),
    "NUL in the path": ("/a%00b?c=%00", b"X: y"),
    "path not UTF-8": ("/%ff%fe%", b"X: y"),
    "bytes not UTF-8": ("/\xff?provider=\xfe", b"X: y"),
    "absolute form": ("http://evil.example/user.json", b"X: y"),
    "two slashes": ("//evil.example/x", b"X: y"),
    "two slashes and port": ("//evil.example:x/[", b"X: y"),
}


def lets_through(site, host):
    """Whether the server itself has no objection to this value of Host."""
    if site.host.has_names:
        return host.lower().split(":")[0] == urlsplit(site.public).hostname
    return host != "[::" or not site.host.checks_names


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    """The host of most scenarios. Its operator has put a new secret before the old one."""
    names = ("default", "other", "Two_Words", "large", "odd", "down", "leaving", "reporting")
    providers = {name: new_provider(name) for name in names}
    providers["large"].claims["groups"] = LARGE
    providers["odd"].claims |= ODD
    site = start_shared(providers, cookie_secret=[COOKIE_SECRET, OLD_SECRET], more={"other": BEARER})
    providers["leaving"].offer_logout(site.redirect_uri)
    return site


@pytest.fixture(scope="module")
def old(site, start_shared):
    """The same app with the old secret only."""
    return start_shared(site.providers, public=site.public, cookie_secret=OLD_SECRET)


@pytest.fixture(scope="module")
def below(start_shared, new_provider):
    """An app below /app, whose clock the tests move."""
    times = {"session_lifetime": "1h", "idle_timeout": "10m"}
    return start_shared(new_provider(), own_clock=True, callback="/app/oauth2callback", **times)


@pytest.fixture(autouse=True)
def provider_behaves(site):
    yield
    for provider in site.providers.values():
        provider.behave()


@pytest.fixture(scope="module")
def signed_in(site):
    browser = site.browser()
    site.log_in(browser, "other")
    return browser


@pytest.fixture
def browser(site, signed_in):
    """A browser with a session, which no refused login may touch."""
    browser = signed_in.copy()
    yield browser
    assert site.user(browser)["provider"] == "other", "the older session did not survive"
