"""Sessions in a Redis server: who can read them, what happens when it fails, and that no process is left behind."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from hosts import ROOT
from large_claims import incompressible
from provider import Rotation, logout_token, report_logout
from provider.certificates import authority, stranger
from redis_servers import PASSWORD, USER, RedisServer, settings, wait_until
from refresh_race import SETTINGS, run

# What a request may take while Redis is stalled: two deadlines of 200 ms, and a busy machine.
PROMPT = 3.0


@pytest.fixture
def servers(tmp_path):
    with ExitStack() as opened:

        def start(*lines: str, **options) -> RedisServer:
            server = RedisServer(tmp_path / f"redis{len(started)}", *lines, **options)
            started.append(server)
            opened.callback(server.kill)
            return server

        started: list[RedisServer] = []
        yield start


@pytest.fixture
def redis(servers):
    return servers()


@pytest.fixture
def site(start, new_provider, redis):
    return start(new_provider(), **settings(redis))


def failures(site) -> int:
    return site.host.log().count("event=session_store_failed")


def log_out(site, browser) -> None:
    browser.open(site.url("/")).submit("/auth/logout")


def seconds(body) -> float:
    before = time.monotonic()
    body()
    return time.monotonic() - before


def test_session_is_in_redis(site, redis):
    browser = site.browser()
    site.log_in(browser)
    assert browser.jar.names() == [site.session_cookie]
    assert len(browser.jar.get(site.session_cookie)) <= 120
    [key] = redis.keys()
    assert 29 * 86400_000 < int(redis.command("pttl", key)) <= 30 * 86400_000
    stored = redis.command("--raw", "get", key)
    assert "user-1" not in stored and "is_logged_in" not in stored
    copy = browser.copy()
    log_out(site, browser)
    assert redis.keys() == [] and not site.is_signed_in(copy)


def test_replicas_share_sessions(site, redis, start):
    """A login that ends at another replica, and a logout that every replica knows of."""
    provider = site.providers["default"]
    other = start(provider, public=site.public, **settings(redis))
    browser = site.browser()
    callback = site.callback(browser)
    browser.routes = {site.public: other.host.port}
    assert browser.open(callback, follow=False).redirects
    for replica in (site, other):
        browser.routes = {site.public: replica.host.port}
        assert site.is_signed_in(browser)
    copy = browser.copy()
    log_out(other, browser)
    copy.routes = {site.public: site.host.port}
    assert not site.is_signed_in(copy)


@pytest.mark.parametrize("names", [("sid",), ("sub",)])
def test_providers_logout_reaches_all_replicas(site, redis, start, names):
    """The provider's request arrives at one of them, which has never seen the sessions."""
    provider = site.providers["default"]
    provider.offer_logout(site.redirect_uri)
    other = start(provider, public=site.public, **settings(redis))
    browsers = []
    for sid in ("one", "two"):
        provider.claims["sid"] = sid
        browsers.append(site.browser())
        site.log_in(browsers[-1])
    named = {"sid": "one", "sub": provider.claims["sub"]}
    token = logout_token(provider, {name: named[name] for name in names})
    status, *_ = report_logout(other.url("/auth/backchannel-logout"), other.host.port, token)
    assert status == 200
    assert [site.is_signed_in(browser) for browser in browsers] == (
        [False, True] if names == ("sid",) else [False, False]
    )
    assert len(redis.keys()) == sum(site.is_signed_in(browser) for browser in browsers)


def test_logout_token_counts_once_for_all_replicas(site, redis, start):
    provider = site.providers["default"]
    provider.offer_logout(site.redirect_uri)
    other = start(provider, public=site.public, **settings(redis))
    token = logout_token(provider, {"sub": provider.claims["sub"]})
    browser = site.browser()
    site.log_in(browser)
    answers = []
    for replica in (site, other, site):
        address = replica.url("/auth/backchannel-logout")
        answers.append(report_logout(address, replica.host.port, token)[0])
    assert answers == [200, 400, 400]
    assert "event=backchannel_logout_refused provider=default code=logout_token_replayed" in other.host.log()
    assert not site.is_signed_in(browser)


def stores_sessions(site) -> bool:
    browser = site.browser()
    site.log_in(browser)
    return len(browser.jar.get(site.session_cookie)) <= 120


@pytest.mark.parametrize("names", [(), ("sid",), ("sub",)])
def test_ends_of_sessions_in_cookies_reach_all_replicas(site, redis, start, names):
    """Of logins that fell back to cookies: ended by their user, and by the provider at a process which saw none."""
    provider = site.providers["default"]
    provider.offer_logout(site.redirect_uri)
    provider.claims["sid"] = "one"
    options = settings(redis, store_fallback="cookie")
    first = start(provider, public=site.public, **options)
    second = start(provider, public=site.public, **options)
    browser = first.browser()
    redis.kill()
    first.log_in(browser)
    redis.start()
    copy = browser.copy()
    copy.routes = {site.public: second.host.port}
    for process in (first, second):
        wait_until(lambda: stores_sessions(process), "Redis is asked again")  # noqa: B023
    assert second.is_signed_in(copy) and first.is_signed_in(browser)
    if names:
        named = {"sid": "one", "sub": provider.claims["sub"]}
        token = logout_token(provider, {name: named[name] for name in names})
        status, *_ = report_logout(second.url("/auth/backchannel-logout"), second.host.port, token)
        assert status == 200 and not first.is_signed_in(browser)
    else:
        log_out(first, browser)
    assert not second.is_signed_in(copy)
    assert redis.keys("stauth:e:*")


def test_login_ends_the_session_that_it_replaces(site, redis, start):
    """A copy of it, and its record, also where another process began it."""
    other = start(site.providers["default"], public=site.public, **settings(redis))
    browser = site.browser()
    site.log_in(browser)
    copy = browser.copy()
    other.log_in(browser)
    assert len(redis.keys()) == 1
    assert other.is_signed_in(browser) and not site.is_signed_in(copy)


def test_providers_logout_while_redis_is_dead(site, redis):
    """The provider is to try again."""
    provider = site.providers["default"]
    provider.offer_logout(site.redirect_uri)
    provider.claims["sid"] = "one"
    browser = site.browser()
    site.log_in(browser)
    redis.command("save")
    redis.kill()
    token = logout_token(provider, {"sid": "one"})
    address = site.url("/auth/backchannel-logout")
    assert report_logout(address, site.host.port, token)[0] == 503
    redis.start()
    wait_until(lambda: report_logout(address, site.host.port, token)[0] == 200, "the logout is taken")
    assert redis.keys() == [] and not site.is_signed_in(browser)


def test_user_is_the_one_of_the_docs():
    page = (ROOT / "docs" / "sessions.md").read_text()
    assert USER.replace("user ", "ACL SETUSER ").replace(PASSWORD, "PASSWORD") in page


def test_tls_and_a_user_of_its_own(servers, start, new_provider, tmp_path):
    redis = servers("user default off", USER, tls=True)
    url = f"rediss://stauth:{quote(PASSWORD, safe='')}@localhost:{redis.port}"
    options = {"session_store": "redis", "redis_url": url, "store_timeout": "2s"}
    site = start(new_provider(), redis_ca_file=str(authority().write(tmp_path)), **options)
    browser = site.browser()
    site.log_in(browser)
    assert site.is_signed_in(browser)
    log_out(site, browser)
    # Whoever else says to be this server gets neither the password nor a session.
    for ca in (str(stranger().write(tmp_path)), None):
        refused = start(new_provider(), redis_ca_file=ca, **options)
        page = refused.login(refused.browser())
        assert (page.status, page.code) == (503, "session_store_failed")
        assert PASSWORD not in refused.host.log()
    wrong = start(
        new_provider(),
        **options | {"redis_url": f"rediss://stauth:wrong-password@localhost:{redis.port}"},
        redis_ca_file=str(authority().write(tmp_path)),
    )
    assert wrong.login(wrong.browser()).code == "session_store_failed"
    log = wrong.host.log()
    assert "the user name or password is refused" in log and "wrong-password" not in log


@pytest.mark.parametrize("words", [("set", "nonsense"), ("set", ""), ("setrange", "40", "x"), ("append", "x")])
def test_changed_record(site, redis, words):
    browser = site.browser()
    site.log_in(browser)
    [key] = redis.keys()
    redis.command(words[0], key, *words[1:])
    assert not site.is_signed_in(browser)
    assert "event=stored_session_refused reason=not_its_own" in site.host.log()


def test_record_of_another_session(site, redis):
    browser, other = site.browser(), site.browser()
    site.log_in(browser)
    [key] = redis.keys()
    site.log_in(other)
    [second] = set(redis.keys()) - {key}
    redis.command("copy", second, key, "replace")
    assert site.is_signed_in(other) and not site.is_signed_in(browser)
    assert "event=stored_session_refused reason=not_its_own" in site.host.log()


def test_record_of_another_kind(site, redis):
    browser = site.browser()
    site.log_in(browser)
    [key] = redis.keys()
    redis.command("del", key)
    redis.command("hset", key, "a", "b")
    assert not site.is_signed_in(browser)
    assert "Redis refused a command: WRONGTYPE" in site.host.log()


def test_large_claims(site):
    provider = site.providers["default"]
    provider.claims["groups"] = [incompressible(100_000)]
    browser = site.browser()
    site.log_in(browser)
    assert site.user(browser)["groups"] == [incompressible(100_000)]
    assert sum(len(browser.jar.get(name)) for name in browser.jar.names()) <= 120


def test_dead_redis(site, redis):
    """Nobody waits, nobody is signed in, and everybody is again once it is back with its data."""
    browser = site.browser()
    site.log_in(browser)
    redis.command("save")
    redis.kill()
    assert not site.is_signed_in(browser) and failures(site) > 0
    assert seconds(lambda: [site.is_signed_in(browser) for _ in range(20)]) < PROMPT
    page = site.login(site.browser())
    assert (page.status, page.code) == (503, "session_store_failed")
    redis.start()
    wait_until(lambda: site.is_signed_in(browser), "the session is found again")


def test_stalled_redis(site, redis):
    browser = site.browser()
    site.log_in(browser)
    with redis.stalled():
        assert seconds(lambda: site.is_signed_in(browser)) < PROMPT
        assert not site.is_signed_in(browser)
        # After two failures nobody asks for half a second: twenty requests would wait for four seconds.
        assert seconds(lambda: [site.is_signed_in(browser) for _ in range(20)]) < PROMPT
        with ThreadPoolExecutor(8) as pool:
            assert seconds(lambda: list(pool.map(lambda _: site.is_signed_in(browser.copy()), range(40)))) < PROMPT
    wait_until(lambda: site.is_signed_in(browser), "the session is found again")
    assert "is not asked again yet" in site.host.log()


def test_restart_breaks_no_request(site, redis):
    """Connections that ended while they were idle are noticed before they are used."""
    browser = site.browser()
    site.log_in(browser)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: site.is_signed_in(browser.copy()), range(16)))
    redis.command("save")
    redis.kill()
    redis.start()
    assert site.is_signed_in(browser) and failures(site) == 0


def test_fallback_to_cookies(start, new_provider, redis):
    site = start(new_provider(), store_fallback="cookie", **settings(redis))
    redis.kill()
    browser = site.browser()
    site.log_in(browser)
    assert "event=session_kept_in_cookie" in site.host.log()
    redis.start()
    wait_until(lambda: site.is_signed_in(browser), "cookies count")
    log_out(site, browser)
    assert not site.is_signed_in(browser)


def test_move_from_cookies_signs_nobody_out(start, new_provider, redis):
    provider = new_provider()
    before = start(provider)
    browser = before.browser()
    before.log_in(browser)
    after = start(provider, public=before.public, store_fallback="cookie", **settings(redis))
    strict = start(provider, public=before.public, **settings(redis))
    browser.routes = {before.public: after.host.port}
    assert after.is_signed_in(browser)
    browser.routes = {before.public: strict.host.port}
    assert not strict.is_signed_in(browser)


@pytest.fixture
def race(start, new_provider, redis):
    def race(rounds: int, **more):
        provider = new_provider("race", "ES256")
        provider.rotation = Rotation(0)
        options = settings(redis, **SETTINGS, **more)
        first = start(provider, own_clock=True, **options)
        second = start(provider, clock=first.clock, public=first.public, **options)
        return run([first, second], provider, rounds), provider

    return race


def test_no_session_is_lost_in_a_race(race):
    """Two processes with eight threads each, at a provider that rotates without leeway. The
    deadline is longer than usual because this machine is busier than usual."""
    result, provider = race(20, store_timeout="2s")
    assert result.rounds == 20 and result.lost == 0 and result.nobody == 0
    assert result.collisions == 0 and provider.rotation.revoked == 0


def test_stall_during_refreshes(start, new_provider, redis):
    """What a provider gave while Redis was stalled is not lost."""
    provider = new_provider("stall", "ES256")
    provider.rotation = Rotation(0)
    site = start(provider, own_clock=True, **settings(redis, **SETTINGS))
    browser = site.browser()
    site.log_in(browser)
    is_due = threading.Event()

    def stall(_request):
        if is_due.is_set():
            is_due.clear()
            redis.signal(signal.SIGSTOP)
            threading.Timer(0.7, redis.signal, [signal.SIGCONT]).start()

    provider.respond("token", stall)
    for _ in range(3):
        site.wait(30)
        is_due.set()
        site.user(browser)
        assert not is_due.is_set(), "the provider was not asked"
        wait_until(lambda: site.is_signed_in(browser), "the session is found again")
    site.wait(30)
    wait_until(lambda: site.is_signed_in(browser), "it goes on")
    assert provider.rotation.revoked == 0 and failures(site) > 0
