"""A host program, and how it is started."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREFIX = ROOT / "build" / "prefix" / "lib"
LIBRARY = PREFIX / "libstauth.so.0"


@dataclass(frozen=True)
class Program:
    """In the arguments, {secrets} and {port} are filled in."""

    arguments: tuple[str, ...]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Host:
    """One that hangs up ends a connection without an answer if a request is malformed. `ends_by`: the signal that ends
    it and its workers."""

    name: str
    program: Program
    processes: int = 1
    hangs_up: bool = False
    ends_by: int = signal.SIGTERM
    checks_names: bool = False
    """Whether the server itself refuses a Host that is not a name."""
    has_names: bool = False
    """Whether it refuses a Host that is none of its own names."""


@dataclass(frozen=True)
class Runtime:
    """What docs/runtimes.md says of a language and its binding."""

    name: str
    versions: tuple[str, ...]  # those that the tests are known to pass with
    asks: tuple[str, ...]  # the command that prints the one that is used
    package: str
    adapters: str
