"""ARCHITECTURE.md shows the modules as a picture, and Package.swift lists what each may use: both must agree.

The page shows ways through the code as numbered stops, "1. `Module/File.swift` `function`". Each stop must exist,
each way is short, and none leads up: to a module that it has left, or that no module before it is built on."""

from __future__ import annotations

import re
import sys
from pathlib import Path

MOST_STOPS = 12
# Modules that only one other may use.
PRIVATE = {"TOML": "Configuration"}
WAY = re.compile(r"^### (.+)$")
BRANCH = re.compile(r"^([ │]*)[├└]─ (\S+)")
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


def picture(page: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Each branch of the picture with the one that it hangs on, from top to bottom; and the names of its last line."""
    lines = page.split("## The picture", 1)[-1].split("Arrows go", 1)[0].splitlines()
    branches: list[tuple[str, str]] = []
    above: list[tuple[int, str]] = []
    for line in lines:
        if match := BRANCH.match(line):
            above = [(column, name) for column, name in above if column < len(match[1])]
            branches.append((match[2], above[-1][1] if above else ""))
            above.append((len(match[1]), match[2]))
    return branches, re.findall(r"\w+", next((line for line in lines if "all of them on" in line), ""))


def disagreements(page: str, graph: dict[str, set[str]]) -> list[str]:
    """Modules that the picture lacks, branches that are no dependency, and dependencies that lead up in it."""
    branches, base = picture(page)
    found: list[str] = []
    places = {name: place for place, (name, _) in enumerate(branches)} | dict.fromkeys(base, len(branches))
    for name, parent in branches:
        if name in graph and parent in graph and name not in reachable(parent, graph):
            found.append(f"the picture hangs {name} on {parent}, which does not use it")
    for name, owner in PRIVATE.items():
        found += [f"{user} uses {name}, which is {owner}'s" for user in graph if name in graph[user] and user != owner]
    for name, below in graph.items():
        if not Path("Sources", name).is_dir():
            continue
        if name not in places:
            found.append(f"the picture lacks {name}")
        found += [
            f"{name} uses {other}, which stands above it in the picture"
            for other in sorted(below)
            if places.get(other, len(branches)) < places.get(name, 0)
        ]
    return found


def ways(page: str) -> dict[str, list[tuple[str, str]]]:
    """The stops of each section with any: file and function."""
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
    page = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = ways(page)
    found = disagreements(page, graph)
    found += [complaint for title, stops in shown.items() for complaint in complaints(title, stops, graph)]
    if not shown:
        found.append("ARCHITECTURE.md shows no way through the code")
    fine = f"ARCHITECTURE.md: the picture agrees with Package.swift, {len(shown)} ways lead where it says"
    print("\n".join(found) if found else fine)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
