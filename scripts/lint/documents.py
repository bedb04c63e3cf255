"""Each fenced block of the documents names its language, and something compiles, parses or runs it: see
Tests/BlackBox/documented.py. README.md is an introduction, and no longer than one."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "BlackBox"))

from documented import CHECKED, PLAIN, RUN, Block, blocks  # noqa: E402

LONGEST_README = 120


def complaint(block: Block) -> str | None:
    place = f"{block.page}:{block.line}"
    if not block.language:
        return f"{place}: a block without a language; what is only read is ```{PLAIN}"
    if block.test is None and block.language not in CHECKED | {PLAIN}:
        return f"{place}: nothing compiles or runs this block of {block.language}; see Tests/BlackBox/documented.py"
    if block.test is not None and not names(ROOT / block.test, block.page):
        return f"{place}: {block.test} does not read {block.page}"
    return None


def names(test: Path, page: str) -> bool:
    """Whether the test reads the page: it has the page's name, or builds it from the stem."""
    return test.is_file() and bool(re.search(rf"\b{Path(page).stem}\b", test.read_text("utf-8")))


def main() -> int:
    shown = blocks()
    found = [problem for block in shown if (problem := complaint(block))]
    used = {(block.page, block.language) for block in shown}
    found += [f"no block of {language} is in {page}" for page, language in RUN.keys() - used]
    lines = len((ROOT / "README.md").read_text("utf-8").splitlines())
    if lines > LONGEST_README:
        found.append(f"README.md has {lines} lines, more than {LONGEST_README}")
    print("\n".join(found) if found else f"{len(shown)} blocks of the documents are compiled, parsed or run")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
