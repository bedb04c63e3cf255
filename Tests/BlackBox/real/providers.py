"""Real OpenID providers, started on loopback for the tests: programs that nobody of this project wrote."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from user_agent import UserAgent

START_DEADLINE = 30.0  # seconds; a busy two-core machine takes up to 5
STOP_DEADLINE = 10.0


@dataclass(frozen=True)
class Provider:
    """What a relying party and a user have to know of a running provider."""

    issuer: str
    client_id: str
    client_secret: str
    ca_file: Path | None = None

    @property
    def metadata_url(self) -> str:
        return self.issuer + "/.well-known/openid-configuration"


def free_port() -> int:
    """A port nobody listens on, below the range that the kernel hands to outgoing connections, so that none of
    those takes it before the server does."""
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("found no free port between 20000 and 32000")


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[RunningProcess]:
    """The program, from its start until the block ends; what it prints goes to a file in `folder`."""
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield RunningProcess(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class RunningProcess:
    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, url: str, ca_file: Path | None = None) -> None:
        """Returns as soon as the program serves a JSON document at `url`."""
        user_agent = UserAgent(ca_file)
        deadline = time.monotonic() + START_DEADLINE
        while True:
            try:
                answer = user_agent.get(url)
                if answer.status == 200 and isinstance(json.loads(answer.text), dict):
                    return
                problem = f"status {answer.status}"
            except (OSError, ValueError) as error:
                problem = str(error)
            self._fail_if_hopeless(url, deadline, problem)
            time.sleep(0.05)

    def _fail_if_hopeless(self, url: str, deadline: float, problem: str) -> None:
        code = self.process.poll()
        if code is None and time.monotonic() < deadline:
            return
        state = "did not answer in time" if code is None else f"ended with code {code}"
        tail = self.log.read_text(errors="replace")[-3000:]
        raise RuntimeError(f"{self.process.args!r} {state}; {url}: {problem}\n{tail}")


def installed_script(name: str) -> str:
    """A program that pip installed beside the Python that runs the tests."""
    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        raise RuntimeError(f"{path} is missing: install Tests/BlackBox/requirements.txt into {sys.prefix}")
    return str(path)


MOCK_ALICE = {"sub": "alice", "name": "Alice Mock", "email": "alice@mock.example"}


@contextlib.contextmanager
def oidc_provider_mock(folder: Path, users: Sequence[dict[str, object]] = (MOCK_ALICE,)) -> Iterator[Provider]:
    """oidc-provider-mock: accepts any client, asks for no password, and can deny on request."""
    port = free_port()
    command = [installed_script("oidc-provider-mock"), "--port", str(port)]
    command += [f"--user-claims={json.dumps(user)}" for user in users]
    provider = Provider(f"http://localhost:{port}", "mock-client", "mock-client-secret")
    with running(command, folder) as process:
        process.wait_for(provider.metadata_url)
        yield provider


NANOIDP_PASSWORD = "nanoidp-alice-password"


@contextlib.contextmanager
def nanoidp(folder: Path, redirect_uri: str) -> Iterator[Provider]:
    """nanoidp in its strictest profile: PKCE for every client, exact redirect URIs, refresh token rotation."""
    port = free_port()
    provider = Provider(f"http://localhost:{port}", "nanoidp-client", "nanoidp-client-secret")
    config = folder / "config"
    config.mkdir()
    # JSON is YAML, which is what the two files are.
    (config / "settings.yaml").write_text(json.dumps(_nanoidp_settings(provider, port, redirect_uri, config)))
    (config / "users.yaml").write_text(json.dumps(_nanoidp_users()))
    command = [installed_script("nanoidp"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    with running(command, folder) as process:
        process.wait_for(provider.metadata_url)
        yield provider


def _nanoidp_settings(provider: Provider, port: int, redirect_uri: str, config: Path) -> dict[str, object]:
    client = {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "redirect_uris": [redirect_uri],
        "allowed_scopes": ["openid", "profile", "email"],
    }
    return {
        "config_version": 1,
        "server": {"host": "127.0.0.1", "port": port},
        "security_profile": "oauth21",
        "oauth": {"issuer": provider.issuer, "audience": "nanoidp-api", "require_pkce": True, "clients": [client]},
        "jwt": {"algorithm": "RS256", "keys_dir": str(config / "keys")},
        "session": {"secret_key": os.urandom(16).hex(), "enforce_password_check": True},
    }


def _nanoidp_users() -> dict[str, object]:
    alice = {
        "password": NANOIDP_PASSWORD,
        "email": "alice@nanoidp.example",
        "attributes": {"name": "Alice Nano"},
    }
    return {"config_version": 1, "users": {"alice": alice}}
