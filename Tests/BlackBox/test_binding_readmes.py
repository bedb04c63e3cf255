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

from browser import Browser
from deployment import COOKIE_SECRET, settings_for
from hosts import ROOT, START_SECONDS, STOP_SECONDS, free_port
from provider import OpenIDProvider
from toml_writer import write_secrets

PORT = re.compile(r"\b8501\b")
LIBRARY = ROOT / "build" / "prefix" / "lib"


def first_block(language: str, port: int) -> str:
    text = (ROOT / "bindings" / language / "README.md").read_text("utf-8")
    match = re.search(r"^```\w+\n(.*?)^```$", text, re.S | re.M)
    assert match and text.index("```") == match.start(), "the README begins with something else"
    assert match[1].count("\n") == 3, "three lines"
    return PORT.sub(str(port), match[1])


def go_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of main()."""
    imports = '"fmt"\n"log"\n"net/http"\n"stauth"'
    (folder / "main.go").write_text(f"package main\nimport (\n{imports}\n)\nfunc main() {{\n{block}}}\n")
    module = ROOT / "bindings" / "go"
    (folder / "go.mod").write_text(f"module readme\ngo 1.19\nrequire stauth v0.2.0\nreplace stauth => {module}\n")
    environment = {"PKG_CONFIG_PATH": str(LIBRARY / "pkgconfig"), "GOCACHE": str(ROOT / "build" / "go" / "cache")}
    environment |= {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    subprocess.run(["go", "build", "-o", "readme", "."], cwd=folder, env=os.environ | environment, check=True)
    return [str(folder / "readme")]


def ruby_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "config.ru").write_text(block)
    return ["puma", f"--bind=tcp://localhost:{port}", "--quiet"]


def node_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "server.js").write_text(block)
    return ["node", "server.js"]


@contextlib.contextmanager
def running(command: list[str], folder: Path, secrets: Path, port: int) -> Iterator[None]:
    environment = os.environ | {"STAUTH_SECRETS": str(secrets), "LD_LIBRARY_PATH": str(LIBRARY)}
    environment["NODE_PATH"] = str(ROOT / "build" / "node" / "node_modules")
    environment["RUBYLIB"] = str(ROOT / "bindings" / "ruby" / "lib")
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


COMMANDS = {"go": go_command, "ruby": ruby_command, "node": node_command}


@pytest.mark.parametrize(("language", "command"), COMMANDS.items(), ids=COMMANDS)
def test_first_block(
    language: str,
    command: Callable[[Path, str, int], list[str]],
    new_provider: Callable[..., OpenIDProvider],
    tmp_path: Path,
) -> None:
    provider, port, secrets = new_provider(), free_port(), tmp_path / "secrets.toml"
    provider.claims["name"] = "Ada"
    shared = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    secrets.write_text(write_secrets(shared, {"default": settings_for(provider)}))
    block = first_block(language, port)
    with running(command(tmp_path, block, port), tmp_path, secrets, port):
        page = Browser().open(f"http://localhost:{port}/")
        assert (page.status, page.text.strip()) == (200, "Hello, Ada")
        assert len(page.history) == 3, "to the provider, back to the callback, and to the page"
