"""Adds up the JUnit files of the suites, and prints one line of totals.

    test_totals.py FOLDER SUITE... -- FAILED_SUITE...

A suite whose command failed, or that left no results, counts as one failure if its results show none.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


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


def main() -> int:
    folder, *names = sys.argv[1:]
    divider = names.index("--")
    suites, failed = names[:divider], names[divider + 1 :]
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for suite in suites:
        counted = count(sorted(Path(folder).glob(f"{suite}*.xml")))
        if (suite in failed or counted["passed"] == 0) and counted["failed"] == 0:
            counted["failed"] = 1
        print(f"{suite:9} " + ", ".join(f"{number} {outcome}" for outcome, number in counted.items()))
        totals = {outcome: totals[outcome] + counted[outcome] for outcome in totals}
    line = f"{totals['passed']} passed, {totals['failed']} failed"
    print(line + (f", {totals['skipped']} skipped" if totals["skipped"] else ""))
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
