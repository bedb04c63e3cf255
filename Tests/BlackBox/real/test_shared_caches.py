"""A site with idle_timeout behind the caches of Apache and nginx at their defaults, and behind nginx's auth_request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import front_servers
from browser import Browser, Page
from deployment import Deployment
from hosts import Clock, Host, python_program
from large_claims import incompressible
from providers import free_port

SITE = Host("public-site", python_program(Path(__file__).parent, "public_site.py"))
MINUTE = 60


@dataclass
class Front:
    """The site, as users see it through a server before it."""

    site: Deployment

    def open(self, browser: Browser, path: str) -> Page:
        return browser.open(self.site.url(path))

    def sign_in(self) -> Browser:
        browser = Browser()
        page = self.site.login(browser)
        assert page.status == 200, page.text
        assert self.is_signed_in(browser)
        return browser

    def is_signed_in(self, browser: Browser) -> bool:
        return "true" in self.open(browser, "/user.json").text


def _front(server: str, new_provider, tmp_path: Path) -> Iterator[Front]:
    with ExitStack() as stack:
        port, clock, provider = free_port(), Clock(tmp_path), new_provider()
        provider.claims["blob"] = incompressible(5000)  # a session of two cookies
        site = Deployment(
            SITE,
            tmp_path / "host",
            {"default": provider},
            clock=clock,
            public=f"http://localhost:{port}",
            idle_timeout="10m",
        )
        stack.callback(site.stop)
        stack.enter_context(getattr(front_servers, server)(port, site.host.port, clock))
        yield Front(site)


@pytest.fixture(params=["apache", "nginx"])
def cache(request, new_provider, tmp_path) -> Iterator[Front]:
    yield from _front(request.param, new_provider, tmp_path)


@pytest.fixture
def nginx(new_provider, tmp_path) -> Iterator[Front]:
    yield from _front("nginx", new_provider, tmp_path)


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
