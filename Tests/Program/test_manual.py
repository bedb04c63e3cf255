"""The manual page and the completions, which the program makes itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from program_under_test import PROGRAM, ROOT, stauth

COMMANDS = ["init", "check", "secret", "cookie", "end-sessions", "login", "logout", "serve"]


@pytest.fixture(scope="module")
def manual() -> str:
    script = [sys.executable, ROOT / "scripts/program_manual.py", PROGRAM]
    return subprocess.run(script, capture_output=True, text=True, check=True).stdout


def test_manual_has_every_command_and_option(manual: str) -> None:
    assert manual.startswith(".TH STAUTH 1 ")
    for command in COMMANDS:
        assert ".SS " + command.replace("-", "\\-") in manual
        for option in re.findall(r"^  (--[a-z-]+)", stauth(command, "--help").stdout, re.MULTILINE):
            assert option.replace("-", "\\-") in manual, (command, option)


def test_manual_is_accepted_by_man(manual: str, tmp_path: Path) -> None:
    page = tmp_path / "stauth.1"
    page.write_text(manual, "utf-8")
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    shown = subprocess.run(
        [groff, "-man", "-ww", "-z", "-Tutf8", "-Kutf8", page], capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_accepted(shell: str, tmp_path: Path) -> None:
    script = stauth("--generate-completion-script", shell)
    assert script.returncode == 0, script.stderr
    assert all(command in script.stdout for command in COMMANDS)
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    file = tmp_path / f"stauth.{shell}"
    file.write_text(script.stdout, "utf-8")
    read = subprocess.run([program, "-n", file], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_bash_completes_commands(tmp_path: Path) -> None:
    file = tmp_path / "stauth.bash"
    file.write_text(stauth("--generate-completion-script", "bash").stdout, "utf-8")
    function = re.search(r"complete .*-F (\S+) stauth", file.read_text("utf-8"))
    assert function
    ask = f"""
        source '{file}'
        COMP_WORDS=(stauth end) COMP_CWORD=1 COMP_LINE='stauth end' COMP_POINT=10 COMPREPLY=()
        {function[1]} stauth end stauth
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    answer = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=False)
    assert "end-sessions" in answer.stdout.split(), answer.stderr
