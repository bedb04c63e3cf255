"""The wheel and the source distribution that `./run wheel` made: what is in them, and that they work elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bare_root import BareRoot, older_libc

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Tests" / "BlackBox"))

from provider import ProviderServer  # noqa: E402
from provider.certificates import authority  # noqa: E402

DIST = ROOT / "build" / "dist"
BIN = Path(sys.executable).parent
HEADER = (ROOT / "include" / "stauth.h").read_text()
VERSION_NUMBER = re.search(r"ST_VERSION_NUMBER (\d+)u", HEADER)[1]  # type: ignore[index]
VERSION = re.search(r'ST_VERSION_STRING "(.+)"', HEADER)[1]  # type: ignore[index]
MACHINE = os.uname().machine
GLIBC = 34
TAG = f"py3-none-manylinux_2_{GLIBC}_{MACHINE}"
INFO = f"libstauth-{VERSION}.dist-info"
LARGEST = 4_000_000

# Fetches metadata and keys, as the first login would.
PRELOAD = """
import libstauth
with libstauth.App(toml={toml!r}) as app:
    try:
        app.preload()
    except libstauth.StauthError as error:
        print(error.code, error)
    else:
        print("fetched", app.user_from_cookie(None).is_logged_in)
"""


@pytest.fixture(scope="session")
def wheel() -> Path:
    path = DIST / f"libstauth-{VERSION}-{TAG}.whl"
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is missing: ./run wheel makes it")
    return path


@pytest.fixture(scope="session")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


@pytest.fixture(scope="session")
def libraries(unpacked: Path) -> list[Path]:
    """Every ELF file in the wheel."""
    return [path for path in unpacked.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]


def dynamic(library: Path, entry: str) -> list[str]:
    """The entries of one kind in the dynamic section of a library."""
    answer = subprocess.run(["readelf", "-dW", str(library)], capture_output=True, text=True, check=True).stdout
    return re.findall(rf"\({entry}\).*\[(.*)\]", answer)


def one(libraries: list[Path], name: str) -> Path:
    (found,) = [path for path in libraries if path.name.startswith(name)]
    return found


def install(wheel: Path, *where: str, python: Path = BIN / "python") -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", *where]
    subprocess.run([*command, str(wheel)], check=True)


# ---- What is in the wheel


def test_tag_and_metadata(unpacked: Path) -> None:
    wheel_lines = (unpacked / INFO / "WHEEL").read_text().splitlines()
    assert f"Tag: {TAG}" in wheel_lines
    assert "Root-Is-Purelib: false" in wheel_lines
    metadata = (unpacked / INFO / "METADATA").read_text().partition("\n\n")[0].splitlines()
    assert {"Name: libstauth", f"Version: {VERSION}", "Requires-Python: >=3.9", "License-Expression: Apache-2.0"} <= {
        *metadata
    }
    assert not [line for line in metadata if line.startswith("Requires-Dist")]
    assert "libstauth = libstauth.pytest_plugin" in (unpacked / INFO / "entry_points.txt").read_text()


def test_holds_the_package_and_nothing_else(unpacked: Path, libraries: list[Path]) -> None:
    source = ROOT / "bindings" / "python" / "src"
    expected = {str(path.relative_to(source)) for path in source.rglob("*") if path.suffix == ".py"}
    expected |= {"libstauth/py.typed", *(str(path.relative_to(unpacked)) for path in libraries)}
    found = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert {name for name in found if not name.startswith(INFO)} == expected
    assert {path.name for path in libraries if path.parent.name == "_lib"} == {"libstauth.so.0", "libstauth-curl.so.4"}


def test_every_library_has_its_license(unpacked: Path, libraries: list[Path]) -> None:
    licenses = {path.name: path.read_text() for path in (unpacked / INFO / "licenses").iterdir()}
    metadata = (unpacked / INFO / "METADATA").read_text()
    assert set(re.findall("^License-File: (.*)$", metadata, re.MULTILINE)) == set(licenses)
    of = {"libstauth.": "LICENSE", "libstauth-curl.": "curl.txt", "libssl-": "libssl3.txt", "libcrypto-": "libssl3.txt"}
    for library in libraries:
        stem = re.match(r"[a-z-]+?[.-](?=so|[0-9a-f]{8})", library.name)
        assert stem, library.name
        wanted = of.get(stem[0]) or next(name for name in licenses if name.startswith(stem[0][:-1]))
        assert len(licenses[wanted]) > 500
    # Of what was compiled into the library.
    assert "MIT" in licenses["libtomlplusplus-dev.txt"]
    # A package may list no license file that is outside its folder, and no link.
    assert licenses["LICENSE"] == (ROOT / "LICENSE").read_text()


def test_there_is_one_openssl_for_all(libraries: list[Path]) -> None:
    crypto = one(libraries, "libcrypto")
    users = [one(libraries, "libstauth.so"), one(libraries, "libstauth-curl"), one(libraries, "libssl")]
    for library in users:
        assert crypto.name in dynamic(library, "NEEDED"), library.name


def test_everything_needed_is_inside_or_of_the_c_library(libraries: list[Path]) -> None:
    system = re.compile(r"(libc|libm|libgcc_s|ld-linux-[\w-]+)\.so\.\d")
    inside = {path.name for path in libraries}
    needed = {name for library in libraries for name in dynamic(library, "NEEDED")}
    assert {name for name in needed if not system.fullmatch(name)} <= inside


def test_libraries_look_for_each_other_only(libraries: list[Path]) -> None:
    for library in libraries:
        for path in ":".join(dynamic(library, "RPATH") + dynamic(library, "RUNPATH")).split(":"):
            assert path in ("", "$ORIGIN", "$ORIGIN/../../libstauth.libs"), library.name
    assert dynamic(one(libraries, "libstauth.so"), "RPATH")[0].startswith("$ORIGIN:")


def test_tells_nothing_of_the_machine_that_built_it(unpacked: Path) -> None:
    telling = [path for path in unpacked.rglob("*") if path.is_file() and bytes(ROOT) in path.read_bytes()]
    assert not telling


def test_auditwheel_agrees(wheel: Path) -> None:
    answer = subprocess.run([BIN / "auditwheel", "show", wheel], capture_output=True, text=True, check=True).stdout
    (glibc,) = re.findall(rf'is consistent with\s+the\s+following platform tag: "manylinux_2_(\d+)_{MACHINE}"', answer)
    assert int(glibc) <= GLIBC


def test_no_library_needs_a_newer_glibc(libraries: list[Path]) -> None:
    """auditwheel takes packed relocations, which came with 2.36, for no need of it."""
    for library in libraries:
        command = ["readelf", "--version-info", "--wide", str(library)]
        needed = re.findall(r"Name: GLIBC_(\S+)", subprocess.run(command, capture_output=True, text=True).stdout)
        assert needed, library.name
        assert [version for version in needed if tuple(map(int, re.findall(r"\d+", version))) > (2, GLIBC)] == []
        assert "ABI_DT_RELR" not in needed, library.name


def test_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST


# ---- That it works elsewhere


@pytest.fixture(scope="session", params=["http", "https"])
def issuer(request: pytest.FixtureRequest) -> Iterator[str]:
    """A provider on loopback, for https with a certificate of an authority that no system knows."""
    server = ProviderServer(authority().server_context() if request.param == "https" else None)
    yield server.add("op").issuer
    server.close()


@pytest.fixture(scope="session")
def bare_root(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> BareRoot:
    root = BareRoot(tmp_path_factory.mktemp("root"))
    answer = root.run("print('here')")
    if os.geteuid() != 0 and answer.returncode != 0:
        pytest.skip("neither root nor user namespaces are there for chroot()")
    assert answer.stdout == "here\n", answer.stderr
    install(wheel, "--target", str(root.packages))
    return root


def toml(issuer: str, more: str = "") -> str:
    return f"""
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "b1946ac92492d2347c6235b4d2611184c5"
client_id = "client"
client_secret = "a secret of the client"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
{more}
"""


def test_installs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path)], check=True)
    install(wheel, python=tmp_path / "bin" / "python")
    script = "import libstauth, libstauth._library; print(libstauth._library.library()._loaded._name)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("STAUTH", "PYTHON"))}
    command = [str(tmp_path / "bin" / "python"), "-I", "-c", script]
    answer = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert answer.stdout.startswith(str(tmp_path)), answer.stderr
    assert answer.stdout.endswith("site-packages/libstauth/_lib/libstauth.so.0\n")


def test_works_without_any_library_of_the_system(bare_root: BareRoot, issuer: str) -> None:
    (bare_root.folder / "ca.pem").write_bytes(authority().pem)
    answer = bare_root.run(PRELOAD.format(toml=toml(issuer, 'ca_file = "/ca.pem"')))
    assert answer.stdout == "fetched False\n", answer.stderr


def test_works_with_an_older_glibc(wheel: Path, tmp_path: Path, issuer: str) -> None:
    root = BareRoot(tmp_path / "root")
    if (problem := older_libc(root, tmp_path)) is not None:
        pytest.skip(problem)
    install(wheel, "--target", str(root.packages))
    (root.folder / "ca.pem").write_bytes(authority().pem)
    script = "import os; print(os.confstr('CS_GNU_LIBC_VERSION'))" + PRELOAD
    answer = root.run(script.format(toml=toml(issuer, 'ca_file = "/ca.pem"')))
    assert answer.stdout == "glibc 2.35\nfetched False\n", answer.stderr


@pytest.mark.parametrize("issuer", ["https"], indirect=True)
@pytest.mark.parametrize("place", ["etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt"])
def test_finds_the_authorities_of_another_linux(bare_root: BareRoot, issuer: str, place: str) -> None:
    file = bare_root.folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(authority().pem)
    answer = bare_root.run(PRELOAD.format(toml=toml(issuer)))
    file.unlink()
    assert answer.stdout == "fetched False\n", answer.stderr


@pytest.mark.parametrize("issuer", ["https"], indirect=True)
def test_says_that_authorities_are_missing(bare_root: BareRoot, issuer: str) -> None:
    answer = bare_root.run(PRELOAD.format(toml=toml(issuer)))
    assert answer.stdout.startswith("provider_tls_failed "), answer.stderr
    assert "ca-certificates" in answer.stdout


@pytest.mark.parametrize("issuer", ["https"], indirect=True)
def test_an_authority_that_is_not_trusted_is_not(bare_root: BareRoot, issuer: str) -> None:
    from provider.certificates import stranger

    (bare_root.folder / "stranger.pem").write_bytes(stranger().pem)
    answer = bare_root.run(PRELOAD.format(toml=toml(issuer, 'ca_file = "/stranger.pem"')))
    assert answer.stdout.startswith("provider_tls_failed "), answer.stderr


# ---- The source distribution


@pytest.fixture(scope="session")
def source_distribution(wheel: Path) -> Path:
    return DIST / f"libstauth-{VERSION}.tar.gz"


def build(source_distribution: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # hatchling is installed here: nothing is downloaded.
    command = [BIN / "pip", "wheel", "--no-index", "--no-build-isolation", "--wheel-dir", folder, source_distribution]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=900, env={**os.environ, "TMPDIR": str(folder), **environment}
    )


def test_source_has_what_the_library_is_built_of(source_distribution: Path) -> None:
    with tarfile.open(source_distribution) as archive:
        names = {name.partition("/")[2] for name in archive.getnames() if not archive.getmember(name).isdir()}
        assert all(member.isfile() or member.isdir() for member in archive.getmembers())
    command = ["git", "ls-files", "Sources", "include", "link", "cmake", "CMakeLists.txt", "Package.swift"]
    kept = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {f"library/{name}" for name in kept} <= names
    assert {"LICENSE", "README.md", "pyproject.toml", "hatch_build.py", "PKG-INFO"} <= names
    assert not [name for name in names if "build/" in name or "tests/" in name or name.endswith((".so", ".pyc"))]


def test_source_builds_a_wheel(source_distribution: Path, tmp_path: Path) -> None:
    answer = build(source_distribution, tmp_path)
    assert answer.returncode == 0, answer.stderr[-3000:]
    install(tmp_path / f"libstauth-{VERSION}-py3-none-linux_{MACHINE}.whl", "--target", str(tmp_path / "target"))
    script = "import libstauth as l, libstauth._library; print(l.__file__, l._library.library().st_version_number())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "target")}
    environment.pop("STAUTH_LIBRARY", None)
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert said.stdout == f"{tmp_path}/target/libstauth/__init__.py {VERSION_NUMBER}\n", said.stderr


def test_source_says_that_cmake_is_missing(source_distribution: Path, tmp_path: Path) -> None:
    answer = build(source_distribution, tmp_path, PATH=str(tmp_path))
    assert answer.returncode != 0
    assert "libstauth: CMake is missing" in answer.stderr + answer.stdout


def test_source_says_that_swift_is_too_old(source_distribution: Path, tmp_path: Path) -> None:
    """A missing Swift cannot be simulated: one may be installed where CMake looks by itself."""
    swift = tmp_path / "swift"
    swift.write_text("#!/bin/sh\necho Swift version 5.10\n")
    swift.chmod(0o755)
    answer = build(source_distribution, tmp_path, CMAKE_PROGRAM_PATH=str(tmp_path))
    assert answer.returncode != 0
    assert "Swift 5.10 is too old: stauth needs Swift 6.3" in answer.stderr + answer.stdout
    assert "https://swift.org/install" in answer.stderr + answer.stdout
