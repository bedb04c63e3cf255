"""Where the library is looked for, and what is said when it is not found."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Callable

import pytest
from conftest import run_python

from libstauth import LibraryNotFound, StauthError, _library

REAL = Path(os.environ["STAUTH_LIBRARY"])
WRONG_VERSION = "int st_version_number(void) { return 307; }"

Compile = Callable[[str], Path]


def load() -> _library.Library:
    """As `library()` does for the first time."""
    return _library.library.__wrapped__()


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the bundled library would be; nothing is there yet, and STAUTH_LIBRARY is not set."""
    monkeypatch.delenv("STAUTH_LIBRARY")
    monkeypatch.setattr(_library, "BUNDLED", tmp_path / _library.NAME)
    return tmp_path / _library.NAME


def path_of(library: _library.Library) -> str:
    return str(library._loaded._name)


def test_named_comes_first(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled.symlink_to(REAL)
    monkeypatch.setenv("STAUTH_LIBRARY", str(REAL))
    assert path_of(load()) == str(REAL)


def test_bundled_comes_second(bundled: Path) -> None:
    bundled.symlink_to(REAL)
    assert path_of(load()) == str(bundled)


def test_bundled_is_beside_the_modules() -> None:
    assert Path(_library.__file__).parent / "_lib/libstauth.so.0" == _library.BUNDLED


def test_system_comes_last() -> None:
    code = "from libstauth import _library; print(_library.library()._loaded._name)"
    done = run_python(code, STAUTH_LIBRARY="", LD_LIBRARY_PATH=str(REAL.parent))
    assert done.stdout == "libstauth.so.0\n"


def test_system_if_bundled_cannot_be_loaded(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled.write_bytes(b"no ELF")
    monkeypatch.setattr(_library, "NAME", str(REAL))
    assert path_of(load()) == str(REAL)


def test_loaded_once() -> None:
    assert _library.library() is _library.library()


def refusal(named: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("STAUTH_LIBRARY", str(named))
    with pytest.raises(LibraryNotFound) as caught:
        load()
    message = str(caught.value)
    assert message.startswith("libstauth.so.0 could not be loaded. ")
    assert "STAUTH_LIBRARY" in message
    assert f"\n{named}: " in message
    assert len(message.splitlines()) == 2, "nothing else is tried when a file is named"
    return message


def test_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No such file" in refusal(tmp_path / "none.so", monkeypatch)


def test_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal(tmp_path, monkeypatch)


@pytest.mark.parametrize("content", [b"", b"no ELF", b"\x7fELF" + bytes(100)])
def test_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    (tmp_path / "file.so").write_bytes(content)
    refusal(tmp_path / "file.so", monkeypatch)


def test_other_library(compile_library: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "st_version_number" in refusal(compile_library("int other(void) { return 0; }"), monkeypatch)


def test_wrong_version(compile_library: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is version 0.3, and 0.2 is needed" in refusal(compile_library(WRONG_VERSION), monkeypatch)


@pytest.mark.parametrize("number", [0, 99, 100, 300, 10_200, 10_000, -1])
def test_no_other_version_will_do(number: int, compile_library: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    library = compile_library(f"int st_version_number(void) {{ return {number}; }}")
    assert ": is version " in refusal(library, monkeypatch)


def test_lacks_a_function(compile_library: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "st_version_string" in refusal(compile_library("int st_version_number(void) { return 200; }"), monkeypatch)


def test_all_that_was_tried_is_listed(compile_library: Compile, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled.write_bytes(compile_library(WRONG_VERSION).read_bytes())
    monkeypatch.setattr(_library, "NAME", "libstauth-is-not-here.so.0")
    with pytest.raises(LibraryNotFound) as caught:
        load()
    _, first, second = str(caught.value).splitlines()
    assert first.startswith(f"{bundled}: is version 0.3")
    assert second.startswith("libstauth-is-not-here.so.0: ")


def test_not_found_is_an_import_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAUTH_LIBRARY", str(tmp_path))
    with pytest.raises(ImportError) as caught:
        load()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(copy, StauthError)
    assert (str(copy), copy.code, copy.http_status) == (str(caught.value), "library_not_found", 500)


def test_import_needs_no_library() -> None:
    run_python("import libstauth, libstauth.testing", STAUTH_LIBRARY="/nowhere")


def test_no_such_function() -> None:
    with pytest.raises(AttributeError, match="st_make_coffee"):
        _library.library().st_make_coffee  # noqa: B018
