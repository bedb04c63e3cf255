"""Turns the output of a test program on stdin into JUnit's format on stdout, and shows the failures on stderr.

junit.py go     the output of `go test -json`
junit.py tap    TAP, as many programs write it
junit.py cargo  the output of `cargo test`
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import quoteattr


class Case(NamedTuple):
    group: str
    name: str
    outcome: str  # "pass", "fail" or "skip"
    output: str


def go_cases(lines: Iterable[str]) -> Iterator[Case]:
    """Every test, and each package that failed without one, for instance because it does not compile."""
    outputs: dict[tuple[str, str], str] = {}
    failed: set[str] = set()
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            print(line, end="", file=sys.stderr)  # of the compiler
            continue
        package, test, action = event.get("Package", ""), event.get("Test", ""), event["Action"]
        if action == "output":
            outputs[package, test] = outputs.get((package, test), "") + event["Output"]
        elif action in ("pass", "fail", "skip") and (test or (action == "fail" and package not in failed)):
            failed |= {package} if action == "fail" else set()
            yield Case(package, test or "package", action, outputs.get((package, test), ""))


TAP = re.compile(r"^(?P<indent> *)(?P<not>not )?ok \d+(?: - (?P<name>.*?))?(?P<skip> # SKIP.*)?$")


def tap_cases(lines: Iterable[str]) -> Iterator[Case]:
    """Every line of a test, and what follows it. A plan that is not kept is a failure; subtests are indented."""
    found: list[Case] = []
    planned = outermost = 0
    for line in lines:
        if match := TAP.match(line.rstrip("\n")):
            outcome = "fail" if match["not"] else "skip" if match["skip"] else "pass"
            found.append(Case("tap", match["name"] or "", outcome, ""))
            outermost += not match["indent"]
        elif match := re.match(r"^1\.\.(\d+)", line):
            planned += int(match[1])
        elif found:
            found[-1] = found[-1]._replace(output=found[-1].output + line)
    if planned == 0 or planned != outermost:
        found.append(Case("tap", "plan", "fail", f"{planned} tests were planned, and {outermost} ended"))
    yield from found


CARGO_PLAN = re.compile(r"^running (\d+) tests?$")
CARGO_TEST = re.compile(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?P<outcome>ok|FAILED|ignored)\b")


def cargo_cases(lines: Iterable[str]) -> Iterator[Case]:
    """Every test, of several programs in turn. One that ends early, and so lacks some, is a failure."""
    found: list[Case] = []
    planned = 0
    for line in lines:
        if match := CARGO_PLAN.match(line):
            planned += int(match[1])
        elif match := CARGO_TEST.match(line):
            outcome = {"ok": "pass", "FAILED": "fail", "ignored": "skip"}[match["outcome"]]
            found.append(Case("cargo", match["name"], outcome, ""))
        else:
            found = [case._replace(output=case.output + line) if case.outcome == "fail" else case for case in found]
    if len(found) != planned or planned == 0:
        found.append(Case("cargo", "plan", "fail", f"{len(found)} of {planned} tests ended"))
    yield from found


def main() -> int:
    cases = list({"go": go_cases, "tap": tap_cases, "cargo": cargo_cases}[sys.argv[1]](sys.stdin))
    print("<testsuite>")
    for case in cases:
        inside = {"pass": "", "skip": "<skipped/>", "fail": f"<failure message={quoteattr(_printable(case.output))}/>"}
        print(f"<testcase classname={quoteattr(case.group)} name={quoteattr(_printable(case.name))}>", end="")
        print(f"{inside[case.outcome]}</testcase>")
        if case.outcome == "fail":
            print(f"{case.group} {case.name} failed:\n{case.output}", file=sys.stderr)
    print("</testsuite>")
    return 0 if cases else 1


def _printable(text: str) -> str:
    return re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd]", "?", text)


if __name__ == "__main__":
    sys.exit(main())
