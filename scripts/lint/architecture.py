"""ARCHITECTURE.md shows ways through the code as numbered stops, "1. `Module/File.swift` `function`". Each stop has to
exist, each way is short, and none leads up: to a module that it has left, or that no module before it is built on."""

from __future__ import annotations

import re
import sys
from pathlib import Path

MOST_STOPS = 12
WAY = re.compile(r"^### (.+)$")
STOP = re.compile(r"^(\d+)\. `([\w/]+\.swift)` `(\w+)`")


def dependencies(package: str) -> dict[str, set[str]]:
    """What each module of Package.swift may use."""
    found: dict[str, set[str]] = {}
    for name, listed in re.findall(r'module\(\s*"(\w+)",\s*on: \[([^\]]*)\]', package):
        found[name] = set(re.findall(r'"(\w+)"', listed))
    for name, listed in re.findall(r'\.target\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]', package):
        found.setdefault(name, set(re.findall(r'"(\w+)"', listed)))
    return found


def reachable(module: str, graph: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for below in graph.get(waiting.pop(), set()) - seen:
            seen.add(below)
            waiting.append(below)
    return seen


def ways(page: str) -> dict[str, list[tuple[str, str]]]:
    """The stops of each section that has some: file and function."""
    found: dict[str, list[tuple[str, str]]] = {}
    title = ""
    for line in page.splitlines():
        if match := WAY.match(line):
            title = match[1]
        elif match := STOP.match(line):
            found.setdefault(title, []).append((match[2], match[3]))
    return found


def complaints(title: str, stops: list[tuple[str, str]], graph: dict[str, set[str]]) -> list[str]:
    found = [f"{title}: {len(stops)} stops, more than {MOST_STOPS}"] if len(stops) > MOST_STOPS else []
    visited: list[str] = []
    for file, function in stops:
        path = Path("Sources") / file
        module = path.parts[1]
        declaration = rf"\b(?:func {function}\b|var {function}\b)"
        if not path.is_file():
            found.append(f"{title}: {path} does not exist")
        elif not re.search(declaration, path.read_text(encoding="utf-8")):
            found.append(f"{title}: {path} has no {function}")
        if visited and module != visited[-1]:
            if module in visited:
                found.append(f"{title}: {file} goes back up to {module}")
            elif not any(module in reachable(earlier, graph) for earlier in visited):
                found.append(f"{title}: {file} is below none of the modules before it")
        visited.append(module)
    return found


def main() -> int:
    graph = dependencies(Path("Package.swift").read_text(encoding="utf-8"))
    shown = ways(Path("ARCHITECTURE.md").read_text(encoding="utf-8"))
    found = [complaint for title, stops in shown.items() for complaint in complaints(title, stops, graph)]
    if not shown:
        found.append("ARCHITECTURE.md shows no way through the code")
    print("\n".join(found) if found else f"ARCHITECTURE.md: {len(shown)} ways lead where it says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
