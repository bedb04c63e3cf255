"""Sets the version everywhere: set_version.py VERSION. Its section in CHANGELOG.md gets the date of today."""

from __future__ import annotations

import email.utils
import os
import re
import subprocess
import sys
import time
from pathlib import Path

# What says in which version something was, or will be.
LEFT = re.compile(r"CHANGELOG\.md|docs/(adr/|abi\.md)|packaging/(abi/|debian/(changelog|.*\.symbols))|RELEASING\.md")
ENTRY = """stauth ({version}-1) unstable; urgency=medium

  * CHANGELOG.md, here changelog.gz, lists what is new.

 -- The stauth authors <stauth@example.org>  {date}

"""


def current(header: str) -> str:
    match = re.search(r'^#define ST_VERSION_STRING "(.+)"$', header, re.M)
    assert match, "stauth.h has no ST_VERSION_STRING"
    return match[1]


def set_in_files(old: str, new: str) -> None:
    """The text itself, in files and in their names."""
    exact = re.compile(rf"(?<!\d)(?<!\d\.){re.escape(old)}(?!\.?\d)")
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if LEFT.match(name):
            continue
        path = Path(name)
        content = path.read_bytes()
        if old.encode() in content:
            path.write_text(exact.sub(new, content.decode()), "utf-8")
        if exact.search(name):
            path.rename(exact.sub(new, name))


def set_number(version: str) -> None:
    """`#define ST_VERSION_NUMBER` of stauth.h."""
    major, minor, patch = map(int, version.split("."))
    number = major * 10000 + minor * 100 + patch
    path = Path("include/stauth.h")
    path.write_text(re.sub(r"(ST_VERSION_NUMBER )\d+u", rf"\g<1>{number}u", path.read_text("utf-8")), "utf-8")


def main(version: str) -> int:
    now = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    changes = Path("CHANGELOG.md")
    heading = f"## [{version}] - "
    text = changes.read_text("utf-8")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or f"{heading}unreleased\n" not in text:
        print(f'set_version: CHANGELOG.md has no section "{heading}unreleased"', file=sys.stderr)
        return 1
    changes.write_text(
        text.replace(f"{heading}unreleased", heading + time.strftime("%Y-%m-%d", time.gmtime(now))), "utf-8"
    )
    set_in_files(current(Path("include/stauth.h").read_text("utf-8")), version)
    set_number(version)
    entries = Path("packaging/debian/changelog")
    if f"({version}-1)" not in (written := entries.read_text("utf-8")):
        entries.write_text(ENTRY.format(version=version, date=email.utils.formatdate(now)) + written, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
