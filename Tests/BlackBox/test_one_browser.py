"""One browser, one login, every host: a session that began in one language is one in all, and a login goes on in the
next."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from deployment import Deployment, StartDeployment
from hosts import HOSTS
from provider import OpenIDProvider

NAMES = [host.name for host in HOSTS]


@pytest.fixture(scope="module")
def sites(start_shared: StartDeployment, new_provider: Callable[..., OpenIDProvider]) -> list[Deployment]:
    """They stand for replicas behind one name, with the same settings."""
    provider = new_provider()
    first = start_shared(provider, host=HOSTS[0])
    return [first, *(start_shared(provider, host=host, public=first.public) for host in HOSTS[1:])]


def test_session_in_every_language(sites: list[Deployment]) -> None:
    browser = sites[0].browser()
    user = sites[0].log_in(browser)
    for name, site in zip(NAMES, sites, strict=True):
        browser.routes = {site.public: site.host.port}
        assert site.user(browser) == user, name


def test_login_that_ends_in_the_next_language(sites: list[Deployment]) -> None:
    for (begins, first), (ends, second) in itertools.pairwise(zip(NAMES, sites, strict=True)):
        browser = first.browser()
        callback = first.callback(browser)
        browser.routes = {second.public: second.host.port}
        assert browser.open(callback, follow=False).status == 302, (begins, ends)
        assert second.is_signed_in(browser), (begins, ends)


def test_logout_in_every_language(sites: list[Deployment]) -> None:
    for name, site in zip(NAMES, sites, strict=True):
        browser = sites[0].browser()
        sites[0].log_in(browser)
        browser.routes = {site.public: site.host.port}
        assert site.is_signed_in(browser), name
        page = browser.open(site.url("/")).submit("/auth/logout", follow=False)
        assert page.status == 303 and not site.is_signed_in(browser), name
        browser.routes = {sites[0].public: sites[0].host.port}
        assert not sites[0].is_signed_in(browser), f"the browser kept a cookie of {name}"
