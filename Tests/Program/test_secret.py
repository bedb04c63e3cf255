"""`stauth secret`, and what all commands have in common."""

from __future__ import annotations

import base64

from program_under_test import stauth


def test_secret_is_32_bytes_and_never_the_same() -> None:
    first, second = stauth("secret"), stauth("secret")
    assert first.returncode == second.returncode == 0
    assert len(base64.urlsafe_b64decode(first.stdout.strip() + "=")) == 32
    assert first.stdout != second.stdout


def test_unknown_command() -> None:
    result = stauth("sectet")
    assert result.returncode == 64
    assert "sectet" in result.stderr
    assert result.stdout == ""


def test_help_names_each_command() -> None:
    result = stauth("--help")
    assert result.returncode == 0
    assert "secret" in result.stdout
