"""`stauth login` at glewlwyd, by somebody at a real browser: on this machine, and on another device."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium
from glewlwyd import Glewlwyd, glewlwyd, make_signing_key
from glewlwyd_admin import ALICE, Admin, Client
from person import Person
from providers import free_port
from test_browser import sign_in_at_glewlwyd

from signing_in import WaitingLogin
from toml_writer import write_secrets

pytestmark = pytest.mark.xdist_group("glewlwyd")

CLIENT = Client(
    "stauth-program",
    "stauth-program-secret",
    "http://127.0.0.1/unused",
    {"authorization_type": ["code", "refresh_token", "device_authorization"]},
)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glewlwyd]:
    with glewlwyd(tmp_path_factory.mktemp("glewlwyd"), f"http://127.0.0.1:{port}/oauth2callback") as server:
        admin = Admin(server.base, server.ca_file)
        more = {"auth-type-device-enabled": True, "device-authorization-expiration": 600}
        issuer = f"{server.base}/api/oidc-device"
        key = make_signing_key(server.folder, "rsa")
        admin.add_plugin("oidc-device", issuer, key, more | {"device-authorization-interval": 1})
        admin.add_client(CLIENT)
        yield server


class Here:
    """A machine whose `stauth` knows this provider."""

    def __init__(self, folder: Path, provider: Glewlwyd, client: Client, plugin: str) -> None:
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
        self.file = folder / "secrets.toml"
        section = {
            "client_id": client.client_id,
            "client_secret": client.secret,
            "server_metadata_url": f"{provider.base}/api/{plugin}/.well-known/openid-configuration",
            "ca_file": str(provider.ca_file),
            "client_kwargs": {"scope": "openid profile email"},
        }
        self.file.write_text(write_secrets({"redirect_uri": "https://app.example.com/cb"}, {"glewlwyd": section}))
        self.file.chmod(0o600)


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Person]:
    profile = tmp_path / "browser"
    profile.mkdir()
    with chromium(profile) as driver:
        yield Person(driver, request.node.name.removeprefix("test_"))


def test_program_login_by_browser(provider: Glewlwyd, port: int, person: Person, tmp_path: Path) -> None:
    here = Here(tmp_path, provider, provider.client, "oidc")
    login = WaitingLogin(here, "--no-browser", "--port", str(port))
    person.driver.get(login.address)
    sign_in_at_glewlwyd(person, ALICE)
    person.wait_for_text("You can close this window")
    person.picture("signed-in")
    done = login.end()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["email"] == ALICE.email
    again = WaitingLogin(here, "--access-token").end()
    assert again.returncode == 0 and again.stdout.strip()


def test_program_login_by_device(provider: Glewlwyd, person: Person, tmp_path: Path) -> None:
    here = Here(tmp_path, provider, CLIENT, "oidc-device")
    login = WaitingLogin(here, "--device")
    page = login.match(r"open on any device:\n  (\S+)\n")[1]
    person.driver.get(page)
    person.picture("page-for-the-code")
    person.driver.get(f"{page}?code={login.user_code}")
    sign_in_at_glewlwyd(person, ALICE)
    done = login.end()
    person.picture("signed-in")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["email"] == ALICE.email
