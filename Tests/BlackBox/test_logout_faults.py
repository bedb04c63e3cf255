"""What goes wrong elsewhere when providers report logouts: at four processes, across restarts, and in a flood."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack

import pytest

from provider import logout_token, report_logout
from redis_servers import RedisServer, settings, wait_until

PATH = "/auth/backchannel-logout"
PROCESSES = 4
FLOOD = 2000
# What a process may grow by in a flood that leaves nothing behind; 2,000 tokens would be a megabyte.
NOISE = 512 * 1024


@pytest.fixture
def redis(tmp_path):
    with ExitStack() as opened:
        server = RedisServer(tmp_path / "redis")
        opened.callback(server.kill)
        yield server


@pytest.fixture
def provider(new_provider):
    return new_provider("reports")


@pytest.fixture
def processes(start, provider, redis):
    """Each has a part of the users' requests, and only one of them gets the provider's."""
    first = start(provider, **settings(redis))
    provider.offer_logout(first.redirect_uri)
    return [first, *(start(provider, public=first.public, **settings(redis)) for _ in range(PROCESSES - 1))]


def log_in(site, provider, sid):
    """At this process."""
    provider.claims["sid"] = sid
    browser = site.browser()
    site.log_in(browser)
    return browser


def report(site, token):
    """At this process; the answer's status."""
    return report_logout(site.url(PATH), site.host.port, token)[0]


def signed_in(sites, browser):
    """At each of the processes."""
    found = []
    for site in sites:
        browser.routes = {site.public: site.host.port}
        found.append(site.is_signed_in(browser))
    return found


def test_logout_at_one_process_ends_the_session_at_all(processes, provider):
    ended, other = log_in(processes[0], provider, "one"), log_in(processes[1], provider, "two")
    assert signed_in(processes, ended) == signed_in(processes, other) == [True] * PROCESSES
    assert report(processes[-1], logout_token(provider, {"sid": "one"})) == 200
    assert signed_in(processes, ended) == [False] * PROCESSES
    assert signed_in(processes, other) == [True] * PROCESSES, "a logout that ends too much"


def test_restart_revives_nothing(processes, provider, redis):
    ended, other = log_in(processes[0], provider, "one"), log_in(processes[1], provider, "two")
    assert report(processes[2], logout_token(provider, {"sid": "one"})) == 200
    # The store has lost its connections and kept its data, as after a failover.
    redis.command("save")
    redis.signal(signal.SIGTERM)
    redis.kill()
    redis.start()
    wait_until(lambda: signed_in(processes, other) == [True] * PROCESSES, "the store is found again")
    assert signed_in(processes, ended) == [False] * PROCESSES


def test_login_revives_nothing(processes, provider):
    ended = log_in(processes[0], provider, "one")
    second = int(time.time())
    assert report(processes[1], logout_token(provider, {"sub": provider.claims["sub"]})) == 200
    wait_until(lambda: int(time.time()) > second + 1, "sessions of the same second have ended, too")
    later = log_in(processes[2], provider, "two")
    assert signed_in(processes, ended) == [False] * PROCESSES
    assert signed_in(processes, later) == [True] * PROCESSES


@pytest.fixture
def site(start, provider):
    site = start(provider)
    provider.offer_logout(site.redirect_uri)
    return site


@pytest.mark.parametrize("script", [{"raw": "x.y.z"}, {"header": {"typ": "at+jwt"}}], ids=["no token", "another token"])
def test_flood_of_garbage_fills_nothing(site, provider, script):
    browser = log_in(site, provider, "one")
    raw = script.get("raw")

    def flood(count):
        for number in range(count):
            token = raw or logout_token(provider, {"sid": f"unknown-{number}"}, **script)
            assert report(site, token) == 400

    flood(200)
    before = site.host.memory()
    flood(FLOOD)
    assert site.host.memory() - before < NOISE
    assert site.is_signed_in(browser) and len(provider.seen("jwks")) <= 2


def test_flood_of_unknown_sessions_ends_nobodys(site, provider):
    """Each is an entry, because the session may be in a browser; none is anybody's."""
    browser = log_in(site, provider, "one")
    for number in range(500):
        assert report(site, logout_token(provider, {"sid": f"unknown-{number}"})) == 200
    assert site.is_signed_in(browser)
    assert report(site, logout_token(provider, {"sid": "one"})) == 200
    assert not site.is_signed_in(browser)
