"""RELEASING.md, carried out in a copy of the repository: all but the suites, the signatures, and what publishes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from hosts import ROOT

PAGE = (ROOT / "RELEASING.md").read_text("utf-8")
HEADER = (ROOT / "include" / "stauth.h").read_text("utf-8")
OLD = re.search(r'ST_VERSION_STRING "(.+)"', HEADER)[1]  # type: ignore[index]
NEW = "0.3.47"
WHO = ("-c", "user.name=A releaser", "-c", "user.email=releaser@example.org")


def commands(section: str) -> list[str]:
    (text,) = re.findall(rf"^## \d+\. {section}\n(.*?)(?=^## |\Z)", PAGE, re.S | re.M)
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def run(command: str, folder: Path) -> str:
    ended = subprocess.run(["/bin/bash", "-euo", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git would commit here, as a repository of its own, with a section for the new version."""
    there = tmp_path_factory.mktemp("release") / "repository"
    there.mkdir()
    run(
        f"git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t {there} 2> /dev/null || true",
        ROOT,
    )
    git = " ".join(["git", *map(repr, WHO)])
    run(f"git init --quiet && git add --all && {git} commit --quiet --message before", there)
    changes = there / "CHANGELOG.md"
    changes.write_text(changes.read_text("utf-8").replace("## [", f"## [{NEW}] - unreleased\n\n## [", 1), "utf-8")
    return there


def test_the_version_is_set_everywhere(copy: Path) -> None:
    (command,) = commands("Choose the version")
    run(command.replace(OLD, NEW), copy)
    mentions = run(f"git grep --untracked --word-regexp --fixed-strings {OLD}", copy).splitlines()
    told = re.compile(r"CHANGELOG|RELEASING|docs/(adr/|abi\.md)|packaging/(abi/|debian/(changelog|\w+\.symbols))")
    assert [line for line in mentions if not told.match(line)] == []
    header = (copy / "include" / "stauth.h").read_text("utf-8")
    assert "#define ST_VERSION_NUMBER 347u " in header
    assert f'#define ST_VERSION_STRING "{NEW}"' in header
    assert run("dpkg-parsechangelog --file packaging/debian/changelog --show-field Version", copy) == f"{NEW}-1\n"
    assert re.search(
        rf"^## \[{re.escape(NEW)}\] - \d{{4}}-\d\d-\d\d$", (copy / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert (copy / "bindings" / "lua" / f"stauth-{NEW}-1.rockspec").exists()


def test_a_version_without_a_section_is_refused(copy: Path) -> None:
    before = run("git status --porcelain", copy)
    command = ["python3", "scripts/set_version.py", "9.9.9"]
    ended = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert (ended.returncode, "9.9.9" in ended.stderr) == (1, True)
    assert run("git status --porcelain", copy) == before


def test_the_interface_is_recorded_and_the_tag_made(copy: Path) -> None:
    """The suites are what this test is one of."""
    *suites, record = commands("Check it")
    known = run("./run help", ROOT)
    for suite in suites:
        assert suite in known
    (copy / "build" / "prefix" / "include").mkdir(parents=True)
    declared = (ROOT / "build" / "prefix" / "include" / "stauth.ffi.h").read_text("utf-8")
    (copy / "build" / "prefix" / "include" / "stauth.ffi.h").write_text(declared, "utf-8")
    run(record, copy)
    assert "st_app_new(" in (copy / "packaging" / "abi" / "stauth-0.2.h").read_text("utf-8")
    add, commit, tag = commands("Tag it")
    run(add, copy)
    run(commit.replace("git ", f"git {' '.join(map(repr, WHO))} ", 1), copy)
    run(tag.replace("git ", f"git {' '.join(map(repr, WHO))} ", 1).replace("--sign", "--annotate"), copy)
    assert run("git describe", copy) == f"v{OLD}\n"
    assert run("git status --porcelain", copy) == ""


def test_packages_are_those_that_are_published(tmp_path: Path) -> None:
    """Each file that the page names is one that `./run package` makes."""
    assert commands("Build the packages")[0] in run("./run help", ROOT)
    named = re.findall(r"build/packages/([\w.-]+)", "\n".join(commands("Publish")))
    makers = "".join(path.read_text("utf-8") for path in (ROOT / "scripts" / "languages").glob("*.sh"))
    for name in named:
        assert name.startswith("libstauth-") or f"build/dist/{name}" in makers, name
