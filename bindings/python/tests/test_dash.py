"""libstauth.dash: layouts and callbacks are requests of their own."""

from __future__ import annotations

from typing import Any, Optional

import pytest

pytest.importorskip("dash")

from dash import Dash, Input, Output, html, page_container, register_page
from werkzeug.test import Client, TestResponse

import libstauth
import libstauth.dash
import libstauth.testing

SCRIPT = {"Accept": "application/json"}


def name() -> str:
    return str(libstauth.user.get("name", "nobody"))


def make_site(auth: libstauth.testing.App, **gate: Any) -> Dash:
    app = Dash(__name__, use_pages=True, pages_folder="")
    assert libstauth.dash.init_app(app, auth, **gate) is auth
    app.layout = lambda: [html.P(f"layout of {name()}"), html.Button(id="button"), html.P(id="result"), page_container]
    register_page("home", path="/", layout=lambda: html.P(f"page of {name()}"))
    app.callback(Output("result", "children"), Input("button", "n_clicks"))(lambda _: f"callback of {name()}")
    return app


def get(site: Dash, path: str, cookie: Optional[str]) -> str:
    answer = visitor(site).get(path, headers={"Cookie": cookie} if cookie else {})
    assert answer.status_code == 200
    return answer.text


def click(site: Dash, cookie: Optional[str]) -> TestResponse:
    """What the page's script sends when the button is clicked."""
    output = {"id": "result", "property": "children"}
    inputs = [{"id": "button", "property": "n_clicks", "value": 1}]
    body = {"output": "result.children", "outputs": output, "inputs": inputs, "changedPropIds": ["button.n_clicks"]}
    return visitor(site).post("/_dash-update-component", json=body, headers={"Cookie": cookie} if cookie else {})


def visitor(site: Dash) -> Client:
    return Client(site.server, use_cookies=False)


def test_users(auth: libstauth.testing.App, ada: str) -> None:
    site = make_site(auth)
    for cookie, expected in [(ada, "Ada"), (None, "nobody"), (ada, "Ada")]:
        assert f"layout of {expected}" in get(site, "/_dash-layout", cookie)
        assert f"callback of {expected}" in click(site, cookie).text


def test_nothing_of_the_first_user_for_all(auth: libstauth.testing.App, ada: str) -> None:
    """Dash would keep what layouts gave in the first request, and tell it to each browser."""
    site = make_site(auth)
    assert "Ada" in get(site, "/_dash-layout", ada)
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        assert "Ada" not in get(site, path, None)


def test_closed_site(auth: libstauth.testing.App, ada: str) -> None:
    site = make_site(auth, require_login=True)
    assert visitor(site).get("/", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 302
    for path in ("/_dash-layout", "/_dash-dependencies"):
        assert visitor(site).get(path, headers=SCRIPT).status_code == 401
    assert click(site, None).status_code == 401
    assert "callback of Ada" in click(site, ada).text


def test_forged_prefix_opens_nothing(auth: libstauth.testing.App) -> None:
    site = make_site(auth, require_login=True, open_paths=["/assets/"])
    for path in ("/_dash-layout", "/"):
        assert visitor(site).get(path, headers=SCRIPT, environ_overrides={"SCRIPT_NAME": "/assets"}).status_code == 401
