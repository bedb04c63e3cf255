"""A session of Shiny's is a WebSocket: its user is the one who opened it, from a page of this site."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect

from deployment import Deployment, StartDeployment
from hosts import HOSTS
from provider import OpenIDProvider

# What Shiny's script sends first.
INIT = {"method": "init", "data": {".clientdata_output_greeting_hidden": False, ".clientdata_url_search": ""}}


@pytest.fixture(scope="module")
def site(start_shared: StartDeployment, new_provider: Callable[..., OpenIDProvider]) -> Deployment:
    provider = new_provider()
    provider.claims["name"] = "Ada"
    (shiny,) = (host for host in HOSTS if host.name == "shiny")
    return start_shared(provider, host=shiny)


def greeting(site: Deployment, cookie: str | None, origin: str) -> str:
    """What the session draws."""
    headers = {"Host": urlsplit(site.public).netloc} | ({"Cookie": cookie} if cookie else {})
    socket = f"ws://127.0.0.1:{site.host.port}/websocket/"
    with connect(socket, additional_headers=headers, origin=origin) as session:
        session.send(json.dumps(INIT))
        while True:
            values = json.loads(session.recv(30)).get("values") or {}
            if "greeting" in values:
                return values["greeting"]


def test_user_of_a_session(site: Deployment) -> None:
    browser = site.browser()
    site.log_in(browser)
    cookie = browser.jar.header(urlsplit(site.public), True, True)
    assert greeting(site, cookie, site.public) == "Hello, Ada"
    assert greeting(site, cookie, "https://evil.example") == "Hello,"
    assert greeting(site, None, site.public) == "Hello,"
