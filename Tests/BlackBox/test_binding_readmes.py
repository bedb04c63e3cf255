"""The first block of each binding's README: three lines with which a user signs in."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import languages
from browser import Browser
from deployment import COOKIE_SECRET, settings_for
from hosts import ROOT, START_SECONDS, STOP_SECONDS, free_port
from languages import Language
from provider import OpenIDProvider
from toml_writer import write_secrets

PORT = re.compile(r"\b8501\b")


def first_block(language: str, port: int) -> str:
    text = (ROOT / "bindings" / language / "README.md").read_text("utf-8")
    match = re.search(r"^```\w+\n(.*?)^```$", text, re.S | re.M)
    assert match and text.index("```") == match.start(), "the README begins with something else"
    assert match[1].count("\n") == 3, "three lines"
    return PORT.sub(str(port), match[1])


@contextlib.contextmanager
def running(language: Language, folder: Path, secrets: Path, port: int) -> Iterator[None]:
    command = language.readme_command(folder, first_block(languages.name_of(language), port), port)
    environment = os.environ | {"STAUTH_SECRETS": str(secrets)} | language.README_ENVIRONMENT
    process = subprocess.Popen(command, cwd=folder, env=environment)
    deadline = time.monotonic() + START_SECONDS
    try:
        while not accepts(port):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)  # its end is worth waking up for
            assert process.poll() is None and time.monotonic() < deadline, "it did not start"
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("language", languages.ALL, ids=map(languages.name_of, languages.ALL))
def test_first_block(language: Language, new_provider: Callable[..., OpenIDProvider], tmp_path: Path) -> None:
    provider, port, secrets = new_provider(), free_port(), tmp_path / "secrets.toml"
    provider.claims["name"] = "Ada"
    shared = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    secrets.write_text(write_secrets(shared, {"default": settings_for(provider)}))
    with running(language, tmp_path, secrets, port):
        deadline = time.monotonic() + START_SECONDS
        # The httpd of inets listens before it has loaded all of itself, and answers 500 until then.
        while (page := Browser().open(f"http://localhost:{port}/")).status == 500 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (page.status, page.text.strip()) == (200, "Hello, Ada")
        assert len(page.history) == 3, "to the provider, back to the callback, and to the page"
