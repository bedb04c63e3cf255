"""Rules for the repository as a whole: required files, and forbidden content."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

REQUIRED = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"]
LARGEST_FILE = 200_000

SECRETS = [
    (re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{60}"), "private key"),
    (re.compile(r"\bAKIA[0-9A-Z]{16}\b"), "AWS access key"),
    (re.compile(r"\bGOCSPX-[\w-]{20,}"), "Google client secret"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}"), "GitHub token"),
    (re.compile(r"/(?:work|home|Users)/\w+/"), "path of one machine"),
]
# Names of files that contain secrets; the examples end differently.
SECRET_NAMES = re.compile(r"(?:^|/)(?:secrets\.toml|\.env|.*\.pem|.*\.key)$")


def files() -> list[Path]:
    """The files that git tracks, or would track after `git add`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({Path(name) for name in names if name and Path(name).is_file()})


def complaints(path: Path) -> list[str]:
    if SECRET_NAMES.search(path.as_posix()):
        return [f"{path}: a file of secrets"]
    if path.stat().st_size > LARGEST_FILE:
        return [f"{path}: {path.stat().st_size} bytes, more than {LARGEST_FILE}"]
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return [f"{path}: {what}" for pattern, what in SECRETS if pattern.search(text)]


def main() -> int:
    found = [f"{name} is missing" for name in REQUIRED if not Path(name).is_file()]
    kept = files()
    found += [complaint for path in kept for complaint in complaints(path)]
    print("\n".join(found) if found else f"{len(kept)} files of the repository are fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
