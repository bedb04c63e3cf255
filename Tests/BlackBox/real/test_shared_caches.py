"""A site with idle_timeout behind the caches of Apache and nginx at their defaults, and behind nginx's auth_request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import front_servers
from browser import Browser, Page
from deployment import Deployment
from hosts import ROOT, Clock, Host, python_program
from large_claims import incompressible
from provider import REMOVE, OpenIDProvider, Rotation
from providers import free_port

SITE = Host("public-site", python_program(Path(__file__).parent, "public_site.py"))
MINUTE = 60


@dataclass
class Front:
    """The site, as users see it through a server before it."""

    site: Deployment

    def open(self, browser: Browser, path: str, **headers: str) -> Page:
        return browser.open(self.site.url(path), **headers)

    def sign_in(self) -> Browser:
        browser = Browser()
        page = self.site.login(browser)
        assert page.status == 200, page.text
        assert self.is_signed_in(browser)
        return browser

    def is_signed_in(self, browser: Browser) -> bool:
        return "true" in self.open(browser, "/user.json").text


def _front(
    server: str, new_provider, tmp_path: Path, change: Callable[[OpenIDProvider], None], **settings: Any
) -> Iterator[Front]:
    with ExitStack() as stack:
        port, clock, provider = free_port(), Clock(tmp_path), new_provider()
        change(provider)
        site = Deployment(
            SITE,
            tmp_path / "host",
            {"default": provider},
            clock=clock,
            public=f"http://localhost:{port}",
            **settings,
        )
        stack.callback(site.stop)
        stack.enter_context(getattr(front_servers, server)(port, site.host.port, clock))
        yield Front(site)


def _with_large_session(provider: OpenIDProvider) -> None:
    """One of two cookies."""
    provider.claims["blob"] = incompressible(5000)


def _with_large_tokens(provider: OpenIDProvider) -> None:
    """That take two cookies, beside a refresh token that is good once."""
    provider.rotation = Rotation()
    provider.id_token(claims={"at_hash": REMOVE})
    provider.token_response({"access_token": "a" * 2400})


@pytest.fixture(params=["apache", "nginx"])
def cache(request, new_provider, tmp_path) -> Iterator[Front]:
    yield from _front(request.param, new_provider, tmp_path, _with_large_session, idle_timeout="10m")


@pytest.fixture
def nginx(new_provider, tmp_path) -> Iterator[Front]:
    yield from _front("nginx", new_provider, tmp_path, _with_large_session, idle_timeout="10m")


@pytest.fixture
def refreshing_nginx(new_provider, tmp_path) -> Iterator[Front]:
    settings = {"expose_tokens": ["id", "access"], "refresh_claims": "5m"}
    yield from _front("nginx", new_provider, tmp_path, _with_large_tokens, **settings)


def is_from_cache(page: Page) -> bool:
    return "HIT" in (page.header("X-Cache") or "")


def test_renewal_on_a_public_page(cache: Front):
    """What one user's session needs reaches no stranger, and the page is shared all the same."""
    browser, stranger = cache.sign_in(), Browser()
    cache.site.wait(4 * MINUTE)
    renewed = cache.open(browser, "/app.css").cookies
    for _ in range(2):
        page = cache.open(stranger, "/app.css")
        assert page.status == 200 and page.cookies == [] and stranger.jar.names() == []
    assert is_from_cache(page)
    assert is_from_cache(cache.open(browser, "/app.css"))
    assert [cookie.name.partition("-")[0] for cookie in renewed] == ["stauth_seen"]
    cache.site.wait(8 * MINUTE)
    assert cache.is_signed_in(browser) and not cache.is_signed_in(stranger)


def test_renewal_while_the_cache_asks_anew(cache: Front):
    """The host answers the cache's own question, with 304: its headers become those of the stored page."""
    browser, stranger = cache.sign_in(), Browser()
    assert cache.open(stranger, "/tagged.css").status == 200
    assert is_from_cache(cache.open(stranger, "/tagged.css"))
    cache.site.wait(4 * MINUTE)
    for user in (browser, stranger, Browser()):
        page = cache.open(user, "/tagged.css")
        assert (page.status, page.text) == (200, "body { color: teal }")
        assert user is browser or page.cookies == []
    assert cache.is_signed_in(browser)


def test_page_that_says_who_its_user_is(cache: Front):
    """Also where the host calls it public: Vary tells one user's page from another's."""
    browser = cache.sign_in()
    cache.site.wait(4 * MINUTE)
    for _ in range(2):
        assert cache.open(browser, "/").text != "nobody"
        assert cache.open(Browser(), "/").text == "nobody"
    assert is_from_cache(cache.open(Browser(), "/"))


def test_auth_request(nginx: Front):
    """It passes on the first Set-Cookie of the host's answer, and no other: a session that is in use stays."""
    browser = nginx.sign_in()
    assert len([name for name in browser.jar.names() if name.startswith("stauth_session")]) == 2
    assert nginx.open(Browser(), "/files/report.txt").status == 401
    for _ in range(5):
        nginx.site.wait(6 * MINUTE)
        page = nginx.open(browser, "/files/report.txt")
        assert (page.status, page.text) == (200, "for members")
    nginx.site.wait(11 * MINUTE)
    assert nginx.open(browser, "/files/report.txt").status == 401


def test_refresh_behind_auth_request(refreshing_nginx: Front):
    """Of the two lines that it takes, the one that arrives has the refresh token, which is the only good one by now."""
    browser = refreshing_nginx.sign_in()
    (provider,) = refreshing_nginx.site.providers.values()
    tokens = [name for name in browser.jar.names() if name.startswith("stauth_tokens-")]
    assert len(tokens) == 2
    for refreshes in range(1, 4):
        refreshing_nginx.site.wait(6 * MINUTE)
        page = refreshing_nginx.open(browser, "/files/report.txt")
        assert (page.status, page.text) == (200, "for members")
        assert [cookie.name for cookie in page.cookies] == [min(tokens)]
        grants = [request.value("grant_type") for request in provider.seen("token")]
        assert grants == ["authorization_code"] + ["refresh_token"] * refreshes
        assert refreshing_nginx.is_signed_in(browser)


def test_session_in_a_variable_of_nginx(nginx: Front):
    """No variable of nginx has the name of a cookie with a "-", so docs/configuration.md shows a map."""
    documented = re.search(r"^ +map .*?^ +}", (ROOT / "docs" / "configuration.md").read_text(), re.S | re.M)
    assert documented and re.sub(r"\s+", " ", documented[0]).strip() in re.sub(
        r"\s+", " ", front_servers.NGINX
    ).replace("{{", "{").replace("}}", "}")
    assert nginx.open(Browser(), "/app.css").header("X-Has-Session") == "no"
    assert nginx.open(nginx.sign_in(), "/app.css").header("X-Has-Session") == "yes"
    for cookies, has_session in {
        "a=b; __Host-stauth_session=x": "yes",
        "xstauth_session=x": "no",
        "a=stauth_session=x": "no",
        "stauth_session-2=x": "no",
    }.items():
        assert nginx.open(Browser(), "/app.css", Cookie=cookies).header("X-Has-Session") == has_session, cookies
