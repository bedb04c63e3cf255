"""The relocatable tarball, and the checksums of all packages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from platform import machine

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from built import PACKAGES
from hosts import ROOT

VERSION = re.search(r'ST_VERSION_STRING "(.+)"', (ROOT / "include" / "stauth.h").read_text())[1]  # type: ignore[index]


def tarball() -> Path:
    (path,) = PACKAGES.glob(f"stauth-*-linux-{machine()}.tar.gz")
    return path


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpacked in one folder and moved to another."""
    folder = tmp_path_factory.mktemp("tarball")
    (folder / "first").mkdir()
    subprocess.run(["tar", "--extract", "--file", tarball(), "--directory", folder / "first"], check=True)
    (unpacked,) = (folder / "first").iterdir()
    return Path(shutil.move(unpacked, folder / "second"))


@pytest.mark.parametrize("script", ["consumers", "readme"])
def test_a_moved_tree_is_complete(moved: Path, script: str) -> None:
    """The C suite's own checks of an installed library."""
    command = [ROOT / "Tests" / "C" / "package" / f"{script}.sh", moved, VERSION]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_it_has_the_licenses_of_what_is_inside(moved: Path) -> None:
    texts = {path.name: path.read_text("utf-8") for path in [moved / "LICENSE", *(moved / "licenses").iterdir()]}
    assert "Apache License" in texts["LICENSE"]
    assert "Permission is hereby granted" in texts["toml++.txt"]
    assert "Runtime Library Exception" in texts["swift.txt"]


def test_its_library_loads_where_glibc_is_older(moved: Path) -> None:
    """Than here: that of Red Hat 9 and Amazon Linux 2023, 2.34."""
    command = ["readelf", "--version-info", "--wide", moved / "lib" / "libstauth.so.0"]
    needed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "GLIBC_ABI_DT_RELR" not in needed
    versions = [int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", needed)]
    assert versions and max(versions) <= 34


def test_nothing_names_the_machine_that_built_it(moved: Path) -> None:
    telling = [path for path in moved.rglob("*") if path.is_file() and bytes(ROOT) in path.read_bytes()]
    assert not telling


def test_the_checksums_are_right() -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=PACKAGES, check=True)
    listed = {line.split()[1] for line in (PACKAGES / "SHA256SUMS").read_text().splitlines()}
    assert listed == {path.name for path in PACKAGES.iterdir()} - {"SHA256SUMS"}


def test_the_list_of_packages_is_complete() -> None:
    """And CycloneDX by its schema."""
    text = (PACKAGES / f"stauth-{VERSION}.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = {row["name"]: row for row in json.loads(text)["components"]}
    for path in PACKAGES.iterdir():
        if path.name not in ("SHA256SUMS", f"stauth-{VERSION}.cdx.json"):
            assert listed[path.name]["hashes"][0]["content"] == sha256(path.read_bytes()).hexdigest()
    generic = [name for name, row in listed.items() if row["type"] == "file" and row["purl"].startswith("pkg:generic")]
    generic = [name for name in generic if name == tarball().name or "-linux-" not in name]
    assert sorted(generic) == [f"mod_stauth-{VERSION}.tar.gz", tarball().name], "a package that no registry knows"
