"""`stauth init`: what it writes passes the check, nobody else can read it, and nothing is replaced by accident."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import select
import stat
import subprocess
import termios
import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from program_under_test import PROGRAM, ROOT, stauth

CLIENT_SECRET = 'a "secret" of the client\\ü'
KEYS = {
    "apple": ["--key", "team_id=ABCDE12345", "--key", "client_private_key_id=KEY1234567"],
    "auth0": ["--key", "domain=acme.eu.auth0.com"],
    "cognito": ["--key", "user_pool_id=eu-central-1_AbCd12345"],
    "github": [],
    "gitlab": ["--key", "domain=gitlab.example.com"],
    "google": [],
    "keycloak": ["--key", "domain=id.example.com", "--key", "realm=main"],
    "linkedin": [],
    "microsoft": ["--key", "tenant=8eaef023-2b34-4da1-9baa-8bc8c9d6a490"],
    "okta": ["--key", "domain=acme.okta.com", "--key", "authorization_server=default"],
    "other": ["--key", "server_metadata_url=https://id.example.com/.well-known/openid-configuration"],
}
PRESETS = re.findall(r"^\| \[`(\w+)`\]", (ROOT / "docs/providers.md").read_text("utf-8"), re.MULTILINE)


def key_in_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def init(folder: Path, preset: str = "google", *more: str, **options: object) -> subprocess.CompletedProcess[str]:
    known = ["--provider", preset, "--url", "https://app.example.com", "--client-id", "my-app", *KEYS[preset]]
    if not {"--client-secret-file", "--client-secret-env"} & set(more):
        known += ["--client-secret-file", "-"]
    options.setdefault("answers", (key_in_pem() if preset == "apple" else CLIENT_SECRET) + "\n")
    return stauth("init", *known, *more, folder=folder, **options)


@pytest.mark.parametrize("preset", [*PRESETS, "other"])
def test_every_preset_passes_the_check(preset: str, tmp_path: Path) -> None:
    written = init(tmp_path, preset)
    assert written.returncode == 0, written.stderr
    assert "https://app.example.com/oauth2callback\n" in written.stdout
    assert CLIENT_SECRET not in written.stdout + written.stderr
    checked = stauth("check", "--offline", folder=tmp_path)
    assert checked.returncode == 0, checked.stdout
    assert "warning" not in checked.stdout


def test_what_is_written(tmp_path: Path) -> None:
    init(tmp_path, "keycloak")
    file = tmp_path / ".streamlit/secrets.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    auth = tomllib.loads(file.read_text("utf-8"))["auth"]
    assert auth["keycloak"]["client_secret"] == CLIENT_SECRET
    assert auth["redirect_uri"] == "https://app.example.com/oauth2callback"
    assert len(auth["cookie_secret"]) == 43
    init(tmp_path, "keycloak", "--force")
    assert tomllib.loads(file.read_text("utf-8"))["auth"]["cookie_secret"] != auth["cookie_secret"]
    assert os.listdir(file.parent) == ["secrets.toml"]


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text("mine")
    refused = init(tmp_path, "google", "--file", str(file))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert file.read_text() == "mine"
    assert os.listdir(tmp_path) == ["secrets.toml"]


def test_secret_stays_in_the_environment(tmp_path: Path) -> None:
    written = init(tmp_path, "google", "--client-secret-env", "CLIENT_SECRET")
    assert written.returncode == 0, written.stderr
    file = tmp_path / ".streamlit/secrets.toml"
    assert tomllib.loads(file.read_text())["auth"]["google"]["client_secret"] == {"env": "CLIENT_SECRET"}
    checked = stauth("check", "--offline", folder=tmp_path, environment={"CLIENT_SECRET": "s3cret-of-the-client"})
    assert checked.returncode == 0, checked.stdout
    assert stauth("check", "--offline", folder=tmp_path).returncode == 1


def client_secret(folder: Path) -> str:
    return tomllib.loads((folder / ".streamlit/secrets.toml").read_text())["auth"]["google"]["client_secret"]


def test_secret_from_a_file(tmp_path: Path) -> None:
    for end in (b"", b"\n", b"\r\n"):
        (tmp_path / "client.txt").write_bytes(b"of-the-file" + end)
        assert init(tmp_path, "google", "--force", "--client-secret-file", "client.txt").returncode == 0
        assert client_secret(tmp_path) == "of-the-file"
        assert init(tmp_path, "google", "--force", answers="of-the-pipe" + end.decode()).returncode == 0
        assert client_secret(tmp_path) == "of-the-pipe"
    missing = init(tmp_path, "google", "--force", "--client-secret-file", "none.txt")
    assert missing.returncode == 1
    assert "none.txt" in missing.stderr


@pytest.mark.parametrize(
    ("more", "phrase"),
    [
        (["--key", "issuer=https://id.example.com"], "remove one of the two"),
        (["--key", "clientid=twice"], "clientid"),
        (["--key", 'x"y=1'], "small letters"),
        (["--url", "http://app.example.com"], "https://"),
        (["--url", "https://app.example.com/?a=b"], "https://"),
    ],
)
def test_what_the_library_would_not_read_is_not_written(more: list[str], phrase: str, tmp_path: Path) -> None:
    refused = init(tmp_path, "google", *more)
    assert refused.returncode == 1
    assert phrase in refused.stderr
    assert os.listdir(tmp_path) == []


def test_nobody_is_asked_without_a_terminal(tmp_path: Path) -> None:
    refused = stauth("init", "--provider", "google", folder=tmp_path)
    assert refused.returncode == 1
    assert "--url is missing" in refused.stderr
    assert stauth("init", "--provider", "gogle", folder=tmp_path).returncode == 64


def test_json_says_what_to_register(tmp_path: Path) -> None:
    document = json.loads(init(tmp_path, "okta", "--json").stdout)
    assert document["redirect_uri"] == "https://app.example.com/oauth2callback"
    assert document["file"] == ".streamlit/secrets.toml"


def test_a_full_folder_leaves_nothing(tmp_path: Path) -> None:
    """The disk ends in the middle: ulimit -f stands for it."""
    command = (
        f"ulimit -f 0; trap '' XFSZ; exec '{PROGRAM}' init --provider google --url https://a.example --client-id a"
    )
    result = subprocess.run(
        ["bash", "-c", command + " --client-secret-file - --file secrets.toml"],
        input="of-the-client",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert "cannot write secrets.toml" in result.stderr
    assert os.listdir(tmp_path) == []


class Conversation:
    """The program in a terminal."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.terminal, other = pty.openpty()
        self.process = subprocess.Popen(
            # So that Ctrl-C is a signal, as in a shell.
            ["setsid", "--ctty", PROGRAM, *arguments],
            stdin=other,
            stdout=other,
            stderr=other,
            cwd=folder,
        )
        os.close(other)
        self.heard = ""

    def wait_for(self, text: str) -> None:
        while text not in self.heard:
            assert self._hear(), f"in vain for {text!r}: {self.heard}"

    def say(self, line: str) -> None:
        os.write(self.terminal, f"{line}\n".encode())

    def press(self, key: bytes) -> None:
        os.write(self.terminal, key)

    def end(self) -> int:
        while self._hear():
            pass
        self.shows_input = bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)
        os.close(self.terminal)
        return self.process.wait(30)

    def _hear(self) -> bool:
        readable, _, _ = select.select([self.terminal], [], [], 30)
        assert readable, f"silence after {self.heard!r}"
        try:
            new = os.read(self.terminal, 4096).decode()
        except OSError as error:
            assert error.errno == errno.EIO
            return False
        self.heard += new
        return bool(new)


def test_questions(tmp_path: Path) -> None:
    talk = Conversation("init", folder=tmp_path)
    for question, answer in [
        ("Provider (", "gogle"),
        ("not possible", "keycloak"),
        ("Address of the application", "app.example.com"),
        ("not possible here.\r\nAddress", "https://app.example.com/"),
        ("Client ID: ", "my-app"),
        ("Host, such as", "id.example.com"),
        ("Realm, such as", "main"),
        ("Client secret (not shown): ", CLIENT_SECRET),
    ]:
        talk.wait_for(question)
        talk.say(answer)
    assert talk.end() == 0
    assert "Valid post logout redirect URIs" in talk.heard
    assert "secret" not in talk.heard.split("(not shown): ")[1].split("Wrote")[0]
    auth = tomllib.loads((tmp_path / ".streamlit/secrets.toml").read_text("utf-8"))["auth"]
    assert auth["keycloak"] == {
        "provider": "keycloak",
        "client_id": "my-app",
        "client_secret": CLIENT_SECRET,
        "domain": "id.example.com",
        "realm": "main",
    }


@pytest.mark.parametrize(
    "key", [b"\x03", b"of-the\x03", b"\x1c", b"\x04"], ids=["Ctrl-C", "later", "Ctrl-\\", "Ctrl-D"]
)
def test_giving_up_at_the_hidden_question(key: bytes, tmp_path: Path) -> None:
    talk = Conversation(
        "init", "--provider", "google", "--url", "https://a.example", "--client-id", "a", folder=tmp_path
    )
    talk.wait_for("(not shown): ")
    talk.press(key)
    assert talk.end() == 1
    assert "nothing was written" in talk.heard
    assert talk.shows_input
    assert os.listdir(tmp_path) == []
