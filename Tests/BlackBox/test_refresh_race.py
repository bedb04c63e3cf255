"""One browser at two processes that share nothing: what docs/sessions.md promises about it."""

from __future__ import annotations

import pytest

from provider import Rotation
from refresh_race import SETTINGS, run


@pytest.fixture
def race(start, new_provider):
    def race(leeway: float, rounds: int):
        provider = new_provider("race", "ES256")
        provider.rotation = Rotation(leeway)
        first = start(provider, own_clock=True, **SETTINGS)
        second = start(provider, clock=first.clock, public=first.public, **SETTINGS)
        return run([first, second], provider, rounds), provider, first, second

    return race


def test_leeway_of_ten_seconds_loses_nothing(race):
    result, provider, *_ = race(10, 20)
    assert result.collisions > 0, "the processes did not race"
    assert result.lost == 0 and provider.rotation.revoked == 0


def test_without_leeway_only_collisions_lose(race):
    result, provider, *sites = race(0, 10)
    assert result.lost <= result.collisions == provider.rotation.revoked
    ended = sum(site.host.log().count("event=session_ended provider=default code=refresh_refused") for site in sites)
    assert (ended > 0) == (result.collisions > 0)
