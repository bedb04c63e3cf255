"""libstauth.gradio: whose event it is, in a queue that serves everybody."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Callable, Optional

import pytest

pytest.importorskip("gradio")

import gradio as gr
from conftest import cookie_header
from exchange import ORIGIN
from fastapi import FastAPI
from fastapi.testclient import TestClient

import libstauth
import libstauth.gradio
import libstauth.testing

# Gradio's own, about pandas.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:.*deprecated")

both_are_here = threading.Barrier(2, timeout=30)


def name() -> str:
    return str(libstauth.user.get("name", "nobody"))


def in_a_thread() -> str:
    return name()


async def in_the_loop() -> str:
    return name()


def generated() -> Iterator[str]:
    for _ in range(3):
        yield name()


async def generated_in_the_loop() -> AsyncIterator[str]:
    for _ in range(3):
        yield name()


def together() -> str:
    both_are_here.wait()
    found = name()
    both_are_here.wait()
    return found


def batched(texts: list[str]) -> list[list[str]]:
    return [[name() for _ in texts]]


def log_in() -> None:
    libstauth.login()


HANDLERS = [in_a_thread, in_the_loop, generated, generated_in_the_loop]


async def make_site(auth: libstauth.testing.App, handlers: Iterable[Callable[..., Any]], **mount: Any) -> FastAPI:
    """Run in a loop, since Gradio makes one for each queue if there is none, and does not close it."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        text, result = gr.Textbox(), gr.Textbox()
        for handler in handlers:
            gr.on(None, handler, None, result, api_name=handler.__name__)
        gr.on(None, in_a_thread, None, result, api_name="unqueued", queue=False)
        gr.on(None, together, None, result, api_name="together", concurrency_limit=2)
        gr.on(None, batched, text, result, api_name="batched", batch=True, max_batch_size=2)
    app = FastAPI()
    libstauth.gradio.init_app(app, auth, require_login=mount.pop("require_login", False))
    return gr.mount_gradio_app(app, blocks, "/", **mount)


@contextmanager
def opened(auth: libstauth.testing.App, *handlers: Callable[..., Any], **mount: Any) -> Iterator[TestClient]:
    with TestClient(asyncio.run(make_site(auth, handlers, **mount)), base_url=ORIGIN) as client:
        yield client


@pytest.fixture(scope="module")
def site(auth: libstauth.testing.App) -> Iterator[TestClient]:
    with opened(auth, *HANDLERS, log_in) as client:
        yield client


@pytest.fixture(scope="module")
def bob(auth: libstauth.testing.App) -> str:
    return cookie_header(auth.sign_in(sub="bob", name="Bob"))


def ask(site: TestClient, handler: str, cookie: Optional[str], *data: Any) -> list[tuple[str, Any]]:
    """Puts an event into the queue as the page's script does, and gives what comes of it: (kind, values)."""
    headers = {"Cookie": cookie} if cookie else {}
    joined = site.post(f"/gradio_api/call/{handler}", json={"data": data}, headers=headers).json()
    stream = site.get(f"/gradio_api/call/{handler}/{joined['event_id']}", headers=headers).text
    events = [dict(line.split(": ", 1) for line in event.splitlines()) for event in stream.strip().split("\n\n")]
    return [(event["event"], json.loads(event["data"])) for event in events if event["event"] != "heartbeat"]


@pytest.mark.parametrize("handler", [handler.__name__ for handler in HANDLERS])
def test_user_of_an_event(site: TestClient, ada: str, bob: str, handler: str) -> None:
    for cookie, expected in [(ada, "Ada \U0001f980"), (None, "nobody"), (bob, "Bob"), (None, "nobody")]:
        events = ask(site, handler, cookie)
        assert events[-1][0] == "complete"
        assert [values for _, values in events if values] == [[expected]] * len(events)


def test_user_without_the_queue(site: TestClient, ada: str) -> None:
    for cookie, expected in [(ada, "Ada \U0001f980"), ("", "nobody")]:
        answer = site.post("/gradio_api/run/unqueued", json={"data": []}, headers={"Cookie": cookie})
        assert answer.json()["data"] == [expected]


def test_two_events_at_once(site: TestClient, ada: str, bob: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda cookie: ask(site, "together", cookie), [ada, bob]))
    assert answers == [[("complete", ["Ada \U0001f980"])], [("complete", ["Bob"])]]


def test_queue_that_a_user_started(site: TestClient, ada: str, bob: str) -> None:
    """Anybody can start the queue's task once more; it must not act for that user ever after."""
    assert site.get("/gradio_api/startup-events", headers={"Cookie": ada}).json() is True
    for _ in range(5):
        assert ask(site, "in_the_loop", bob) == [("complete", ["Bob"])]
        assert ask(site, "in_a_thread", None) == [("complete", ["nobody"])]
        assert ask(site, "batched", bob, "x")[0][0] == "error"


def test_batch_has_no_user(site: TestClient, ada: str) -> None:
    kind, answer = ask(site, "batched", ada, "x")[0]
    assert kind == "error" and "batch=False" in str(answer)


def test_login_comes_too_late(site: TestClient) -> None:
    kind, answer = ask(site, "log_in", None)[0]
    assert kind == "error" and "App.login_path" in str(answer)


def test_closed_site(auth: libstauth.testing.App, ada: str) -> None:
    with opened(auth, in_a_thread, require_login=True) as site:
        assert site.get("/config").status_code == 401
        assert site.post("/gradio_api/call/in_a_thread", json={"data": []}).status_code == 401
        assert ask(site, "in_a_thread", ada) == [("complete", ["Ada \U0001f980"])]


def username(request: gr.Request) -> Optional[str]:
    return request.username


def test_auth_dependency(auth: libstauth.testing.App, ada: str) -> None:
    """Gradio's own gate, for one of several mounts: it names the user to Gradio, too."""
    with opened(auth, username, auth_dependency=lambda _: libstauth.user.get("sub")) as site:
        assert site.get("/").status_code == 401
        assert ask(site, "username", ada) == [("complete", ["ada"])]
