"""Shared code of the Python programs here. Arguments and output are those of the C programs (c/bench.h)."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

INPUTS = Path(sys.argv[1])
TURNS, ITERATIONS = (int(argument) for argument in sys.argv[2:4])
MORE = sys.argv[4:]


def read(name: str) -> str:
    return (INPUTS / name).read_text()


def report(name: str, **figures: float) -> None:
    print(json.dumps({"name": name, **figures}), flush=True)


def run(cases: dict[str, Callable[[], Any]]) -> None:
    """The cases take turns, so other load on the machine affects all of them."""
    for call in cases.values():
        call()
    for _ in range(TURNS):
        for name, call in cases.items():
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(ITERATIONS):
                call()
            wall = time.perf_counter() - wall
            report(name, iterations=ITERATIONS, seconds=time.process_time() - cpu, wall=wall)
