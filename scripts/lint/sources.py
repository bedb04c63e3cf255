"""Rules for Sources, Program and Tests that no formatter checks: imports and traps that the library must not have,
which modules may have pointers, and how long files, functions and comments may be."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# Columns. The formatter limits code to 120, and ignores comments.
WIDEST_COMMENT = 126

# Modules that handle memory. Everything above them is safe Swift, and leaves work on memory to them.
POINTER_MODULES = {
    "Basics",
    "Compression",
    "Configuration",
    "Cookies",
    "Cryptography",
    "JSON",
    "TOML",
    "Transport",
    "stauth",
}
POINTERS = re.compile(r"\bunsafe\b|\bUnsafe\w*Pointer\b")

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


# What C passes may be NULL, however the header reads, so Swift has to take it as an Optional.
C_FUNCTION_IN_SWIFT = re.compile(r"^@c @implementation\n(?:public )?func (\w+)(.*?)\{$", re.DOTALL | re.MULTILINE)
POINTER_TYPE = re.compile(r"\b(?:OpaquePointer|Unsafe\w*Pointer|st_(?:clock|random|log|transport|release)\b)")


def pointers_never_null(text: str) -> list[str]:
    """The C functions with a pointer, or a pointer behind a pointer, that is not Optional."""
    found: list[str] = []
    for match in C_FUNCTION_IN_SWIFT.finditer(text):
        name, signature = match[1], match[2]
        for pointer in POINTER_TYPE.finditer(signature):
            end, depth = pointer.end(), 0
            while end < len(signature) and (depth or signature[end] == "<"):
                depth += {"<": 1, ">": -1}.get(signature[end], 0)
                end += 1
            if signature[end : end + 1] != "?":
                found.append(f"{name}: {signature[pointer.start() : end]}")
    return found


def code_of(line: str) -> str:
    """The line without its strings and comment."""
    line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
    return line.split("//")[0]


SWIFT_FUNCTION = re.compile(r"^( *)(?:@?[\w()]+ )*(?:func \S.*|(?:init|deinit)\b.*|var \w+: [^={]*\{$)")
C_FUNCTION = re.compile(r"^()\w[^;=]*$")


def functions(lines: list[str], is_swift: bool) -> list[tuple[int, int]]:
    """The line on which each function begins, and its length, down to the "}" below its first line. The cases of a
    switch do not count, nor does a function that is one switch and no more: a table is no long function."""
    found: list[tuple[int, int]] = []
    for first, line in enumerate(lines):
        match = (SWIFT_FUNCTION if is_swift else C_FUNCTION).match(line)
        if not match or line.endswith("}"):
            continue
        body: list[str] = []
        for inner in lines[first + 1 :]:
            if inner == match[1] + "}":
                if not _is_table(body, match[1]):
                    found.append((first + 1, 2 + sum(not text.lstrip().startswith("case ") for text in body)))
                break
            if inner and not inner.startswith(match[1] + (" " if is_swift else "")) and inner.lstrip()[0] not in ")}{":
                break  # a declaration without a body
            body.append(inner)
    return found


def _is_table(body: list[str], indentation: str) -> bool:
    outer = [text for text in body if text[len(indentation) + 4 :][:1].strip()]
    return (
        len(outer) > 1
        and outer[0].lstrip().startswith("switch ")
        and outer[-1].strip() == "}"
        and all(text.lstrip().startswith(("case ", "default:")) for text in outer[1:-1])
    )


def measures(path: Path, lines: list[str]) -> list[str]:
    found = [f"{path}: {len(lines)} lines, more than {LONGEST_FILE}"] if len(lines) > LONGEST_FILE else []
    found += [
        f"{path}:{number}: a function of {length} lines, more than {LONGEST_FUNCTION}"
        for number, length in (functions(lines, path.suffix == ".swift") if path.suffix != ".h" else [])
        if length > LONGEST_FUNCTION
    ]
    found += [
        f"{path}:{number}: a comment of {len(line)} columns, more than {WIDEST_COMMENT}"
        for number, line in enumerate(lines, 1)
        if len(line) > WIDEST_COMMENT and line.lstrip().startswith(("//", "/*", "*")) and "http" not in line
    ]
    return found


def complaints(path: Path, lines: list[str]) -> list[str]:
    """The forbidden constructs in a Swift file of the library."""
    found: list[str] = []
    forbidden = list(FORBIDDEN)
    if path.parts[1] not in POINTER_MODULES:
        forbidden.append((POINTERS, f"pointers in {path.parts[1]}, which must be safe Swift"))
    in_text = False
    for number, line in enumerate(lines, 1):
        delimiters = line.count('"""')
        if not in_text and delimiters == 0:
            found += [f"{path}:{number}: {what}" for pattern, what in forbidden if pattern.search(code_of(line))]
        in_text ^= delimiters % 2 == 1
    return found


def main() -> int:
    suffixes = {".swift", ".c", ".cpp", ".h"}
    files = sorted(
        path
        for folder in ("Sources", "Program", "Tests")
        for path in Path(folder).rglob("*")
        if path.suffix in suffixes
    )
    found: list[str] = []
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        found += measures(path, lines)
        if path.suffix == ".swift" and path.parts[0] == "Sources":
            found += complaints(path, lines)
            found += [
                f"{path}: a pointer of C that is not Optional, {what}" for what in pointers_never_null("\n".join(lines))
            ]
    print("\n".join(found) if found else f"{len(files)} files of Sources, Program and Tests are fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
