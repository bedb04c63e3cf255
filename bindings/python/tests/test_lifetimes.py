"""How fresh a login is, and the path that says how long a session lasts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from conftest import cookie_header

import libstauth
import libstauth.testing
from libstauth import current

OWN = ("Sec-Fetch-Site", "same-origin")


@pytest.fixture(scope="module")
def auth() -> Iterator[libstauth.testing.App]:
    settings = {"auth.session_path": "/auth/session", "auth.session_lifetime": "1h"}
    with libstauth.testing.App(settings=settings) as app:
        yield app


def test_freshness(auth: libstauth.testing.App) -> None:
    cookies = cookie_header(auth.sign_in(auth_time=int(time.time()) - 100))
    with auth.request("GET", "/", [("Cookie", cookies)]) as request:
        assert not request.is_fresh(1000), "not before begin()"
        assert not request.begin()
        assert request.is_fresh(1000) and not request.is_fresh(50) and not request.is_fresh(-1)
        with current.using(request):
            assert libstauth.is_fresh(1000) and not libstauth.is_fresh(50)
    assert not request.is_fresh(1000), "not after the request"


def test_login_that_is_not_fresh(auth: libstauth.testing.App) -> None:
    with auth.request("GET", "/", [("Cookie", cookie_header(auth.sign_in()))]) as request:
        assert not request.begin() and request.user.is_logged_in
        assert not request.is_fresh(10**9)
        request.login(max_age=300)
        assert "max_age=300" in dict(request.headers)["Location"]


def test_session_path(auth: libstauth.testing.App) -> None:
    cookies = cookie_header(auth.sign_in(sub="ada"))
    with auth.request("GET", "/auth/session", [("Cookie", cookies), OWN]) as request:
        assert request.begin()
        state = json.loads(request.content)
    assert state["user"]["sub"] == "ada" and 3590 <= state["expires_in"] <= 3600
    assert [value for name, value in request_headers(auth, cookies) if name == "Set-Cookie"] == []


def request_headers(auth: libstauth.testing.App, cookies: str) -> list[tuple[str, str]]:
    with auth.request("GET", "/auth/session", [("Cookie", cookies), OWN]) as request:
        request.begin()
        return request.headers
