"""Adds up the JUnit files of the suites, and prints each failed test and one line of totals.

    test_totals.py FOLDER SUITE... -- FAILED_SUITE...

A suite whose command failed, or that left no results, counts as one failure if its results show none. Then the end of
its output is printed once more, from FOLDER/SUITE.log: whoever sees only the end of a long run must see why it failed.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

LINES_SHOWN = 20


def count(files: list[Path]) -> dict[str, int]:
    """The numbers of passed, failed and skipped test cases in these files."""
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for file in files:
        for case in ElementTree.parse(file).iter("testcase"):
            outcomes = {child.tag for child in case}
            if outcomes & {"failure", "error"}:
                totals["failed"] += 1
            elif "skipped" in outcomes or case.get("status") in ("disabled", "notrun"):
                totals["skipped"] += 1
            else:
                totals["passed"] += 1
    return totals


def failures(files: list[Path]) -> list[str]:
    """The name of each test that failed, and the first line of what it said."""
    found: list[str] = []
    for case in (case for file in files for case in ElementTree.parse(file).iter("testcase")):
        for problem in (child for child in case if child.tag in ("failure", "error")):
            said = (problem.get("message") or problem.text or "").strip().split("\n")[0]
            found.append(f"{case.get('classname', '')} {case.get('name', '')}: {said[:300]}")
    return found


def last_lines(log: Path) -> list[str]:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return [line[:300] for line in text.splitlines()[-LINES_SHOWN:]]


def main() -> int:
    folder, *names = sys.argv[1:]
    divider = names.index("--")
    suites, failed = names[:divider], names[divider + 1 :]
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for suite in suites:
        files = sorted(Path(folder).glob(f"{suite}*.xml"))
        counted = count(files)
        for row in failures(files)[:LINES_SHOWN]:
            print(f"failed: {suite}: {row}")
        if (suite in failed or counted["passed"] == 0) and counted["failed"] == 0:
            counted["failed"] = 1
            print(f"failed: {suite}, though none of its tests; its output ended with:")
            print("\n".join(f"    {line}" for line in last_lines(Path(folder) / f"{suite}.log")))
        print(f"{suite:9} " + ", ".join(f"{number} {outcome}" for outcome, number in counted.items()))
        totals = {outcome: totals[outcome] + counted[outcome] for outcome in totals}
    line = f"{totals['passed']} passed, {totals['failed']} failed"
    print(line + (f", {totals['skipped']} skipped" if totals["skipped"] else ""))
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
