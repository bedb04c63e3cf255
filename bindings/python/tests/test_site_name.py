"""A login that begins at another name or scheme than redirect_uri's: the browser is sent to the right one first."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

import pytest
from exchange import Answer, asgi_login, environ_of, scope_of, serve_asgi, serve_wsgi, wsgi_login

import libstauth
import libstauth.asgi
import libstauth.testing
import libstauth.wsgi

SETTINGS = """
[auth]
redirect_uri = "https://localhost:5000/oauth2callback"
cookie_secret = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"
client_id = "a"
client_secret = "b"
server_metadata_url = "https://localhost:1/.well-known/openid-configuration"
"""
Ask = Callable[..., Answer]


def by_wsgi(auth: libstauth.App) -> Ask:
    def ask(target: str, scheme: str, **headers: str) -> Answer:
        environ = environ_of(target, **headers) | {"wsgi.url_scheme": scheme}
        return serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), environ)

    return ask


def by_asgi(auth: libstauth.App) -> Ask:
    def ask(target: str, scheme: str, **headers: str) -> Answer:
        scope = scope_of(target, **headers) | {"scheme": scheme}
        return asyncio.run(serve_asgi(libstauth.asgi.Middleware(asgi_login, auth), scope))

    return ask


@pytest.fixture(params=[by_wsgi, by_asgi])
def ask(request: pytest.FixtureRequest) -> Any:
    return request.param(libstauth.App(toml=SETTINGS))


@pytest.mark.parametrize(
    "host", ["localhost:5000", "127.0.0.1:5000", "[::1]:5000", "localhost:8000", "www.example.org"]
)
def test_another_name_scheme_or_port(ask: Ask, host: str) -> None:
    answer = ask("/report?id=3", "http", Host=host)
    assert (answer.status, answer["Location"]) == (302, "https://localhost:5000/report?id=3")
    assert answer["Set-Cookie"].startswith("__Host-stauth_moved=1; Max-Age=10; ")


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        ("https", {"Host": "localhost:5000"}),
        ("http", {"Host": "localhost:5000", "X_Forwarded_Proto": "https"}),
        ("http", {"Host": "localhost:8000", "Cookie": "__Host-stauth_moved=1"}),
    ],
    ids=["right", "right, as a proxy says", "sent before"],
)
def test_login_that_begins(ask: Ask, scheme: str, headers: dict[str, str]) -> None:
    answer = ask("/report?id=3", scheme, **headers)
    assert b"<code>provider_unreachable</code>" in answer.body, "it has asked the provider"


def test_what_a_test_client_calls_the_site_does_not_matter() -> None:
    with libstauth.testing.App() as auth:
        headers = {"Host": "testserver", "Accept": ""}
        assert serve_wsgi(libstauth.wsgi.Middleware(wsgi_login, auth), environ_of("/", **headers)).is_login
