"""The numbers for monitoring."""

from __future__ import annotations

import re

import pytest

import libstauth
from libstauth.testing import App


def counts(auth: App) -> dict[tuple[str, ...], int]:
    events = auth.stats()["events"]
    return {tuple(str(event[name]) for name in event if name != "count"): event["count"] for event in events}


def test_numbers() -> None:
    auth = App()
    started = auth.stats()["since"]
    assert started > 1_600_000_000
    auth.sign_in()
    with pytest.raises(libstauth.StauthError):
        auth.sign_in(nonce="another")
    found = counts(auth)
    assert found["login_succeeded", "default"] == 1
    assert found["login_refused", "default", "id_token_nonce_mismatch"] == 1
    (requests,) = auth.stats()["provider_requests"]
    assert requests["provider"] == "default" and requests["count"] == sum(requests["buckets"]) > 0
    assert auth.stats()["since"] == started


def test_prometheus() -> None:
    auth = App()
    auth.sign_in()
    page = auth.stats_prometheus()
    assert '\nstauth_events_total{event="login_succeeded",provider="default",code=""} 1\n' in page
    for line in page.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) stauth_\w+ .+|stauth_\w+({(\w+="[^"]*",?)+})? [0-9.]+', line), line


def test_more_than_the_first_buffer_holds() -> None:
    """One histogram for each provider."""
    section = 'client_id = "c"\nclient_secret = "s-0123456789-abcdefghijklmnop"\n'
    section += 'server_metadata_url = "https://op.example/.well-known/openid-configuration"\n'
    shared = '[auth]\nredirect_uri = "http://localhost:8501/oauth2callback"\n'
    shared += 'cookie_secret = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"\n'
    auth = libstauth.App(toml=shared + "".join(f"[auth.p{number}]\n{section}" for number in range(60)))
    page = auth.stats_prometheus()
    assert len(page) > 16 * 1024 and page.count("_count{") == 60
    assert len(auth.stats()["provider_requests"]) == 60


def test_closed_application() -> None:
    auth = App()
    auth._handle = None
    with pytest.raises(libstauth.InvalidArgument):
        auth.stats()
