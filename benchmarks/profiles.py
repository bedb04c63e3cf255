"""Instruction counts by valgrind's callgrind: the same on every run, whatever else the machine does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"^\s*([\d,]+) \([\d. ]+%\)\s+(\S.*?)(?: \[([^\]]*)\])?$")
SHOWN = 14
OURS = "libstauth.so.0"
CRYPTOGRAPHY = "libcrypto.so.3"


@dataclass(frozen=True)
class Profile:
    """Instructions of one call: in all, by library, and the functions that most of them are under."""

    instructions: int
    libraries: dict[str, int]
    functions: list[tuple[str, int, int]]  # name, instructions with all that it calls, and by itself


def profile(
    command: list[str], iterations: int, library_folder: Path, shown: tuple[str, ...] = (OURS,)
) -> dict[str, Profile]:
    """Runs a program of benchmarks/c for one turn. The library is the one with symbols, which is otherwise the same.
    `shown`: the libraries whose functions to list."""
    folder = Path(tempfile.mkdtemp(prefix="stauth-callgrind-"))
    try:
        valgrind = ["valgrind", "--quiet", "--tool=callgrind", "--collect-atstart=no"]
        environment = os.environ | {"LD_LIBRARY_PATH": str(library_folder)}
        subprocess.run([*valgrind, *command], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        found = {}
        for path in sorted(folder.glob("callgrind.out.*.*")):
            name = re.search(r"^desc: Trigger: Client Request: (.*)$", path.read_text(), re.MULTILINE)
            if name:
                found[name[1]] = _read(path, iterations, shown)
        return found
    finally:
        shutil.rmtree(folder)


def _annotate(path: Path, *options: str) -> list[tuple[int, str, str]]:
    """Instructions, function and library, from callgrind_annotate's lines."""
    command = ["callgrind_annotate", "--threshold=100", "--auto=no", *options, str(path)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    matches = filter(None, map(LINE.match, text.splitlines()))
    return [
        (int(match[1].replace(",", "")), match[2].rpartition(":")[2], Path(match[3] or "").name or "program")
        for match in matches
    ]


def _read(path: Path, iterations: int, shown: tuple[str, ...]) -> Profile:
    alone, together = _annotate(path), _annotate(path, "--inclusive=yes")
    total = next(count for count, name, _ in alone if name == "PROGRAM TOTALS")
    libraries: dict[str, int] = {}
    by_itself: dict[str, int] = {}
    for count, name, library in alone:
        if count < total:  # not main() and its callers, which were under way when the turn began
            libraries[library] = libraries.get(library, 0) + count // iterations
            by_itself[name] = by_itself.get(name, 0) + count
    # Functions that contain everything say nothing.
    named = [
        (name, count)
        for count, name, library in together
        if library in shown and not name.startswith("0x") and count < 0.92 * total
    ][:SHOWN]
    names = _demangled([name for name, _ in named])
    functions = [
        (readable, count // iterations, by_itself.get(name, 0) // iterations)
        for readable, (name, count) in zip(names, named, strict=True)
    ]
    return Profile(total // iterations, dict(sorted(libraries.items(), key=lambda item: -item[1])), functions)


def _demangled(names: list[str]) -> list[str]:
    swift = shutil.which("swift") or "/opt/swift/usr/bin/swift"
    if not names or not Path(swift).exists():
        return names
    command = [swift, "demangle", "--simplified", "--compact"]
    lines = subprocess.run(command, input="\n".join(names), check=True, capture_output=True, text=True).stdout
    return lines.splitlines()
