"""The generator of docs/attacks.md sees each way in which its table may promise more than the tests show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hosts import ROOT

sys.path.append(str(ROOT / "scripts"))

import attacks

ROW = "blackbox:test_attack_keys.py[C41]"
FUNCTION = "blackbox:test_login.py::test_token_request"
SUITE = "swift:JOSETests.WycheproofTests"


def results(tmp_path: Path, name: str, *cases: str) -> attacks.Results:
    (tmp_path / name).write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return attacks.Results.read(tmp_path, [name.split(".")[0]])


def outcome(classname: str, name: str, inside: str = "", status: str = "run") -> str:
    return f'<testcase classname="{classname}" name="{name}" status="{status}">{inside}</testcase>'


def test_every_source_is_whole():
    cases = attacks.sections()
    assert attacks.source_complaints(cases) == []
    assert sum(map(len, cases.values())) == attacks.LAST_CASE + attacks.LAST_LESSON


@pytest.mark.parametrize("name", [
    "swift:JOSETests.WycheproofTests.gone", "swift:JOSETests.Gone", "swift:Gone.WycheproofTests",
    "swift:WycheproofTests", "c:contract.gone", "c:gone", "blackbox:test_gone.py::test_login",
    "blackbox:test_login.py::test_gone",
    "blackbox:test_attack_keys.py[C4]", "blackbox:test_login.py", "python:test_login.py::test_token_request", "gone:x",
])  # fmt: skip
def test_named_test_must_exist(name):
    assert attacks.missing(name)


@pytest.mark.parametrize("name", [ROW, FUNCTION, SUITE, SUITE + ".signature", "c:contract.null", "c:package.library"])
def test_named_test_exists(name):
    assert attacks.missing(name) is None


@pytest.mark.parametrize(("inside", "status", "complains"), [
    ("", "run", False), ("<failure/>", "run", True), ("<error/>", "run", True), ("<skipped/>", "run", True),
    ("", "notrun", True),
])  # fmt: skip
def test_named_test_must_pass(tmp_path, inside, status, complains):
    found = results(tmp_path, "c.xml", outcome("contract.null", "contract.null", inside, status))
    assert bool(found.complaint(attacks.test_named("c:contract.null"))) == complains


@pytest.mark.parametrize("is_there", [False, True])
def test_vectors_may_be_absent(tmp_path, monkeypatch, is_there):
    """But if they are there, their tests must run; and no test may be left out altogether."""
    monkeypatch.setattr(attacks, "VECTORS", tmp_path if is_there else tmp_path / "gone")
    skipped = outcome("JOSETests.WycheproofTests", "signature(case:)", "<skipped/>")
    assert bool(results(tmp_path, "swift.xml", skipped).complaint(attacks.test_named(SUITE))) == is_there
    assert "did not run" in results(tmp_path, "swift.xml").complaint(attacks.test_named(SUITE))


def test_one_row_that_fails_is_enough(tmp_path):
    good = outcome("test_attack_keys", "test_key[C41 a]")
    bad = outcome("test_attack_keys", "test_key[C41 b]", "<failure/>")
    test = attacks.test_named(ROW)
    assert results(tmp_path, "blackbox.xml", good).complaint(test) is None
    assert "failed" in results(tmp_path, "blackbox.xml", good, bad).complaint(test)


@pytest.mark.parametrize(("name", "classname", "other"), [
    (ROW, "test_attack_keys", "test_key[C410 a]"), (ROW, "test_attack_key", "test_key[C41 a]"),
    (FUNCTION, "test_login", "test_token_request_twice"), (FUNCTION, "test_logout", "test_token_request"),
    (SUITE, "JOSETests.WycheproofTestsOfOthers", "signature(case:)"),
    (SUITE + ".signature", "JOSETests.WycheproofTests", "signatures()"),
    ("c:contract.null", "contract.nullable", "contract.nullable"),
    ("python:test_app.py::test_path", "tests.test_app", "test_path_with_other_letters"),
])  # fmt: skip
def test_other_tests_do_not_count(tmp_path, name, classname, other):
    suite = name.partition(":")[0]
    found = results(tmp_path, f"{suite}.xml", outcome(classname, other))
    assert "did not run" in found.complaint(attacks.test_named(name))


def test_documents_name_tests_that_exist(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setattr(attacks, "NAMING", [page])
    page.write_text("`c:contract.null` and `swift:JOSETests.Gone`")
    assert attacks.source_complaints(attacks.sections()) == ["page.md: swift:JOSETests.Gone does not exist"]


def test_suites_that_did_not_run_are_not_judged(tmp_path):
    assert results(tmp_path, "c.xml").complaint(attacks.test_named(SUITE)) is None


def test_case_needs_a_test_or_a_reason():
    assert attacks.Case("A1", "x", "y", [], "").complaints()
    assert not attacks.Case("A1", "x", "y", [], "because").complaints()


def test_numbers_have_no_gap():
    every = [case for rows in attacks.sections().values() for case in rows]
    assert attacks.gaps(every) == []
    assert attacks.gaps(every[1:]) and attacks.gaps(every[:-1]) and attacks.gaps([every[1], every[0], *every[2:]])
