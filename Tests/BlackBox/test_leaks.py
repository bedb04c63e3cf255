"""Every log of a host is searched for secrets when it ends (Deployment.stop). This shows that they would be found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deployment import COOKIE_SECRET, StartDeployment
from leaks import leaks
from provider import OpenIDProvider

CONFIGURED = [COOKIE_SECRET, "secret-0123456789abcdef0123456789abcdef"]


@pytest.mark.parametrize(
    "secret",
    [
        COOKIE_SECRET,
        COOKIE_SECRET[8:24],
        CONFIGURED[1],
        "code-4No4U3k-VrzdZikXVcUe-w",
        "access-RTtsc1ozLZpE--Hmzz2lig",
        "refresh-0123456789abcdefghij",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA",
    ],
)
def test_secret_in_an_event_is_found(secret: str) -> None:
    line = f'2026-11-30 host: event=login_refused code=state_mismatch reason="{secret}"'
    assert leaks(f"event=login_started\n{line}\n", CONFIGURED) == [line[line.index("event=") :]]


def test_what_is_no_secret_is_not_found() -> None:
    log = "event=login_refused code=id_token_signature_invalid provider=google\n"
    log += '127.0.0.1 "GET /oauth2callback?code=code-4No4U3k-VrzdZikXVcUe-w HTTP/1.1" 302\n'
    assert leaks(log, CONFIGURED) == []


def test_log_of_a_login_has_events(start: StartDeployment, new_provider: Callable[..., OpenIDProvider]) -> None:
    site = start(new_provider())
    site.log_in(site.browser())
    assert "event=login_succeeded" in site.host.log()
    assert leaks(site.host.log(), site.secrets) == []
