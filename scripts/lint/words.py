"""Phrases that readers should not meet in documentation, comments and messages, each with a better one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FOLDERS = ("Sources", "Program", "include", "docs", "bindings", "examples", "scripts", "benchmarks", "cmake", "Tests")
SUFFIXES = {
    ".swift",
    ".c",
    ".h",
    ".cpp",
    ".hpp",
    ".lua",
    ".md",
    ".py",
    ".pyi",
    ".sh",
    ".toml",
    ".go",
    ".rs",
    ".erl",
    ".ex",
    ".exs",
    ".rb",
    ".php",
    ".pm",
    ".psgi",
    ".java",
    ".cs",
    ".js",
    ".mjs",
    ".ts",
    ".cmake",
}
FILES = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "run"}
THIS = Path("scripts/lint/words.py")

PHRASES = {
    r"\bha(?:s|ve) to be (?:there|had|seen to)\b": "is required",
    r"\b(?:can|could|cannot|could not|may|must|to) be had\b": "is available, or cannot be fetched",
    r"\bwhat is had of\b": "what is cached of",
    r"\b(?:is|are|was|were|be) told (?:of|that|so|by|at|beforehand|about)\b": "is reported",
    r"\b(?:is|are) told\b|\bbe told (?:from|to|apart)\b": "is reported, or can be distinguished",
    r"\b(?:told|tells?) (?:of|beforehand)\b": "reports; in advance",
    r"\b[iI]f (?!there\b)[\w`.()]+ (?:is|was) none\b": "if … is NULL, or missing",
    r"\bis no (?:JSON|text|list|object|number|path|JWT)\b": "is not …",
    r"\bor else\b": "otherwise",
    r"(?:^[\s/*#>-]*|[.:;] )Else [a-z]|; else [a-z]": "otherwise",
    r"\b[Ww]ho (?:is|are) refused\b": "refused users",
    r"\b(?:is|are|be) seen to\b(?! be)|\bseen to it\b|\bsees? to it\b": "is handled, or ensures",
    r"\b[Nn]ot to be (?:used|called|written|sent|read) (?:is|are)\b": "Do not use …",
    r"\bTHE LAWS\b": "Conventions",
    r"\bspeaks for itself\b": "makes the request itself",
    r"\bmay claim any\b": "can claim any",
    r"\bmay take to stand\b": "Time limit for connecting",
    r"\bof one's own\b": "its own",
    r"\bcan be said beside\b": "with a few optional keys",
    r"\bon their way to an application\b": "builder for …",
}
COMPILED = [(re.compile(phrase), better) for phrase, better in PHRASES.items()]


def paths() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    found = sorted({Path(name) for name in names if name and Path(name).is_file()} - {THIS})
    return [
        path for path in found if path.as_posix() in FILES or (path.parts[0] in FOLDERS and path.suffix in SUFFIXES)
    ]


def complaints(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f'{path}:{number}: "{match[0].strip()}"; better: {better}'
        for number, line in enumerate(lines, 1)
        for pattern, better in COMPILED
        if (match := pattern.search(line))
    ]


def main() -> int:
    read = paths()
    found = [complaint for path in read for complaint in complaints(path)]
    print("\n".join(found) if found else f"{len(read)} files use plain words")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
