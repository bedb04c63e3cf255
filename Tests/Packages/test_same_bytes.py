"""The same sources give the same bytes, whoever builds them in whatever folder."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from built import PACKAGES
from hosts import ROOT

VERSION = re.search(r'ST_VERSION_STRING "(.+)"', (ROOT / "include" / "stauth.h").read_text())[1]  # type: ignore[index]
LIBRARY = ("lib", "unstripped", "prefix", "portable")


def sources_in(folder: Path) -> Path:
    """What git would commit here."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in names.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def copy_to(folder: Path) -> Path:
    """The sources with the library and the program: no second ones are built."""
    for name in (*LIBRARY, "program"):
        shutil.copytree(ROOT / "build" / name, folder / "build" / name, symlinks=True, copy_function=shutil.copy)
    return sources_in(folder)


def run(script: str, folder: Path) -> None:
    ended = subprocess.run(["/bin/bash", "-euc", script], cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def files_of(folder: Path, script: str, made: str) -> dict[str, bytes]:
    run(script, folder)
    return {path.name: path.read_bytes() for path in (folder / made).iterdir()}


def test_the_library_built_in_another_folder_has_the_same_bytes(tmp_path: Path) -> None:
    """With what debuggers read, and all that is installed. A whole build, so it lets others go first."""
    there = sources_in(tmp_path / "another" / "folder-with-a-longer-name")
    run("umask 077 && nice scripts/build.sh && nice cmake --build build --target portable", there)
    differing = []
    for made in (path for name in LIBRARY for path in (there / "build" / name).rglob("*") if path.is_file()):
        name = made.relative_to(there)
        if made.read_bytes() != (ROOT / name).read_bytes():
            differing.append(str(name))
    assert differing == []


def test_another_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    """At another time, with another umask."""
    there = copy_to(tmp_path / "another" / "folder")
    script = "umask 077 && STAUTH_PROGRAM_IS_BUILT=1 scripts/package.sh debian tarball"
    again = files_of(there, script, "build/packages")
    del again["SHA256SUMS"], again[f"stauth-{VERSION}.cdx.json"]  # which list other packages here
    assert len(again) == 5
    assert [name for name, content in again.items() if content != (PACKAGES / name).read_bytes()] == []


def test_packages_of_languages_have_the_same_bytes_in_two_folders(tmp_path: Path) -> None:
    """Mono's compiler gives each assembly an identifier and a time of its own."""
    script = "scripts/build_hosts.sh --packages"
    one = files_of(copy_to(tmp_path / "one"), script, "build/dist")
    other = files_of(copy_to(tmp_path / "another" / "folder"), f"umask 077 && {script}", "build/dist")
    assert len(one) == 15 and one.keys() == other.keys()
    assert [name for name, content in one.items() if content != other[name]] == [f"Stauth.{VERSION}.nupkg"]
