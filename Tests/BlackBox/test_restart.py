"""A host that is restarted while a user is at the provider."""

from __future__ import annotations

import pytest

from hosts import HOSTS
from refusal import assert_refused

NAMES = ("c", "c-event-loop", "flask-preload", "fastapi")


@pytest.fixture(params=[host for host in HOSTS if host.name in NAMES], ids=lambda host: host.name)
def begun(request, start, new_provider):
    """A browser on its way back to a host that has ended, and what starts it again."""
    provider = new_provider()
    site = start(provider, host=request.param)
    browser = site.browser()
    callback = site.begin(browser, None, "/report?id=3").follow().target
    site.stop()

    def again(**more):
        new = start(provider, host=request.param, public=site.public, **more)
        browser.routes = {site.public: new.host.port}
        return new, browser, callback

    return again


def test_login_goes_on(begun):
    site, browser, callback = begun()
    page = browser.open(callback)
    assert (page.status, page.url) == (200, site.url("/report?id=3")) and site.is_signed_in(browser)


def test_another_secret_ends_the_login_with_advice(begun):
    site, browser, callback = begun(cookie_secret="Zx81-kettle.Trombone_77-quilt-9-other")
    page = browser.open(callback, follow=False)
    assert_refused(site, page, "state_mismatch", named=False)
    assert "Please start again." in page.text and not site.is_signed_in(browser)
    assert site.providers["default"].seen("token") == []
    # The way that the page shows is one.
    home = page.click(page.links[0])
    assert home.status == 200 and site.log_in(browser)["is_logged_in"]
