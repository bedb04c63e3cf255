"""The tarball for aarch64, unpacked, with the C demo, run by QEMU: `./run test aarch64`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from built import PACKAGES
from deployment import Deployment
from hosts import ROOT, Host, Program

SYSROOT = ROOT / "build" / "sysroot-aarch64"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aarch64")
    (tarball,) = PACKAGES.glob("stauth-*-linux-aarch64.tar.gz")
    subprocess.run(["tar", "--extract", "--file", tarball, "--directory", folder], check=True)
    (inside,) = folder.iterdir()
    return inside


def read(library: Path, what: str) -> str:
    command = ["readelf", what, "--wide", library]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_its_library_is_for_aarch64_and_an_older_glibc(unpacked: Path) -> None:
    library = unpacked / "lib" / "libstauth.so.0"
    assert re.search(r"Machine: +AArch64", read(library, "--file-header"))
    needed = read(library, "--version-info")
    assert "GLIBC_ABI_DT_RELR" not in needed
    versions = [int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", needed)]
    assert versions and max(versions) <= 34


def test_nothing_names_the_machine_that_built_it(unpacked: Path) -> None:
    telling = [path for path in unpacked.rglob("*") if path.is_file() and bytes(ROOT) in path.read_bytes()]
    assert not telling


def test_the_demo_logs_in(unpacked: Path, tmp_path: Path, start: Callable[[Host], Deployment]) -> None:
    toolchain, demo = ROOT / "cmake" / "aarch64.cmake", tmp_path / "demo"
    prefix = f"-DCMAKE_PREFIX_PATH={unpacked}"
    for command in (
        ["cmake", "--toolchain", toolchain, "-S", ROOT / "examples" / "c", "-B", demo, prefix],
        ["cmake", "--build", demo],
    ):
        ended = subprocess.run(command, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    qemu = ("/usr/bin/qemu-aarch64", "-L", str(SYSROOT), "-E", f"LD_LIBRARY_PATH={unpacked / 'lib'}")
    site = start(Host("aarch64", Program((*qemu, str(demo / "demo"), "{secrets}", "{port}"))))
    assert site.log_in(site.browser())["name"] == "Ada Lovelace"
