"""Finds public declarations without a comment, in the symbol graphs in a folder: swift_documented.py FOLDER"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def undocumented(graph: Path) -> list[str]:
    symbols = json.loads(graph.read_text("utf-8"))["symbols"]
    assert symbols, f"{graph} has none"
    return [".".join(symbol["pathComponents"]) for symbol in symbols if "docComment" not in symbol]


def main() -> int:
    graphs = list(Path(sys.argv[1]).glob("*.symbols.json"))
    found = [f"{name} has no comment" for graph in graphs for name in undocumented(graph)]
    print("\n".join(found or [f"{len(graphs)} modules are documented"]))
    return 1 if found or not graphs else 0


if __name__ == "__main__":
    sys.exit(main())
