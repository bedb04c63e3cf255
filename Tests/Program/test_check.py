"""`stauth check`: a good set-up, and each mistake in one."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from mistakes import IN_FILE, LONG_LASTING, MISTAKES, Mistake
from program_under_test import stauth
from provider import ProviderServer, Reply
from provider.certificates import DAY, NOW, authority, stranger
from set_up import good_set_up


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_is_found(mistake: Mistake, tmp_path: Path) -> None:
    with good_set_up(tmp_path, tls=mistake.tls) as set_up:
        mistake.make(set_up)
        report = set_up.check()
    found = report.of(mistake.code)
    assert all(mistake.level in (None, finding["level"]) for finding in found), found
    assert any(mistake.phrase in finding["message"] + finding["advice"] for finding in found), report.findings
    assert report.status == (0 if mistake.works else 1), report.findings


@pytest.mark.parametrize("tls", [None, LONG_LASTING], ids=["plain", "TLS"])
def test_good_set_up_has_no_finding(tmp_path: Path, tls: dict[str, Any] | None) -> None:
    with good_set_up(tmp_path, tls=tls) as set_up:
        report = set_up.check()
    assert report.worse_than_ok() == []
    assert report.status == 0
    assert {finding["code"] for finding in report.findings} >= {
        *("settings", "header_budget", "redirect_uri", "clock", "provider", "client", "redirect_uri_registered")
    }


@pytest.mark.parametrize("age", [0, 3600])
def test_a_cache_is_no_clock(age: int, tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        set_up.provider.age = age
        report = set_up.check()
    assert report.worse_than_ok() == []
    assert bool(report.of("clock")) == (age == 0)


def test_expired_certificate_that_nobody_needs(tmp_path: Path) -> None:
    expired, _ = authority().issue(common_name="old.example.org", begin=NOW - 3 * DAY, end=NOW - DAY)
    with good_set_up(tmp_path, tls={**LONG_LASTING, "more": expired}) as set_up:
        report = set_up.check()
    assert report.worse_than_ok() == []


def test_certificates_of_other_servers_are_not_blamed(tmp_path: Path) -> None:
    with good_set_up(tmp_path, tls=LONG_LASTING) as set_up:
        other = ProviderServer(stranger().server_context(**LONG_LASTING), "localhost")
        try:
            set_up.provider.metadata({"jwks_uri": other.add("keys").default_metadata()["jwks_uri"]})
            report = set_up.check()
        finally:
            other.close()
    assert [finding["code"] for finding in report.worse_than_ok()] == ["provider_tls_failed"]


def test_form_that_the_browser_posts_is_an_answer(tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        set_up.section["response_mode"] = "form_post"
        report = set_up.check()
    assert report.worse_than_ok() == []
    assert report.of("redirect_uri_registered")


def test_words_of_the_provider_are_no_advice(tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        set_up.provider.metadata({"issuer": "https://other.example.org'; Run: curl https://evil.example"})
        report = set_up.check()
    assert any("curl" in finding["message"] for finding in report.findings)
    assert not any("curl" in finding.get("advice", "") for finding in report.findings)


def test_offline_asks_nobody(tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        report = set_up.check("--offline")
        assert set_up.provider.requests == [] and set_up.site.requests == []
    assert report.status == 0


def test_each_problem_of_the_file_has_its_line(tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        set_up.shared |= {"cookie_secret": "8Wk2pQ", "idle_timeout": "soon"}
        report = set_up.check("--offline")
    messages = [finding["message"] for finding in report.of(IN_FILE)]
    assert len(messages) == 2
    assert all(f"{set_up.file}:" in message for message in messages)


def test_file_is_found_where_streamlit_has_it(tmp_path: Path) -> None:
    result = stauth("check", folder=tmp_path)
    assert result.returncode == 1
    assert ".streamlit/secrets.toml: no such file" in result.stdout
    assert "stauth init" in result.stdout
    with good_set_up(tmp_path) as set_up:
        streamlit = tmp_path / ".streamlit"
        streamlit.mkdir()
        set_up.write().rename(streamlit / "secrets.toml")
        result = stauth("check", "--offline", folder=tmp_path)
    assert result.returncode == 0
    assert result.stdout.endswith(".streamlit/secrets.toml: Logins can work.\n")


def test_text_has_what_to_do_and_no_colours(tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        set_up.section["client_secret"] = "not-the-secret-that-it-is"
        result = stauth("check", set_up.write())
    assert result.returncode == 1
    assert "→ Compare client_id, client_secret" in result.stdout
    assert "[client_refused]" in result.stdout
    assert "not-the-secret" not in result.stdout + result.stderr
    assert "\x1b" not in result.stdout
    assert result.stdout.splitlines()[-1].endswith("Logins cannot work: 1 problem.")


def test_words_of_the_provider_do_not_control_the_terminal(tmp_path: Path) -> None:
    with good_set_up(tmp_path) as set_up:
        error = {"error": "invalid_client", "error_description": "\x1b[2Jall is \x9b well"}
        set_up.provider.respond("token", Reply(401, error))
        result = stauth("check", set_up.write())
    assert "all is" in result.stdout
    assert not any(ord(character) < 0x20 and character != "\n" for character in result.stdout)
    assert "\x9b" not in result.stdout


def test_certificate_times_are_of_today(tmp_path: Path) -> None:
    """The days in the message are those of the certificate."""
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=5, hours=12)
    with good_set_up(tmp_path, tls={"end": end}) as set_up:
        report = set_up.check()
    [finding] = report.of("certificate_expires_soon")
    assert "expires in 5 days" in finding["message"]
