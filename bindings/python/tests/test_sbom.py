"""The lists of what is in the wheel and in the installed library: CycloneDX by its schema, and true."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parents[3]
INSTALLED = ROOT / "build" / "prefix" / "lib" / "libstauth.cdx.json"


@pytest.fixture(scope="module")
def wheel() -> zipfile.ZipFile:
    (path,) = (ROOT / "build" / "dist").glob("*.whl")
    return zipfile.ZipFile(path)


def document(wheel: zipfile.ZipFile, name: str) -> str:
    """One of the wheel's lists, as PEP 770 places it."""
    (entry,) = [entry for entry in wheel.namelist() if entry.endswith(f".dist-info/sboms/{name}")]
    return wheel.read(entry).decode()


def complaint(text: str) -> object:
    """What the schema says against a document."""
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)


def components(text: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(text)["components"]}


def test_schema(wheel: zipfile.ZipFile) -> None:
    assert complaint(INSTALLED.read_text()) is None
    assert complaint(document(wheel, "libstauth.cdx.json")) is None


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"type": "library"', '"type": "libary"'),
        ('"version": 1,', '"version": "1",'),
        ('"bom-ref": "openssl"', '"bom-reference": "openssl"'),
        ('"Apache-2.0"}', '"Apache-2"}'),
    ],
)
def test_schema_sees_mistakes(right: str, wrong: str) -> None:
    text = INSTALLED.read_text()
    assert right in text
    assert complaint(text.replace(right, wrong)) is not None


def test_wheel_lists_its_own_libcurl(wheel: zipfile.ZipFile) -> None:
    text = document(wheel, "libstauth.cdx.json")
    curl = components(text)["curl"]
    assert (curl["scope"], curl["properties"][0]["value"]) == ("required", "bundled")
    # The version of Debian's sources that scripts/build_curl.sh built.
    built = (ROOT / "build" / "curl" / "version").read_text().strip()
    assert curl["version"] == built
    assert curl["purl"] == f"pkg:deb/debian/curl@{built.replace('+', '%2B')}?arch=source"
    # The rest is as in the installed list, but for the hash: the library's search path is another.
    installed = components(INSTALLED.read_text())
    assert {**installed, "curl": curl} == components(text)
    assert "hashes" not in json.loads(text)["metadata"]["component"]


def test_every_bundled_library_is_listed(wheel: zipfile.ZipFile) -> None:
    listed = json.loads(document(wheel, "auditwheel.cdx.json"))["components"]
    names = sorted(re.findall(r"libstauth\.libs/(lib[a-z]+)", "\n".join(wheel.namelist())))
    packages = {"libcrypto": "libssl3", "libssl": "libssl3", "libjansson": "libjansson4"}
    assert sorted(packages[name] for name in names) == sorted(
        row["name"] for row in listed if row["purl"].startswith("pkg:deb/")
    )
