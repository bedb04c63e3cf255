"""The program stauth as a shell starts it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("STAUTH_PROGRAM_PATH", ROOT / "build/swift-program/debug/stauth"))


def stauth(
    *arguments: str | Path,
    answers: str = "",
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    seconds: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end. `answers` is its standard input, `folder` where it runs."""
    surroundings = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | (environment or {})
    return subprocess.run(
        [PROGRAM, *arguments],
        input=answers,
        env=surroundings,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
