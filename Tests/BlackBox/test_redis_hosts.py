"""Sessions in Redis in hosts of other kinds than the C demo, which they share them with: an event loop in C, and
threads, forked workers and asyncio in Python."""

from __future__ import annotations

import pytest

from hosts import HOSTS
from provider import Rotation, logout_token, report_logout
from redis_servers import RedisServer, settings, wait_until
from refresh_race import SETTINGS, run
from test_redis import PROMPT, seconds

NAMES = ("c-event-loop", "flask", "flask-preload", "fastapi")


@pytest.fixture(params=[host for host in HOSTS if host.name in NAMES], ids=lambda host: host.name)
def other(request):
    return request.param


@pytest.fixture
def redis(tmp_path):
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()


@pytest.fixture
def sites(start, new_provider, redis, other):
    """The C demo, and another process for the same site. The machine is busier than usual."""
    provider = new_provider()
    options = settings(redis, store_timeout="1s")
    first = start(provider, **options)
    provider.offer_logout(first.redirect_uri)
    return first, start(provider, host=other, public=first.public, **options)


def at(site, browser):
    """The same browser, whose requests arrive at this process."""
    browser.routes = {site.public: site.host.port}
    return browser


def test_login_ends_at_another_host(sites, redis):
    first, second = sites
    for here, there in ((first, second), (second, first)):
        browser = at(here, first.browser())
        callback = here.callback(browser)
        assert at(there, browser).open(callback, follow=False).redirects
        assert len(browser.jar.get(first.session_cookie)) <= 120
        assert here.is_signed_in(at(here, browser)) and there.is_signed_in(at(there, browser))
        copy = browser.copy()
        at(there, browser).open(first.url("/")).submit("/auth/logout")
        assert redis.keys() == [] and not here.is_signed_in(at(here, copy))


@pytest.mark.parametrize("names", [("sid",), ("sub",)])
def test_providers_logout(sites, redis, names):
    first, second = sites
    provider = first.providers["default"]
    provider.claims["sid"] = "one"
    browser = first.browser()
    first.log_in(browser)
    named = {"sid": "one", "sub": provider.claims["sub"]}
    token = logout_token(provider, {name: named[name] for name in names})
    address = first.url("/auth/backchannel-logout")
    assert report_logout(address, second.host.port, token)[0] == 200
    assert redis.keys() == [] and not first.is_signed_in(browser) and not second.is_signed_in(at(second, browser))
    for site in sites:
        assert report_logout(address, site.host.port, token)[0] == 400


def test_dead_redis(sites, redis):
    _, site = sites
    browser = at(site, site.browser())
    site.log_in(browser)
    redis.command("save")
    redis.kill()
    assert not site.is_signed_in(browser) and "event=session_store_failed" in site.host.log()
    assert seconds(lambda: [site.is_signed_in(browser) for _ in range(10)]) < PROMPT
    page = site.login(at(site, site.browser()))
    assert (page.status, page.code) == (503, "session_store_failed")
    redis.start()
    wait_until(lambda: site.is_signed_in(browser), "the session is found again")


def test_stalled_redis(start, new_provider, redis, other):
    site = start(new_provider(), host=other, **settings(redis, store_timeout="300ms"))
    browser = site.browser()
    site.log_in(browser)
    with redis.stalled():
        assert not site.is_signed_in(browser)
        # Each worker waits twice, and then once each half a second.
        assert seconds(lambda: [site.is_signed_in(browser) for _ in range(20)]) < PROMPT
    wait_until(lambda: site.is_signed_in(browser), "the session is found again")


def test_record_that_was_changed(sites, redis):
    _, site = sites
    browser = at(site, site.browser())
    site.log_in(browser)
    [key] = redis.keys()
    redis.command("setrange", key, "40", "x")
    assert not site.is_signed_in(browser)
    assert "event=stored_session_refused reason=not_its_own" in site.host.log()


def test_no_session_is_lost_in_a_race(start, new_provider, redis, other):
    """Sixteen requests at once whenever the claims are due, half of them to the C demo."""
    provider = new_provider("race", "ES256")
    provider.rotation = Rotation(0)
    options = settings(redis, store_timeout="2s", **SETTINGS)
    first = start(provider, own_clock=True, **options)
    second = start(provider, host=other, clock=first.clock, public=first.public, **options)
    result = run([first, second], provider, 10)
    assert result.rounds == 10 and result.lost == 0 and result.nobody == 0
    assert result.collisions == 0 and provider.rotation.revoked == 0
