"""What we tell people to install and to import is ours: on PyPI, "stauth" is another project's package."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PYPROJECT = (ROOT / "bindings" / "python" / "pyproject.toml").read_text("utf-8")
OURS = re.search(r'^name = "(.+)"$', PYPROJECT, re.M)[1]  # type: ignore[index]

INSTALL = re.compile(r"\b(?:pip3?|pipx|uv pip|uv|poetry|pipenv|pdm|conda) (?:install|add)\b(.*)")
REQUIREMENT = re.compile(r"""^["']?([A-Za-z][\w.-]*)(?:\[.*\])?(?:\s*(?:[<>=~!]=?|===| @ ).*)?["']?$""")
IMPORT = re.compile(r"^\s*(?:[+>]|>>>)?\s*(?:import|from)\s+(stauth)\b", re.M)


def documents(*patterns: str) -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    names = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def requirements(text: str) -> Iterator[str]:
    """The packages of a file of requirements, one a line."""
    for line in text.splitlines():
        found = REQUIREMENT.match(line.partition("#")[0].strip())
        if found:
            yield normalized(found[1])


def installed(text: str) -> Iterator[str]:
    """The packages that a document says to install, until a word that is none ends the command."""
    for rest in INSTALL.findall(text):
        for word in re.split(r"`|&&|[;|)]| #", rest)[0].split():
            found = REQUIREMENT.match(word)
            if found:
                yield normalized(found[1])


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def known() -> set[str]:
    """Ours, and the packages of others that our own tests and examples use."""
    files = documents("*requirements*.txt")
    return {OURS, *(name for path in files for name in requirements(path.read_text("utf-8")))} - {"stauth"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("    pip install stauth flask", ["stauth", "flask"]),
        ("run `pip install stauth`, then", ["stauth"]),
        ("venv/bin/pip install -r requirements.txt", ["requirements-txt"]),
        ('python -m pip install "stauth[flask]>=1"', ["stauth"]),
        ("uv add Stauth && ls", ["stauth"]),
        ("`pip install` builds it", []),
    ],
)
def test_finder(text: str, names: list[str]) -> None:
    assert list(installed(text)) == names


def test_documents_install_nothing_of_strangers() -> None:
    allowed = known() | {"requirements-txt"}
    found = {
        path.relative_to(ROOT): strange
        for path in documents("*.md", "*.txt", "*.html", "*.h", "*.toml", "bindings/python/src", "examples", "scripts")
        if (strange := set(installed(path.read_text("utf-8"))) - allowed)
    }
    assert not found


def test_requirements_name_ours() -> None:
    found = {
        path.relative_to(ROOT): names
        for path in documents("*requirements*.txt")
        if (names := [name for name in requirements(path.read_text("utf-8")) if "stauth" in name and name != OURS])
    }
    assert not found


def test_nothing_imports_a_strangers_package() -> None:
    texts = documents("*.md", "*.py", "*.pyi", "*.h", "*.html", "*.toml")
    assert not [path.relative_to(ROOT) for path in texts if IMPORT.search(path.read_text("utf-8"))]
