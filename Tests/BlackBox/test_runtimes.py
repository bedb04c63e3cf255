"""docs/runtimes.md says which versions were tested: those that run here."""

from __future__ import annotations

import re
import subprocess

import pytest

from hosts import RUNTIMES
from program import Runtime


@pytest.mark.parametrize("runtime", [runtime for runtime, _ in RUNTIMES], ids=lambda runtime: runtime.name)
def test_version(runtime: Runtime) -> None:
    answer = subprocess.run(runtime.asks, capture_output=True, text=True, check=True)
    found = re.search(r"\d+(\.\d+)+", answer.stdout + answer.stderr)
    assert found, answer.stdout
    assert any(f"{found[0]}.".startswith(f"{version}.") for version in runtime.versions), found[0]
