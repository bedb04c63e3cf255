"""Which document of the repository is which page of the site."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROVIDERS = ROOT / "docs" / "providers.md"
SINGLE = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "RELEASING.md": "project/releasing.md",
    "SECURITY.md": "project/security-policy.md",
    "LICENSE": "project/license.md",
    "bindings/README.md": "project/bindings.md",
    "include/stauth.h": "reference/c.md",
    "bindings/python/src/libstauth": "reference/python.md",
    "docs/adr": "adr/index.md",
    "docs/providers.md": "providers/index.md",
    "examples/python/README.md": "examples/python.md",
    "examples/python": "examples/python.md",
}


def places() -> dict[str, str]:
    """Paths of the repository, files and folders, with the page of each."""
    found = dict(SINGLE)
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.is_file():
            name = path.relative_to(ROOT).as_posix()
            found.setdefault(name, name.removeprefix("docs/"))
    for path in sorted((ROOT / "bindings").glob("*/README.md")):
        found[path.relative_to(ROOT).as_posix()] = f"runtimes/{path.parent.name}.md"
        found[path.parent.relative_to(ROOT).as_posix()] = f"runtimes/{path.parent.name}.md"
    for path in sorted((ROOT / "examples").iterdir()):
        found.setdefault(path.relative_to(ROOT).as_posix(), f"examples/{path.name}.md")
    for path in sorted((ROOT / "examples" / "python").iterdir()):
        if (path / "app.py").is_file():
            found[path.relative_to(ROOT).as_posix()] = f"examples/python-{path.name}.md"
    return found


def title(path: str) -> str:
    """That of a document of the repository."""
    return (ROOT / path).read_text("utf-8").partition("\n")[0].removeprefix("# ")


def provider_chapters() -> dict[str, str]:
    """The chapters of docs/providers.md by the preset that each is about; the beginning has the name ""."""
    beginning, *chapters = re.split(r"^## ", PROVIDERS.read_text("utf-8"), flags=re.M)
    found = {"": beginning}
    for chapter in chapters:
        name, _, text = chapter.partition("\n")
        found[name] = text
    return found
