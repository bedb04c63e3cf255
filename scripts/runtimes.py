"""Makes docs/runtimes.md, the table of all runtimes, from the results of the black-box tests and the figures that
`./run bench` has left in docs/performance/runtimes.json.

    runtimes.py RESULTS_XML PAGE          compare the page in the file PAGE with the results
    runtimes.py RESULTS_XML PAGE --write  write it

Exits with 1 if the page differs, or a row is open: a scenario of a host failed, was skipped or was not run, a figure is
missing, a request takes more than 12 foreign calls, or a host stands still for more than 20 ms.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "Tests" / "BlackBox"
FIGURES = ROOT / "docs" / "performance" / "runtimes.json"
MOST_CALLS, LONGEST_STALL = 12, 20
sys.path.insert(0, str(TESTS))
from hosts import RUNTIMES  # noqa: E402
from program import Host, Runtime  # noqa: E402

CASE = re.compile(r"(test_\w+)\[(.*)\]")
HEAD = """\
# Runtimes

Where the library runs, and what was tested there. Each host below is an example app in `examples`, on a server that its
language's users know, and passes the same list, [test_scenarios.py](../Tests/BlackBox/test_scenarios.py), in
`./run test`: the numbers are of cases that passed. "Slow provider" means that others are served while one user's login
waits; "stall" is how much longer than usual their requests then take. "Overhead" is what a signed-in request takes of
the processor beyond one in C, and its foreign calls; [performance.md](performance.md#in-other-languages) explains both.
One browser goes through all hosts with one login
([test_one_browser.py](../Tests/BlackBox/test_one_browser.py)), and the first block of each binding's README is run as
it stands ([test_binding_readmes.py](../Tests/BlackBox/test_binding_readmes.py)).

This page is generated: `./run test blackbox` fails if it is not what the tests say, and `scripts/runtimes.py` writes it
anew.
"""
Outcomes = dict[str, list[bool]]  # whether a host's cases passed, by the test's name


def read_results(file: Path) -> dict[str, Outcomes]:
    """By host. The name of a case begins with its host's in the brackets, and hosts' names may begin alike."""
    names = sorted((host.name for _, hosts in RUNTIMES for host in hosts), key=len, reverse=True)
    found: dict[str, Outcomes] = defaultdict(lambda: defaultdict(list))
    for case in ElementTree.parse(file).iter("testcase"):
        match = CASE.match(case.get("name") or "")
        if case.get("classname") != "test_scenarios" or not match:
            continue
        host = next((name for name in names if f"{match[2]}-".startswith(f"{name}-")), None)
        tags = {child.tag for child in case}
        if host:
            found[host][match[1]].append(not tags & {"failure", "error", "skipped"})
    return found


def cell(tests: list[str], outcomes: Outcomes) -> str:
    listed = [outcome for test in tests for outcome in outcomes.get(test, [False])]
    passed = sum(listed)
    return str(passed) if passed == len(listed) else f"**open**: {len(listed) - passed} of {len(listed)}"


def overhead(runtime: str, figures: dict[str, Any]) -> str:
    """What a signed-in request takes beyond C's, and its foreign calls."""
    found = figures["runtimes"].get(runtime)
    if found is None or found["calls"] > MOST_CALLS:
        return "**open**: not measured" if found is None else f"**open**: {found['calls']} calls"
    if runtime == "C":
        return f"{found['request']:.1f} µs in all"
    more = f"{found['request'] - figures['runtimes']['C']['request']:+.1f} µs"
    return f"{more}, {found['calls']} calls" if found["calls"] else more


def stall(host: str, figures: dict[str, Any]) -> str:
    found = figures["stalls"].get(host)
    if found is None or found > LONGEST_STALL:
        return "**open**" + ("" if found is None else f": {found:.0f} ms")
    return f"{found:.1f} ms"


def runtime_row(runtime: Runtime, hosts: list[Host], figures: dict[str, Any]) -> str:
    names = ", ".join(host.name for host in hosts)
    cells = (runtime.name, ", ".join(runtime.versions), runtime.package, runtime.adapters, names)
    return f"| {' | '.join(cells)} | {overhead(runtime.name, figures)} |"


def page(results: dict[str, Outcomes], groups: dict[str, list[str]], figures: dict[str, Any]) -> str:
    lines = [HEAD, "| runtime | tested with | package | adapters | hosts | overhead |", "|---" * 6 + "|"]
    lines += [runtime_row(runtime, hosts, figures) for runtime, hosts in RUNTIMES]
    lines += ["", "## Scenarios", "", f"| host | {' | '.join(groups)} | stall |", "|---" * (len(groups) + 2) + "|"]
    for _, hosts in RUNTIMES:
        for host in hosts:
            cells = [cell(tests, results.get(host.name, {})) for tests in groups.values()]
            lines.append(f"| {host.name} | {' | '.join([*cells, stall(host.name, figures)])} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    results_file, target, *options = sys.argv[1:]
    groups = tomllib.loads((TESTS / "scenario_groups.toml").read_text())["groups"]
    results = read_results(Path(results_file))
    if forgotten := {test for host in results.values() for test in host} - {
        t for tests in groups.values() for t in tests
    }:
        print(f"scenario_groups.toml lacks {', '.join(sorted(forgotten))}")
        return 1
    text = page(results, groups, json.loads(FIGURES.read_text()))
    if "--write" in options:
        Path(target).write_text(text)
    elif not Path(target).exists() or Path(target).read_text() != text:
        print(f"{target} does not match the results; run: scripts/runtimes.py {results_file} {target} --write")
        return 1
    open_rows = [line for line in text.splitlines() if "**open**" in line]
    print("\n".join([*open_rows, f"runtimes: {len(open_rows)} rows are open"]))
    return 1 if open_rows else 0


if __name__ == "__main__":
    sys.exit(main())
