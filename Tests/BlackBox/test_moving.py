"""docs/moving: the keys that its tables promise exist, and the settings that it shows do what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documented import blocks
from hosts import ROOT

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")
KEYS = set(re.findall(r"^\| `(\w+)` \|", CONFIGURATION, re.M))
PAGES = sorted(path for path in (ROOT / "docs" / "moving").glob("*.md") if path.stem != "index")


def rows(path: Path) -> list[list[str]]:
    """The cells of the tables whose second column is ours."""
    found, is_ours = [], False
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            is_ours = False
        elif cells[1:] == ["ours", "remark"]:
            is_ours = True
        elif is_ours and not cells[0].startswith("---"):
            found.append(cells)
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_our_keys_exist(path: Path) -> None:
    listed = rows(path)
    assert len(listed) >= 14 and all(len(row) == 3 for row in listed)
    for theirs, ours, remark in listed:
        named = re.findall(r"`([^`]+)`", ours)
        assert named or ours == "–", f"{theirs}: {ours}"
        assert [key for key in named if key not in KEYS] == [], theirs
        assert named or remark, f"{theirs}: neither a key nor a remark"
        sets = re.findall(r"`(\w+) = ", remark)
        assert [key for key in sets if key not in KEYS | {"scope"}] == [], theirs


@pytest.mark.parametrize("name", ["oauth2-proxy", "mod-auth-openidc"])
def test_settings_shown_before_are_in_the_table(name: str) -> None:
    """Whoever has such settings finds each of their keys."""
    path = ROOT / "docs" / "moving" / f"{name}.md"
    listed = " ".join(theirs for theirs, _, _ in rows(path))
    page = path.relative_to(ROOT).as_posix()
    before = [block.text for block in blocks() if block.page == page and block.language == "text"]
    keys = re.findall(r"^(\w+)(?: =| )", "".join(before), re.M)
    assert len(keys) >= 9
    for key in keys:
        assert f"`{key}`" in listed, key
