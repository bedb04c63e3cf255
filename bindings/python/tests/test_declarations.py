"""The binding's tables say what stauth.h says."""

from __future__ import annotations

import re
from ctypes import c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

import pytest
from conftest import ROOT

import libstauth
from libstauth import _declarations, _library, app, errors, log, request

HEADER = (ROOT / "include/stauth.h").read_text(encoding="utf-8")
CODE = re.sub(r"/\*.*?\*/|//[^\n]*|^#[^\n]*(?:\\\n[^\n]*)*", " ", HEADER, flags=re.DOTALL | re.MULTILINE)
NUMBERS = {
    "void": None,
    "int32_t": c_int32,
    "st_status": c_int32,
    "uint32_t": c_uint32,
    "uint64_t": c_uint64,
    "int64_t": c_int64,
    "size_t": c_size_t,
}
CALLBACKS = set(re.findall(r"\(\*(st_\w+)\)\(", CODE))


def ctype(declared: str, *, is_lent_text: bool = False) -> Any:
    """The ctypes type of a C type: text is one only where the library lends it, all other pointers are addresses."""
    if declared.count("*") == 1 and "char" in declared and is_lent_text:
        return c_char_p
    if "*" in declared or declared in CALLBACKS:
        return c_void_p
    return NUMBERS[declared]


def without_name(parameter: str) -> str:
    return re.sub(r"\s*\w+$", "", parameter.strip()).strip()


def declared_functions() -> dict[str, tuple[Any, ...]]:
    found = {}
    for result, name, parameters in re.findall(r"ST_API\s+([^;(]*?)(\w+)\(([^;]*?)\);", CODE):
        listed = [] if parameters.strip() == "void" else [ctype(without_name(part)) for part in parameters.split(",")]
        found[name] = (ctype(result.strip(), is_lent_text=True), *listed)
    return found


def test_header_is_understood() -> None:
    assert len(declared_functions()) == HEADER.count("ST_API ") - HEADER.count("#define ST_API ")
    stores = {"st_store_get", "st_store_put", "st_store_delete"}
    assert {"st_clock", "st_random", "st_log", "st_transport", "st_release"} | stores == CALLBACKS
    assert declared_functions()["st_error_free"] == (None, c_void_p)


def test_same_functions() -> None:
    assert list(_declarations.FUNCTIONS) == list(declared_functions())


@pytest.mark.parametrize("name", _declarations.FUNCTIONS)
def test_same_types(name: str) -> None:
    assert _declarations.FUNCTIONS[name] == declared_functions()[name]


@pytest.mark.parametrize(("name", "ours"), [("st_log", _declarations.Log), ("st_transport", _declarations.Transport)])
def test_same_callbacks(name: str, ours: Any) -> None:
    match = re.search(rf"typedef (\w+) \(\*{name}\)\(([^;]*)\);", CODE)
    assert match is not None
    listed = [ctype(without_name(part), is_lent_text=True) for part in match[2].split(",")]
    assert (ours._restype_, list(ours._argtypes_)) == (ctype(match[1]), listed)


def constants() -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"(ST_\w+) = (\d+)", CODE)}


def test_statuses() -> None:
    """ST_NETWORK_ERROR is NetworkError, and so on for all of them."""
    expected = {kind.__name__.replace("Error", "").upper(): number for number, kind in errors.BY_STATUS.items()}
    first, last = HEADER.index("ST_OK = 0"), HEADER.index("ST_INTERNAL_ERROR = 12")
    statuses = {name: number for name, number in constants().items() if first < HEADER.index(f"{name} = ") <= last}
    assert len(statuses) == 12
    assert {name[3:].replace("_ERROR", "").replace("_", ""): number for name, number in statuses.items()} == expected


def test_other_constants() -> None:
    levels = {f"ST_LOG_{name}": constants()[f"ST_LOG_{name}"] for name in ("INFO", "WARNING", "ERROR")}
    assert {name: log.logging.getLevelName(log._LEVELS[number]) for name, number in levels.items()} == {
        "ST_LOG_INFO": "INFO",
        "ST_LOG_WARNING": "WARNING",
        "ST_LOG_ERROR": "ERROR",
    }
    assert len(log._LEVELS) == 3
    assert constants()["ST_RESPOND"] == request._RESPOND
    assert constants()["ST_NETWORK_ERROR"] == libstauth.testing._NETWORK_ERROR
    assert re.search(r"st_request_wants_body\(\) says so\. At most\s+64 KiB", HEADER)
    assert request.BODY_LIMIT == 64 * 1024
    assert re.search(r"65,536\s+bytes\s+always suffice", HEADER)
    assert app._CAPACITY == 65_536


def test_version() -> None:
    number = re.search(r"#define ST_VERSION_NUMBER (\d+)u", HEADER)
    assert number is not None
    major, minor, patch = int(number[1]) // 10000, int(number[1]) // 100 % 100, int(number[1]) % 100
    assert (major, minor) == (_library.MAJOR, _library.MINOR)
    assert libstauth.__version__ == f"{major}.{minor}.{patch}"
    assert _library.library().st_version_number() == int(number[1])
    assert _library.library().st_version_string().decode() == libstauth.__version__
    assert f"libstauth.so.{major}" == _library.NAME


def test_request_headers() -> None:
    """Those that st_request_add_header() asks for are passed on, and no others."""
    asked = re.search(r"Add all of them, or at least ([\w ,\n-]+);", HEADER)
    assert asked is not None
    names = re.split(r",\s+|\s+and\s+", asked[1].strip())
    assert {name.lower().encode() for name in names} == request._HEADERS
