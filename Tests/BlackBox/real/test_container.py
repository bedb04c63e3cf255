"""The image of docs/deployment.md, built and run, with the app of README.md in it."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from browser import Browser
from container import Image
from debian_root import reason_to_skip
from hosts import ROOT, Host, Program

DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
DIST = ROOT / "build" / "dist"


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.S | re.M)
    return str(found)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    wheels = list(DIST.glob("libstauth-*.whl"))
    if not wheels:
        pytest.skip("no wheel in build/dist: ./run wheel makes it, and so does the suite python")
    if reason := reason_to_skip():
        pytest.skip(reason)
    context = tmp_path_factory.mktemp("context")
    (context / "app.py").write_text(block(README, "python"))
    return Image(block(DEPLOYMENT, "dockerfile"), context, tmp_path_factory.mktemp("image") / "root", wheels[0])


def test_the_image_signs_in(image: Image, start, new_provider) -> None:
    command = [part.replace("0.0.0.0:8000", "127.0.0.1:{port}") for part in image.command]
    assert command != image.command
    # What `docker run --mount` does: the secret is where STAUTH_SECRETS says, and the container's user reads it.
    secret = image.root / image.environment["STAUTH_SECRETS"].lstrip("/")
    mount = f"install -D --mode=444 {{secrets}} {shlex.quote(str(secret))}"
    inside = shlex.join(image.run(command, STAUTH_LOG="info"))
    host = Host("container", Program(("/bin/sh", "-c", f"{mount} && exec {inside}")))
    site = start(new_provider(), host=host, require_login=True, open_paths=["/health", "/static/"])
    page = Browser().open(site.url("/"))
    assert (page.status, page.text) == (200, "Hello, Ada Lovelace!"), site.host.log()[-2000:]
    assert Browser().open(site.url("/health")).status == 404, "open, and not a page of this app"
    assert "event=login_succeeded" in site.host.log()


def test_it_trusts_the_authorities_of_the_web(image: Image) -> None:
    """A base without them signs nobody in."""
    script = "import ssl; print(len(ssl.create_default_context().get_ca_certs()))"
    answer = subprocess.run(image.run(["python", "-c", script]), capture_output=True, text=True, check=True)
    assert int(answer.stdout) > 100


def test_nothing_runs_as_root(image: Image) -> None:
    answer = subprocess.run(image.run(["id", "--user"]), capture_output=True, text=True, check=True)
    assert answer.stdout.strip() != "0"
