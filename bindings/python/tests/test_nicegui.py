"""libstauth.nicegui: whose page it is, where an event of one user draws on the pages of all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("nicegui")

from conftest import cookie_header
from exchange import ORIGIN
from fastapi import FastAPI
from fastapi.testclient import TestClient
from nicegui import Client, background_tasks, run, ui

import libstauth
import libstauth.nicegui
import libstauth.testing

pages: dict[str, Client] = {}


def name() -> str:
    return str(libstauth.user.get("name", "nobody"))


@ui.refreshable
def greeting() -> None:
    ui.label(f"Hello, {name()}")


def texts(client: Client) -> list[str]:
    return [element.text for element in client.elements.values() if isinstance(element, ui.label)]


@pytest.fixture(scope="module")
def site(auth: libstauth.testing.App) -> Iterator[TestClient]:
    app = FastAPI()
    assert libstauth.nicegui.init_app(app, auth) is auth

    @ui.page("/page")
    def page() -> None:
        pages[name()] = ui.context.client
        greeting()

    @ui.page("/slow/page")
    async def slow_page() -> None:
        pages[name()] = ui.context.client
        await asyncio.sleep(0)
        greeting()

    @ui.page("/members")
    def members() -> None:
        if not libstauth.user.is_logged_in:
            libstauth.login()

    @ui.page("/stray")
    def stray() -> None:
        libstauth.login("nobody")

    @app.get("/refresh")
    async def refresh() -> Any:
        greeting.refresh()
        return name()

    @app.get("/visit")
    async def visit(page: str) -> Any:
        """What event handlers of that page would see."""

        async def in_a_task() -> str:
            return name()

        async def in_a_task_of_the_page() -> str:
            with pages[page]:
                return name()

        with pages[page]:
            seen = [name(), await background_tasks.create(in_a_task_of_the_page())]
            with pytest.raises(libstauth.NoRequest):
                await run.io_bound(name)  # a thread that has no context
        return [*seen, name(), await background_tasks.create(in_a_task())]

    @app.get("/thread")
    def in_a_thread() -> Any:
        return name()

    @app.get("/leave")
    async def leave(page: str) -> None:
        with pages[page]:
            libstauth.nicegui.login("google", "/page?x='")
            libstauth.nicegui.logout()

    ui.run_with(app)
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def bob(auth: libstauth.testing.App) -> str:
    return cookie_header(auth.sign_in(sub="bob", name="Bob"))


ADA = "Ada \U0001f980"


def get(site: TestClient, path: str, cookie: str) -> Any:
    answer = site.get(path, headers={"Cookie": cookie})
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("path", ["/page", "/slow/page"])
def test_users_of_pages(site: TestClient, ada: str, bob: str, path: str) -> None:
    for cookie, expected in [(ada, ADA), ("", "nobody"), (bob, "Bob")]:
        get(site, path, cookie)
        assert texts(pages[expected]) == [f"Hello, {expected}"]


def test_refresh_by_another_user(site: TestClient, ada: str, bob: str) -> None:
    for cookie in (ada, bob, ""):
        get(site, "/page", cookie)
    assert get(site, "/refresh", bob).json() == "Bob"
    for expected in (ADA, "Bob", "nobody"):
        assert texts(pages[expected]) == [f"Hello, {expected}"]


def test_user_is_that_of_the_page(site: TestClient, ada: str, bob: str) -> None:
    get(site, "/page", ada)
    assert get(site, f"/visit?page={ADA}", bob).json() == [ADA, ADA, "Bob", "Bob"]
    assert get(site, "/thread", bob).json() == "Bob"


def test_user_is_that_of_the_websocket(
    site: TestClient, auth: libstauth.testing.App, ada: str, bob: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Once there is one: the user may have logged out since the page was drawn."""
    get(site, "/page", ada)
    with auth.request("GET", "/", [("Cookie", "")]) as handshake:
        handshake.begin()
    pages[ADA].environ = {"asgi.scope": {"libstauth": handshake}}
    assert get(site, f"/visit?page={ADA}", bob).json() == ["nobody", "nobody", "Bob", "Bob"]
    pages[ADA].environ = {"asgi.scope": {}}
    answer = site.get(f"/visit?page={ADA}", headers={"Cookie": bob})
    assert answer.status_code == 500 and "<code>no_request_bound</code>" in answer.text
    assert "call libstauth.nicegui.init_app() first" in caplog.text and "init_app" not in answer.text


def test_login_of_a_page_that_fails(site: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """NiceGUI has an error page of its own, with the text of the exception."""
    answer = site.get("/stray")
    assert answer.status_code == 404 and "<code>provider_unknown</code>" in answer.text
    assert "InvalidArgument" not in answer.text and "provider_unknown" in caplog.text


def test_login_of_a_page(site: TestClient, ada: str) -> None:
    assert site.get("/members").headers["Location"].startswith("https://provider.test/authorize?")
    assert get(site, "/members", ada)


def test_login_and_logout_by_a_button(site: TestClient, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts: list[str] = []
    monkeypatch.setattr(ui, "run_javascript", scripts.append)
    get(site, "/page", ada)
    get(site, f"/leave?page={ADA}", ada)
    assert scripts[0] == 'location.assign("/auth/login?provider=google&return_to=%2Fpage%3Fx%3D%27")'
    assert '{"method": "post", "action": "/auth/logout"}' in scripts[1]
