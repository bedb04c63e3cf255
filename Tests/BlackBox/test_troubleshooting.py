"""docs/troubleshooting.md leads from every code to what to do, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hosts import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "troubleshooting.md").read_text("utf-8")


def codes() -> set[str]:
    swift = (ROOT / "Sources" / "Basics" / "ErrorCode.swift").read_text("utf-8")
    binding = (ROOT / "bindings" / "python" / "src" / "libstauth").glob("*.py")
    of_python = re.findall(r'LibraryNotFound\(.*, "(\w+)"\)', "".join(path.read_text("utf-8") for path in binding))
    return {*re.findall(r'entry\("(\w+)", \.', swift), *of_python}


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_code_is_reachable() -> None:
    assert "library_not_found" in codes() and len(codes()) > 70
    assert codes() - set(re.findall(r"`(\w+)`", PAGE)) == set()


@pytest.mark.parametrize("name", ["troubleshooting.md", "deployment.md", "errors.md", "configuration.md", "events.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (DOCS / name).read_text("utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = DOCS / file if file else DOCS / name
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


def test_symptoms_are_named_as_they_are_shown() -> None:
    """Words that the page quotes are those of the library's pages and of the log."""
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "Sources" / "RelyingParty").rglob("*.swift"))
    for words in ("The sign-in service is not responding", "Sign in first."):
        assert f'"{words}"' in PAGE and words in pages
    events = (DOCS / "events.md").read_text("utf-8")
    for event in re.findall(r"event=(\w+)", PAGE):
        assert f"| `{event}` |" in events
