"""examples/c-cli, as a shell starts it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import IO

from hosts import ROOT
from providers import Provider
from site_under_test import settings
from toml_writer import write_secrets

CLI = ROOT / "build" / "cli" / "c-cli"


class Cli:
    """The program, with settings and a session of its own. `BROWSER`: none, since the tests open what it prints."""

    def __init__(self, folder: Path, provider: Provider) -> None:
        self.folder = folder
        self.session = folder / "session"
        self.settings = folder / "settings.toml"
        self._secret = provider.client_secret
        shared = {"expose_tokens": ["access"], "client_kwargs": {"scope": "openid profile email"}}
        self.settings.write_text(write_secrets(shared, {"default": settings(provider)}))
        paths = {"C_CLI_SETTINGS": str(self.settings), "C_CLI_SESSION": str(self.session)}
        self.environment = {**os.environ, "BROWSER": "/bin/true", "C_CLI_LOG": "1"} | paths

    def start(self, *arguments: str, out: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [CLI, *arguments], stdout=out, stderr=subprocess.PIPE, text=True, env=self.environment, cwd=self.folder
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        return self.end(self.start(*arguments))

    def end(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        out, errors = process.communicate(timeout=60)
        assert self._secret not in (out or "") + errors
        return process.returncode, out, errors

    def user(self) -> dict[str, object]:
        status, out, errors = self.run("whoami")
        assert status == 0, errors
        user = json.loads(out)
        assert isinstance(user, dict)
        return user
