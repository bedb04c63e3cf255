"""The program that each page of docs/frameworks begins with, in the frameworks that are here: a user signs in to it."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import Browser
from deployment import COOKIE_SECRET, settings_for
from documented import ROOT, Block, blocks
from hosts import STOP_SECONDS, free_port
from languages import node, r, ruby
from program import LIBRARY
from serving import wait_for
from toml_writer import write_secrets

FOLDER = "docs/frameworks/"
ALL = {path.stem for path in (ROOT / FOLDER).glob("*.md")}
# A page, and what a signed-in user sees there.
GREETINGS = {"dash": ("/_dash-layout", "Hello, Ada"), "express": ("/members", "Welcome, Ada")}
GREETINGS |= {
    name: ("/members", "Welcome, Ada")
    for name in ("flask", "django", "fastapi", "starlette", "sinatra", "rails", "plumber")
}
GREETINGS |= {"nicegui": ("/", "Hello, Ada"), "servlet": ("/", "Hello, Ada"), "shiny": ("/", "Log out")}


def program(name: str) -> tuple[str, str, list[str]]:
    """The name of the file, its text, and the command that starts it."""
    text = (ROOT / FOLDER / f"{name}.md").read_text("utf-8")
    (file,) = re.findall(r"`([\w.]+)`:\n\n```", text)
    *_, first, command = of_page(name)
    return file, first.text, shlex.split(command.text)


def of_page(name: str) -> list[Block]:
    return [block for block in blocks() if block.page == f"{FOLDER}{name}.md"]


@contextlib.contextmanager
def running(name: str, folder: Path, port: int) -> Iterator[None]:
    file, text, command = program(name)
    (folder / file).write_text(text.replace("8501", str(port)), "utf-8")
    command = [argument.replace("8501", str(port)) for argument in command]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"PYTHONPATH": str(ROOT / "bindings" / "python" / "src"), "STAUTH_LIBRARY": str(LIBRARY)}
    environment |= ruby.README_ENVIRONMENT | r.README_ENVIRONMENT
    environment |= {
        "PYTHONDONTWRITEBYTECODE": "1",
        "NODE_PATH": "/usr/share/nodejs",
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    environment.pop("PYTEST_CURRENT_TEST", None)  # NiceGUI would start its own tests' server
    for jar in (ROOT / "build" / "dist").glob("stauth-*.jar"):
        (folder / jar.name).symlink_to(jar)
    for package in (node.PLACE / "node_modules" / "stauth", Path("/usr/share/nodejs/express")):
        place = folder / "node_modules" / package.name  # where an ES module looks
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(package)
    output = folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_for(process, port, output)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # Django's server has a child
        process.wait(STOP_SECONDS)


@pytest.fixture
def site(request: pytest.FixtureRequest, new_provider, tmp_path: Path) -> Iterator[str]:
    provider, port = new_provider(), free_port()
    provider.claims["name"] = "Ada"
    shared = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    (tmp_path / ".streamlit").mkdir()
    settings = write_secrets(shared, {"default": settings_for(provider)})
    (tmp_path / ".streamlit" / "secrets.toml").write_text(settings, "utf-8")
    with running(request.param, tmp_path, port):
        yield f"http://localhost:{port}"


@pytest.mark.parametrize(("site", "page", "greeting"), [
    pytest.param(name, *seen, id=name) for name, seen in GREETINGS.items()
], indirect=["site"])  # fmt: skip
def test_a_user_is_greeted(site: str, page: str, greeting: str) -> None:
    browser = Browser()
    assert Browser().open(site + page, follow=False).redirects, "a visitor who is not signed in"
    home = browser.open(f"{site}/" if page.startswith("/_") else site + page, Accept="text/html")
    assert home.status == 200 and len(home.history) == 3, "to the provider, back to the callback, and to the page"
    assert greeting in browser.open(site + page).text


@pytest.mark.parametrize("site", ["gradio"], indirect=True)
def test_a_user_of_gradio_is_greeted(site: str) -> None:
    browser = Browser()
    assert Browser().open(f"{site}/config", follow=False).redirects, "a visitor who is not signed in"
    assert browser.open(f"{site}/", Accept="text/html").status == 200
    headers = {"Content-Type": "application/json", "Origin": site}
    event = browser.go("POST", f"{site}/gradio_api/call/greet", body=b'{"data": []}', headers=headers)
    (identifier,) = re.findall(r'"event_id":\s*"(\w+)"', event.text)
    assert "# Hello, Ada" in browser.open(f"{site}/gradio_api/call/greet/{identifier}").text


def test_each_page_begins_with_a_program() -> None:
    """Also those of frameworks that are not here: it is compiled or parsed (test_documented_blocks.py)."""
    for name in ALL:
        languages = [block.language for block in of_page(name)]
        assert languages[-1] == "sh" and len(languages) >= 2, name
        assert "(../get-started.md#3-write-the-settings)" in (ROOT / FOLDER / f"{name}.md").read_text("utf-8"), name
