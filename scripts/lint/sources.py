"""Rules for Sources that no formatter knows: what may not be imported, what could trap, and how long a file may be."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LONGEST_FILE = 350

# A trap ends the host's process, so nothing that traps by design may stand in the library.
FORBIDDEN = [
    (
        re.compile(r"^\s*(?:\w+ )?import (?:Foundation|FoundationEssentials|Glibc|Dispatch)\b"),
        "import that Embedded Swift lacks",
    ),
    (re.compile(r"[\w)\]]!(?![=\w])"), "force unwrap"),
    (re.compile(r"\btry!"), "try!"),
    (re.compile(r"\bas!"), "as!"),
    (re.compile(r"\b(?:fatalError|preconditionFailure|precondition|assertionFailure)\("), "trap"),
    (re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"), "left-over"),
]


def code_of(line: str) -> str:
    """The line without its strings and comment."""
    line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
    return line.split("//")[0]


def complaints(path: Path) -> list[str]:
    found: list[str] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > LONGEST_FILE:
        found.append(f"{path}: {len(lines)} lines, more than {LONGEST_FILE}")
    if path.suffix == ".swift":
        in_text = False
        for number, line in enumerate(lines, 1):
            delimiters = line.count('"""')
            if not in_text and delimiters == 0:
                found += [f"{path}:{number}: {what}" for pattern, what in FORBIDDEN if pattern.search(code_of(line))]
            in_text ^= delimiters % 2 == 1
    return found


def main() -> int:
    suffixes = {".swift", ".c", ".cpp", ".h"}
    files = sorted(path for path in Path("Sources").rglob("*") if path.suffix in suffixes)
    found = [complaint for path in files for complaint in complaints(path)]
    print("\n".join(found) if found else f"{len(files)} files of Sources are fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
