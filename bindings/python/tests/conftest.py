"""What several of the tests need. STAUTH_LIBRARY names the library that is tested."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Callable

import pytest

import libstauth.testing

ROOT = Path(__file__).resolve().parents[3]
NEEDED = ("PATH", "PYTHONPATH", "LANG", "STAUTH_LIBRARY")


def cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def run_python(code: str, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in an interpreter of its own, as strict as this one, with no more of the environment than told."""
    kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
    command = [sys.executable, "-X", "dev", "-W", "error", "-X", "faulthandler", "-c", code, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**kept, **environment}
    ) as process:
        try:
            output = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # faulthandler writes where each thread is
            pytest.fail("it hangs:\n" + "".join(process.communicate()))
    done = subprocess.CompletedProcess(command, process.returncode, *output)
    if check:
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def compile_library(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a shared library of a line of C."""

    def compile_line(line: str) -> Path:
        folder = tmp_path_factory.mktemp("library")
        (folder / "library.c").write_text(line)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", "libstauth.so.0", "library.c"], cwd=folder, check=True)
        return folder / "libstauth.so.0"

    return compile_line


@pytest.fixture(scope="module")
def auth() -> Iterator[libstauth.testing.App]:
    """An application with a provider inside of the process."""
    with libstauth.testing.App() as app:
        yield app


@pytest.fixture
def ada(auth: libstauth.testing.App) -> str:
    """The Cookie header of a user who signed in to `auth`, for one test: a logout ends every copy of a session."""
    return cookie_header(auth.sign_in(sub="ada", email="ada@example.org", name="Ada \U0001f980"))


@pytest.fixture
def secrets_toml() -> str:
    """Settings with nothing wrong. There is no provider at their address."""
    return f"""
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "id"
client_secret = "{secrets.token_hex(32)}"
server_metadata_url = "http://localhost:1/.well-known/openid-configuration"
"""
