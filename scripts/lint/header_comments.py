"""Every public function of stauth.h has a comment: directly above it, or above the group it stands in.

A group is a run of declarations without an empty line between them, as with the st_exchange_ accessors; a type and
the function that makes it are one group. A function that frees needs no comment: convention 4 says what it does.
"""

import re
import sys
from pathlib import Path


def undocumented(header: str) -> list[str]:
    """The names of the functions in groups that no comment opens."""
    names: list[str] = []
    header = re.sub(r"^(typedef struct \w+ \w+;\n)\n", r"\1", header, flags=re.MULTILINE)
    for group in re.split(r"\n\s*\n", header):
        functions = re.findall(r"^ST_API[^;]*?\b(st_\w+)\(", group, re.MULTILINE)
        first = group.find("ST_API ")
        if functions and "*/" not in group[:first]:
            names += [name for name in functions if not name.endswith("_free")]
    return names


def main() -> int:
    path = Path(sys.argv[1])
    names = undocumented(path.read_text(encoding="utf-8"))
    for name in names:
        print(f"{path}: {name} has no comment")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
