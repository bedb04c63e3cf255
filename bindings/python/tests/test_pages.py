"""`auth.pages`: the application's own pages in place of the library's, in every framework."""

from __future__ import annotations

import asyncio
import html
import re
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import cookie_header
from exchange import Answer, asgi_login, environ_of, failing, scope_of, serve_asgi, serve_wsgi, wsgi_login

import libstauth
import libstauth.asgi
import libstauth.testing
import libstauth.wsgi
from libstauth.pages import Page

Site = Callable[..., Answer]
TWO_PROVIDERS = """
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"
[auth.google]
client_id = "a"
client_secret = "b"
server_metadata_url = "http://localhost:1/.well-known/openid-configuration"
[auth.github]
client_id = "a"
client_secret = "b"
server_metadata_url = "http://localhost:2/.well-known/openid-configuration"
"""
NAVIGATE = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "none"}


def by_wsgi(auth: libstauth.App) -> Site:
    app = libstauth.wsgi.Middleware(wsgi_login, auth)
    return lambda target, **headers: serve_wsgi(app, environ_of(target, **headers))


def by_asgi(auth: libstauth.App) -> Site:
    app = libstauth.asgi.Middleware(asgi_login, auth)
    return lambda target, **headers: asyncio.run(serve_asgi(app, scope_of(target, **headers)))


def by_flask(auth: libstauth.App) -> Site:
    pytest.importorskip("flask")
    from flask import Flask

    import libstauth.flask

    app = Flask(__name__)
    libstauth.flask.init_app(app, auth)
    app.add_url_rule("/", "page", lambda: libstauth.flask.login())
    return lambda target, **headers: serve_wsgi(app, environ_of(target, **headers))


def by_fastapi(auth: libstauth.App) -> Site:
    pytest.importorskip("fastapi")
    from fastapi import FastAPI

    import libstauth.fastapi

    app = FastAPI()
    libstauth.fastapi.init_app(app, auth)
    app.get("/")(lambda: libstauth.fastapi.login())
    return lambda target, **headers: asyncio.run(serve_asgi(app, scope_of(target, **headers)))


every_way = pytest.mark.parametrize("way", [by_wsgi, by_asgi, by_flask, by_fastapi])


@pytest.fixture
def auth() -> libstauth.testing.App:
    return libstauth.testing.App()


class Shown(list[Page]):
    """Keeps the pages, and makes something of each."""

    def __call__(self, page: Page) -> Optional[str]:
        self.append(page)
        return f"<!doctype html><title>ours</title>{html.escape(page.title)} ü"


def is_ours(answer: Answer) -> bool:
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "default-src" not in policy
    assert answer["Content-Type"] == "text/html; charset=utf-8" and answer["Cache-Control"] == "no-store"
    assert int(answer["Content-Length"]) == len(answer.body) if "Content-Length" in answer else True
    return answer.body.startswith(b"<!doctype html><title>ours") and answer.body.endswith(" ü".encode())


@every_way
def test_error_of_the_callback(auth: libstauth.testing.App, way: Any) -> None:
    auth.pages = shown = Shown()
    answer = way(auth)("/oauth2callback?code=x&state=y", **NAVIGATE)
    assert answer.status == 400 and is_ours(answer)
    (page,) = shown
    assert (page.kind, page.code, page.status, page.form) == ("error", "state_mismatch", 400, None)
    assert page.title and page.text and "<" not in page.title + page.text
    assert page.links and all(link.href.startswith("/") and link.text for link in page.links)


@every_way
def test_login_that_fails_in_a_page(auth: libstauth.testing.App, way: Any) -> None:
    with failing(auth):
        auth.pages = shown = Shown()
        answer = way(auth)("/", **NAVIGATE)
    assert answer.status == 502 and is_ours(answer)
    assert [(page.kind, page.code) for page in shown] == [("error", "provider_unreachable")]
    assert "provider.test" not in shown[0].text


@every_way
def test_choice_of_a_provider(way: Any) -> None:
    auth = libstauth.App(toml=TWO_PROVIDERS)
    auth.pages = shown = Shown()
    answer = way(auth)("/auth/login?return_to=/a%26b", **NAVIGATE)
    assert answer.status == 200 and is_ours(answer)
    (page,) = shown
    assert (page.kind, page.code, page.form) == ("providers", None, None)
    queries = [parse_qs(urlsplit(link.href).query) for link in page.links if "provider" in link.href]
    assert queries == [{"provider": [name], "return_to": ["/a&b"]} for name in ("google", "github")]
    names = [re.fullmatch("Continue with (.*)", link.text) for link in page.links if "provider" in link.href]
    assert [name and name[1].lower() for name in names] == ["google", "github"], "no more than the words"
    assert (page.language, page.direction) == ("en", "ltr")


@every_way
def test_question_before_a_logout(auth: libstauth.testing.App, way: Any) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in auth.sign_in().items())
    auth.pages = shown = Shown()
    site = way(auth)
    answer = site("/auth/logout", Cookie=cookies, **NAVIGATE)
    assert answer.status == 200 and is_ours(answer)
    (page,) = shown
    assert page.kind == "logout" and page.code is None and page.form is not None
    assert page.form.action == "/auth/logout" and page.form.button
    assert page.links and page.links[0].href == "/"


@every_way
def test_language_of_the_visitor(auth: libstauth.testing.App, way: Any) -> None:
    auth.pages = shown = Shown()
    for language, direction in (("de", "ltr"), ("ar", "rtl")):
        way(auth)("/oauth2callback?code=x&state=y", Accept_Language=language, **NAVIGATE)
        assert (shown[-1].language, shown[-1].direction) == (language, direction)
    assert shown[0].title != shown[1].title


def test_button_to_sign_out_everywhere() -> None:
    auth = libstauth.testing.App(settings={"auth.logout_everywhere": True})
    auth.pages = shown = Shown()
    by_wsgi(auth)("/auth/logout", Cookie=cookie_header(auth.sign_in()), **NAVIGATE)
    (form,) = (page.form for page in shown)
    assert form is not None and (form.button, form.everywhere) == ("Sign out", "Sign out everywhere")


def test_logout_page_of_those_who_are_not_signed_in(auth: libstauth.testing.App) -> None:
    auth.pages = shown = Shown()
    by_wsgi(auth)("/auth/logout", **NAVIGATE)
    assert [(page.kind, page.form, page.links[0].href) for page in shown] == [("logout", None, "/")]


@every_way
def test_a_page_that_fails_is_the_librarys(
    auth: libstauth.testing.App, way: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(page: Page) -> str:
        raise LookupError("no template")

    auth.pages = broken
    answer = way(auth)("/oauth2callback?code=x&state=y", **NAVIGATE)
    assert answer.status == 400 and b"<code>state_mismatch</code>" in answer.body
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert any("own page failed" in line for line in caplog.messages)


@every_way
def test_none_leaves_the_librarys_page(auth: libstauth.testing.App, way: Any) -> None:
    auth.pages = lambda page: None
    answer = way(auth)("/oauth2callback?code=x&state=y", **NAVIGATE)
    assert b"<code>state_mismatch</code>" in answer.body and "default-src 'none'" in answer["Content-Security-Policy"]


def test_redirects_and_pages_of_the_application_stay(auth: libstauth.testing.App) -> None:
    auth.pages = shown = Shown()
    assert by_wsgi(auth)("/", **NAVIGATE).is_login
    assert shown == []


def test_the_readmes_page(auth: libstauth.testing.App) -> None:
    """The function and the template that the README shows, for each kind of page."""
    pytest.importorskip("flask")
    from flask import Flask
    from jinja2 import DictLoader

    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8").partition("## Make your own pages")[2]
    code, template = re.findall(r"```(?:python|html)\n(.*?)```", readme, re.S)[:2]
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"sign_in.html": template})
    code = code.replace("init_app(app)", "init_app(app, auth)")
    exec("import libstauth.flask\nfrom flask import render_template\n" + code, {"app": app, "auth": auth})
    cookies = "; ".join(f"{name}={value}" for name, value in auth.sign_in().items())
    site = partial(serve_wsgi, app)
    error = site(environ_of("/oauth2callback?code=x&state=y", **NAVIGATE))
    assert error.status == 400 and b"<small>state_mismatch</small>" in error.body and b"<code>" not in error.body
    logout = site(environ_of("/auth/logout", Cookie=cookies, **NAVIGATE))
    assert b'<form method="post" action="/auth/logout">' in logout.body and b"<small>" not in logout.body
