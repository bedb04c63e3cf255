"""Sections C44 to C47: rotation, outages, and how often a JWK set is asked for."""

from __future__ import annotations

import threading

import pytest

from provider import Reply
from victim import check

UNKNOWN = "id_token_key_unknown"
COOL_DOWN = 60


def test_c44_unknown_kids_cause_one_fetch_per_cool_down(new_victim):
    victim = new_victim(own_clock=True).warm()
    for number in range(30):
        victim.provider.id_token(header={"kid": f"random-{number}"})
        page = victim.login()
        assert victim.provider.polite or page.code == UNKNOWN
    assert len(victim.provider.seen("jwks")) == 1
    victim.site.wait(COOL_DOWN + 5)
    for _ in range(5):
        victim.login()
    assert len(victim.provider.seen("jwks")) == 2


def test_c44_unknown_kids_while_the_key_server_is_down(new_victim):
    """T-32: a failed fetch starts the cool-down, too, and the keys that are known stay."""
    victim = new_victim(own_clock=True).warm()
    victim.provider.respond("jwks", Reply(503))
    victim.provider.id_token(header={"kid": "random"})
    codes = {victim.login().code for _ in range(10)}
    assert codes <= {UNKNOWN, "provider_status"} and len(victim.provider.seen("jwks")) == 1
    victim.provider.id_token()
    victim.accepts_login()


@pytest.mark.conformance("oidcc-client-test-signing-key-rotation")
def test_c45_rotation_between_logins(new_victim):
    victim = new_victim().warm()
    victim.provider.keys.rotate()
    victim.accepts_login()
    assert len(victim.provider.seen("jwks")) == 1
    victim.accepts_login()
    assert len(victim.provider.seen("jwks")) == 1


@pytest.mark.conformance("oidcc-client-test-signing-key-rotation-just-before-signing")
def test_c45_rotation_just_before_signing(new_victim):
    """The keys were fetched in this very login."""
    victim = new_victim()
    before = victim.provider.keys.jwk_set()
    victim.provider.keys.rotate()
    served = iter([before])
    victim.provider.jwk_set(lambda real: next(served, real))
    victim.accepts_login()
    assert victim.provider.polite or len(victim.provider.seen("jwks")) == 2


def test_c45_rotation_to_another_algorithm(new_victim):
    victim = new_victim().warm()
    victim.provider.keys.rotate("ES256")
    victim.accepts_login()


def test_c45_withdrawn_key_is_refused_once_the_set_is_fetched(new_victim):
    victim = new_victim(own_clock=True).warm()
    old = victim.provider.keys.current
    victim.provider.keys.rotate()
    victim.site.wait(3600 + COOL_DOWN)
    victim.accepts_login()
    check(victim, lambda p: p.id_token(header={"kid": old.kid}, key=old.private), UNKNOWN)


def test_c46_keys_outlive_an_outage_of_a_day_but_not_of_two(new_victim):
    victim = new_victim(own_clock=True).warm()
    victim.provider.respond("jwks", Reply(503))
    victim.site.wait(20 * 3600)
    victim.accepts_login()
    victim.site.wait(28 * 3600)
    victim.provider.requests.clear()
    victim.refuses(victim.login(), {"provider_status", UNKNOWN})


CACHE_CONTROL = [
    # The header, and whether the copy is fresh after 4 minutes, after 70 minutes, after 25 hours.
    ("max-age=7200", True, True, False),
    ("max-age=1000000000000", True, True, False),
    ("max-age=99999999999999999999999", True, True, False),
    ("public, max-age=86400, must-revalidate", True, True, False),
    ("max-age=0", True, False, False),
    ("max-age=-1", True, False, False),
    ("no-store", True, False, False),
    ("no-cache, max-age=7200", True, None, False),
    ("max-age=junk", True, False, False),
    (None, True, False, False),
]


@pytest.mark.parametrize(
    ("value", *("minutes", "hour", "day")), CACHE_CONTROL, ids=[str(row[0]) for row in CACHE_CONTROL]
)
def test_c47_cache_control_is_clamped(new_victim, value, minutes, hour, day):
    """Five minutes at least, a day at most, an hour without one. None in the table: not our business."""
    for wait, fresh in ((240, minutes), (70 * 60, hour), (25 * 3600, day)):
        if fresh is None:
            continue
        victim = new_victim(own_clock=True)
        keys = victim.provider.keys.jwk_set()
        victim.provider.respond("jwks", Reply(body=keys, headers={"Cache-Control": value}))
        victim.warm()
        victim.site.wait(wait)
        victim.accepts_login()
        fetches = len(victim.provider.seen("jwks"))
        assert victim.provider.polite or fetches == (0 if fresh else 1), f"{wait} s after {value}"


def test_many_users_at_once_cause_one_fetch(new_victim):
    """C45, with cold caches: everyone waits for the same answer, and nobody asks a second time."""
    victim = new_victim()
    site, provider = victim.site, victim.provider
    results: list[bool] = []

    def together(tell: threading.Barrier) -> None:
        browser = site.browser()
        tell.wait(20)
        site.login(browser)
        results.append(site.is_signed_in(browser))

    barrier = threading.Barrier(24)
    threads = [threading.Thread(target=together, args=(barrier,)) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [True] * 24
    assert (len(provider.seen("metadata")), len(provider.seen("jwks"))) == (1, 1)


def test_rotation_while_many_users_log_in(new_victim):
    """C45: one fetch for all of them, and no login is lost."""
    victim = new_victim().warm()
    callbacks = [(browser, victim.site.callback(browser)) for browser in (victim.site.browser() for _ in range(12))]
    victim.provider.keys.rotate()
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda b=browser, u=url: statuses.append(b.open(u, follow=False).status))
        for browser, url in callbacks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert statuses == [302] * 12
    assert len(victim.provider.seen("jwks")) == 1
