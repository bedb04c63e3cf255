"""Makes the table of the OpenID Foundation's conformance cases from the results of the black-box tests.

    conformance.py RESULTS_XML TABLE          compare the table in the file TABLE with the results
    conformance.py RESULTS_XML TABLE --write  write it

Exits with 1 if the table differs, or a case is open: not run, skipped or failed.
"""

from __future__ import annotations

import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLANS = ROOT / "Tests/BlackBox/conformance.toml"
HEAD = """\
# Conformance

What the OpenID Foundation's [conformance suite](https://gitlab.com/openid/conformance-suite) asks of a relying party
that uses the code flow, module by module. The suite itself needs a server of theirs and is not run here: each module is
one or more black-box cases of ours, in which a host program logs in at a scriptable provider that does what the suite's
provider would do. This page is generated: `./run test blackbox` fails if it is not what the tests say, and
`scripts/conformance.py` writes it anew.
"""


@dataclass
class Cases:
    """The tests that represent one module."""

    files: set[str] = field(default_factory=set)
    passed: int = 0
    open: int = 0

    def result(self) -> str:
        if self.open:
            return f"**open**: {self.open} of {self.open + self.passed} cases"
        if not self.passed:
            return "**open**: no case"
        return "passed"


def read_results(file: Path) -> dict[str, Cases]:
    found: dict[str, Cases] = defaultdict(Cases)
    for case in ElementTree.parse(file).iter("testcase"):
        is_open = any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
        for entry in case.iterfind("properties/property[@name='conformance']"):
            cases = found[entry.get("value", "")]
            cases.files.add((case.get("classname") or "").replace(".", "/") + ".py")
            if is_open:
                cases.open += 1
            else:
                cases.passed += 1
    return found


def table(modules: dict[str, str], suffix: str, results: dict[str, Cases]) -> list[str]:
    lines = ["| module | expected | cases | result |", "|---|---|---|---|"]
    for module, expected in modules.items():
        cases = results.get(module + suffix, Cases())
        links = ", ".join(f"[{Path(file).name}](../Tests/BlackBox/{file})" for file in sorted(cases.files))
        lines.append(f"| {module} | {expected} | {links} | {cases.result()} |")
    return lines


def page(description: dict[str, Any], results: dict[str, Cases]) -> str:
    lines = [HEAD]
    plans = {plan["title"]: plan for plan in description["plan"]}
    for title, plan in plans.items():
        lines += [f"## {title}", "", f"`{plan['suite']}`", ""]
        repeated = plans[plan["repeats"]]["modules"] if "repeats" in plan else {}
        rows = table(repeated, f"[{plan.get('suffix')}]", results) if repeated else []
        own = table(plan["modules"], "", results)
        lines += [*rows, *(own[2:] if rows else own), ""]
    lines += ["## Not part of this", "", "| module | why |", "|---|---|"]
    lines += [f"| {module} | {group['reason']} |" for group in description["left_out"] for module in group["modules"]]
    return "\n".join(lines) + "\n"


def main() -> int:
    results_file, target, *options = sys.argv[1:]
    text = page(tomllib.loads(PLANS.read_text()), read_results(Path(results_file)))
    if "--write" in options:
        Path(target).write_text(text)
    elif not Path(target).exists() or Path(target).read_text() != text:
        print(f"{target} does not match the results; run: scripts/conformance.py {results_file} {target} --write")
        return 1
    open_rows = [line for line in text.splitlines() if "**open**" in line]
    print("\n".join([*open_rows, f"conformance: {len(open_rows)} rows are open"]))
    return 1 if open_rows else 0


if __name__ == "__main__":
    sys.exit(main())
