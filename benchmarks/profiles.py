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
SHOWN = 10
INTERNAL = "functions without a name"


@dataclass(frozen=True)
class Profile:
    """Instructions of one call, in all and of the functions that take most of them, by themselves."""

    instructions: int
    functions: list[tuple[str, str, int]]  # library, function, instructions
    libraries: dict[str, int]


def profile(command: list[str], iterations: int, library_folder: Path) -> dict[str, Profile]:
    """Runs a program of benchmarks/c for one turn. The library is the one with symbols, which is otherwise the same."""
    folder = Path(tempfile.mkdtemp(prefix="stauth-callgrind-"))
    try:
        valgrind = ["valgrind", "--quiet", "--tool=callgrind", "--collect-atstart=no"]
        environment = os.environ | {"LD_LIBRARY_PATH": str(library_folder)}
        subprocess.run([*valgrind, *command], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        found = {}
        for path in sorted(folder.glob("callgrind.out.*.*")):
            name = re.search(r"^desc: Trigger: Client Request: (.*)$", path.read_text(), re.MULTILINE)
            if name:
                found[name[1]] = _read(path, iterations)
        return found
    finally:
        shutil.rmtree(folder)


def _read(path: Path, iterations: int) -> Profile:
    command = ["callgrind_annotate", "--threshold=100", "--auto=no", str(path)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [
        (int(match[1].replace(",", "")), match[2], Path(match[3] or "").name or "program")
        for match in filter(None, map(LINE.match, text.splitlines()))
    ]
    total = next(count for count, what, _ in lines if what == "PROGRAM TOTALS")
    functions: dict[tuple[str, str], int] = {}
    libraries: dict[str, int] = {}
    for count, what, library in lines:
        if count == total:  # main() and its callers, which were under way when the turn began
            continue
        name = what.rpartition(":")[2]
        key = (library, INTERNAL if name.startswith("0x") else name)
        functions[key] = functions.get(key, 0) + count
        libraries[library] = libraries.get(library, 0) + count
    top = sorted(functions.items(), key=lambda item: -item[1])[:SHOWN]
    names = _demangled([name for (_, name), _ in top])
    return Profile(
        total // iterations,
        [(library, name, count // iterations) for ((library, _), count), name in zip(top, names, strict=True)],
        {name: count // iterations for name, count in sorted(libraries.items(), key=lambda item: -item[1])},
    )


def _demangled(names: list[str]) -> list[str]:
    swift = shutil.which("swift") or "/opt/swift/usr/bin/swift"
    if not names or not Path(swift).exists():
        return names
    command = [swift, "demangle", "--simplified", "--compact"]
    lines = subprocess.run(command, input="\n".join(names), check=True, capture_output=True, text=True).stdout
    return lines.splitlines()
