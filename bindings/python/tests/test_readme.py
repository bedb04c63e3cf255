"""The README's Python section, followed to the letter in an empty environment, with the wheel of `./run wheel`."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Tests" / "BlackBox"))

from browser import Browser  # noqa: E402
from provider import ProviderServer  # noqa: E402

SECTION = (ROOT / "README.md").read_text("utf-8").partition("\n### Python\n")[2].partition("\n## ")[0]
PORT = "5000"  # Flask's own


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", SECTION, re.S)
    return str(found)


def command(start: str) -> list[str]:
    (found,) = re.findall(rf"^    ({start}.*)$", SECTION, re.M)
    return str(found).split()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty venv, first in PATH. `pip install libstauth` finds our wheel."""
    wheel, *others = [*(ROOT / "build" / "dist").glob("*.whl"), None]
    assert wheel and others == [None], "build/dist must have one wheel: run ./run wheel"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text(f"libstauth @ {wheel.as_uri()}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STAUTH"))}
    pip = {"PIP_CONSTRAINT": str(constraints), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
    return {**kept, **pip, "PATH": f"{tmp_path / 'venv' / 'bin'}:{os.environ['PATH']}"}


@pytest.fixture
def providers() -> Iterator[ProviderServer]:
    server = ProviderServer()
    yield server
    server.close()


def test_readme(tmp_path: Path, environment: dict[str, str], providers: ProviderServer) -> None:
    provider, port = providers.add("op", "RS256"), free_port()
    provider.claims["name"] = "Ada"
    values = {"cookie_secret": secrets.token_hex(32), "client_id": provider.client_id}
    values |= {
        "client_secret": provider.client_secret,
        "server_metadata_url": provider.issuer + "/.well-known/openid-configuration",
    }
    settings = block("toml").replace(f":{PORT}/", f":{port}/")
    for name, value in values.items():
        settings, count = re.subn(rf'(?m)^{name} = ".*?"', f'{name} = "{value}"', settings)
        assert count == 1, f"the README's settings have no {name}"
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(settings, "utf-8")
    (tmp_path / "app.py").write_text(block("python"), "utf-8")
    subprocess.run(command("pip install"), cwd=tmp_path, env=environment, check=True)
    flask = subprocess.Popen(
        command("flask run"), cwd=tmp_path, env={**environment, "FLASK_RUN_PORT": port}, stderr=subprocess.PIPE
    )
    try:
        assert flask.stderr
        lines = iter(flask.stderr.readline, b"")
        assert any(b"Running on" in line for line in lines), "Flask did not start"
        page = Browser().open(f"http://localhost:{port}/")
        assert (page.status, page.text) == (200, "Hello, Ada!")
        assert len(page.history) == 3, "to the provider, back to the callback, and to the page"
        del provider.claims["name"]  # as providers do that know none, or are not asked for it
        nameless = Browser().open(f"http://localhost:{port}/")
        assert (nameless.status, nameless.text) == (200, "Hello, friend!")
    finally:
        flask.terminate()
        flask.communicate(timeout=30)
