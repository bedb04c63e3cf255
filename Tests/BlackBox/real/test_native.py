"""examples/c-cli signs in at glewlwyd: by a real browser that returns to a loopback port, and on another device."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import documented
import glewlwyd
import sign_in
from chromium import chromium
from cli import Cli
from glewlwyd_admin import ALICE, Admin, Client, User
from hosts import ROOT
from person import Person
from providers import Provider
from test_browser import sign_in_at_glewlwyd

FLOWS = {"auth-type-device-enabled": True, "device-authorization-expiration": 600, "device-authorization-interval": 2}
SECRET = "native-client-secret-0123456789"


class Server:
    """glewlwyd with a provider that has the device flow."""

    def __init__(self, server: glewlwyd.Glewlwyd) -> None:
        self.admin = Admin(server.base, server.ca_file)
        self.ca_file = server.ca_file
        self.issuer = f"{server.base}/api/native"
        self.admin.add_plugin("native", self.issuer, glewlwyd.make_signing_key(server.folder, "rsa"), FLOWS)

    def client(self, name: str) -> Provider:
        return Provider(self.issuer, name, SECRET, self.ca_file)

    def add_client(self, name: str, redirect_uri: str) -> None:
        types = {"authorization_type": ["code", "refresh_token", "device_authorization"]}
        self.admin.add_client(Client(name, SECRET, redirect_uri, types))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with glewlwyd.glewlwyd(tmp_path_factory.mktemp("glewlwyd"), "http://127.0.0.1/unused") as running:
        yield Server(running)


def line_of(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """The first line on stderr that matches."""
    assert process.stderr
    seen = ""
    for line in process.stderr:
        seen += line
        if match := re.search(pattern, line):
            return match
    raise AssertionError(seen)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Person]:
    profile = tmp_path / "profile"
    profile.mkdir()
    with chromium(profile) as driver:
        yield Person(driver, request.node.name.removeprefix("test_"))


def test_login_by_a_browser_that_returns(server: Server, person: Person, tmp_path: Path) -> None:
    dora = User("dora", "glewlwyd-dora-password", "Dora Glewlwyd", "dora@glewlwyd.example")
    server.admin.add_user(dora)
    cli = Cli(tmp_path, server.client("native-browser"))
    process = cli.start("login")
    url = line_of(process, r"^  (https://\S+)$")[1]
    redirect_uri = parse_qs(urlsplit(url).query)["redirect_uri"][0]
    server.add_client("native-browser", redirect_uri)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/oauth2callback", redirect_uri)
    # Whatever else reaches the port changes nothing.
    origin = redirect_uri.removesuffix("/oauth2callback")
    assert [status_of(origin + path) for path in ("/favicon.ico", "/auth/logout", "/auth/login")] == [404] * 3
    assert status_of(redirect_uri + "?code=forged&state=forged") == 400
    assert process.poll() is None

    person.driver.get(url)
    sign_in_at_glewlwyd(person, dora)
    person.wait_for_text("You can close this window.")
    person.picture("signed-in")
    assert not person.driver.get_cookies() and "href" not in person.driver.page_source
    status, out, errors = cli.end(process)
    assert status == 0, errors
    user = json.loads(out)
    assert user["is_logged_in"] and user["email"] == dora.email
    assert cli.session.stat().st_mode & 0o777 == 0o600
    assert cli.user()["email"] == dora.email
    # The access token is the provider's.
    status, token, errors = cli.run("token")
    assert status == 0 and token.strip() == user["tokens"]["access"], errors

    cli.session.chmod(0o644)  # others may have written it
    assert not cli.user()["is_logged_in"]
    cli.session.chmod(0o600)
    assert cli.run("logout")[:2] == (0, '{"is_logged_in":false}\n')
    assert not cli.session.exists()
    assert not cli.user()["is_logged_in"] and cli.run("token")[0] == 1


def test_login_on_another_device(server: Server, tmp_path: Path) -> None:
    server.add_client("native-device", "http://127.0.0.1/oauth2callback")
    cli = Cli(tmp_path, server.client("native-device"))
    process = cli.start("login", "--device")
    address = line_of(process, r"^Go to (https://\S+)$")[1]
    code = line_of(process, r"^and enter the code (\S+)$")[1]
    assert process.poll() is None
    done = sign_in.answer_of_glewlwyd(f"{address}?code={code}", server.ca_file)
    assert "deviceComplete" in done.redirect
    status, out, errors = cli.end(process)
    assert status == 0, errors
    assert json.loads(out)["email"] == ALICE.email
    assert "login_succeeded" in errors
    assert cli.user()["name"] == ALICE.name
    assert cli.run("token")[0] == 0
    assert cli.run("logout")[0] == 0 and not cli.user()["is_logged_in"]


def test_device_login_of_a_client_that_may_not(server: Server, tmp_path: Path) -> None:
    cli = Cli(tmp_path, server.client("native-unknown"))
    status, out, errors = cli.run("login", "--device")
    assert status == 1 and not out and not cli.session.exists()
    assert "client_refused" in errors or "device_authorization_refused" in errors


def test_code_of_the_page(server: Server, tmp_path: Path) -> None:
    """docs/native.md, with a main() that does what a program does."""
    server.add_client("native-page", "http://127.0.0.1:49152/oauth2callback")
    blocks = [block.text for block in documented.blocks() if (block.page, block.language) == ("docs/native.md", "c")]
    sources = [tmp_path / f"block{number}.c" for number in range(len(blocks))]
    for source, text in zip(sources, blocks, strict=True):
        source.write_text("#define _POSIX_C_SOURCE 200809L\n" + text)
    prefix = ROOT / "build" / "prefix"
    program, here = tmp_path / "page", Path(__file__).parent
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{prefix}/include", f"-L{prefix}/lib"]
    link = ["-lstauth", f"-Wl,-rpath,{prefix}/lib", "-o", program]
    subprocess.run(["cc", *flags, here / "native_page.c", *sources, *link], check=True)
    Cli(tmp_path, server.client("native-page"))  # for its settings
    pipe = subprocess.PIPE
    arguments = [program, tmp_path / "settings.toml", "a-secret-of-this-user-0123456789"]
    for more in ([], ["device"]):
        process = subprocess.Popen([*arguments, *more], stdin=pipe, stdout=pipe, text=True)
        assert process.stdin and process.stdout
        words = process.stdout.readline().split()
        if more:
            done = sign_in.answer_of_glewlwyd(f"{words[2]}?code={words[-1]}", server.ca_file)
            assert "deviceComplete" in done.redirect
            expected = "signed in\n"
        else:
            back = sign_in.at_glewlwyd(words[0], server.ca_file)
            process.stdin.write("/favicon.ico\n" + back.removeprefix("http://127.0.0.1:49152") + "\n")
            expected = "404\n200\nsigned in\n"
        out, _ = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, expected)
