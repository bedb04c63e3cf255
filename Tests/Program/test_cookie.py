"""`stauth cookie`: what a session's cookie says, and why it does not count."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployment import Deployment
from hosts import Clock
from program_under_test import stauth
from provider import Rotation
from redis_servers import RedisServer
from redis_servers import settings as stored_in
from signed_in import cookie_header, demo, secrets_file


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()


def explain(header: str, settings: Path, *more: str, status: int, **options: Any) -> dict[str, Any]:
    result = stauth("cookie", "--settings", settings, "--json", *more, answers=header, **options)
    assert result.returncode == status, result.stdout + result.stderr
    return json.loads(result.stdout)


def change(deployment: Deployment, old: str, new: str) -> Path:
    file = secrets_file(deployment)
    text = file.read_text("utf-8")
    assert old in text
    other = file.with_name(f"{len(list(file.parent.iterdir()))}.toml")
    other.write_text(text.replace(old, new), "utf-8")
    return other


def test_session_that_counts(tmp_path: Path) -> None:
    with demo(tmp_path) as (deployment, provider):
        browser = deployment.browser()
        user = deployment.log_in(browser)
        header = cookie_header(deployment, browser)
        report = explain(f"Cookie: {header}", secrets_file(deployment), status=0)
        text = stauth("cookie", "--settings", secrets_file(deployment), answers=header).stdout
    assert report["counts"] is True and report["reasons"] == []
    assert report["cookie"] == "stauth_session"
    assert report["user"] == {name: value for name, value in user.items() if name != "tokens"}
    assert abs(report["created"] - time.time()) < 60
    assert report["expires"] - report["created"] == 30 * 86400
    assert report["provider"] == "default"
    assert re.search(r"^  made +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", text, re.MULTILINE)
    assert re.search(rf"^  claim email +{provider.claims['email']}$", text, re.MULTILINE)
    assert re.search(r"^  logouts +known only to the processes that saw them", text, re.MULTILINE)
    assert text.endswith("The session counts.\n")


def test_tokens_only_by_name(tmp_path: Path) -> None:
    with demo(tmp_path, expose_tokens=["access", "refresh"]) as (deployment, provider):
        provider.rotation = Rotation()
        browser = deployment.browser()
        tokens = deployment.log_in(browser)["tokens"]
        header, settings = cookie_header(deployment, browser), secrets_file(deployment)
        quiet = stauth("cookie", "--settings", settings, answers=header).stdout
        loud = explain(header, settings, "--show-tokens", "access_token", status=0)
    assert "access_token, refresh_token" in quiet
    assert not any(token in quiet for token in tokens.values())
    assert loud["access_token"] == tokens["access"]
    assert tokens["refresh"] not in json.dumps(loud)


def test_why_it_does_not_count(tmp_path: Path) -> None:
    with demo(tmp_path, idle_timeout="1h") as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        header, settings = cookie_header(deployment, browser), secrets_file(deployment)
        cases = [
            (header, change(deployment, "client-op", "client-op2"), "provider's settings"),
            (
                header,
                change(deployment, deployment.secrets[0], "Zq7-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"),
                "another cookie_secret",
            ),
            (header.replace("session=", "session=A"), settings, "has been cut or changed"),
            (header, change(deployment, "[auth]", '[auth]\ncookie_prefix = "other"'), "no cookie other_session"),
            ("theme=dark", settings, "no cookie stauth_session"),
        ]
        for cookies, file, reason in cases:
            report = explain(cookies, file, status=1)
            assert report["counts"] is False
            assert any(reason in text for text in report["reasons"]), (reason, report)


def test_session_in_a_store(tmp_path: Path, redis: RedisServer) -> None:
    with demo(tmp_path / "host", **stored_in(redis)) as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        header, settings = cookie_header(deployment, browser), secrets_file(deployment)
        there = explain(header, settings, status=0)
        redis.command("flushall")
        gone = explain(header, settings, status=1)
        redis.kill()
        silent = stauth("cookie", "--settings", settings, answers=header)
    assert there["stored"] is True and there["knows_logouts"] is True
    assert "no longer in the store" in gone["reasons"][0]
    assert silent.returncode == 1
    assert silent.stdout == "" and "the session store could not be read" in silent.stderr


def test_session_in_memory(tmp_path: Path) -> None:
    with demo(tmp_path, session_store="memory") as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        header = cookie_header(deployment, browser)
        result = stauth("cookie", "--settings", secrets_file(deployment), answers=header)
    assert result.returncode == 1
    assert result.stdout == "" and 'session_store = "memory"' in result.stderr


def test_what_the_application_would_not_accept(tmp_path: Path, redis: RedisServer) -> None:
    with demo(tmp_path / "host") as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        header = cookie_header(deployment, browser)
        more = f'[auth]\nsession_store = "redis"\nredis_url = "{redis.url}"'
        cases = [
            (change(deployment, "[auth]", more), "in the cookie alone"),
            (change(deployment, "[auth]", '[auth]\ndevice_bound = "required"'), "without device_bound"),
        ]
        for file, reason in cases:
            report = explain(header, file, status=1)
            assert len(report["reasons"]) == 1 and reason in report["reasons"][0], report
        spare = change(deployment, "[auth]", more + '\nstore_fallback = "cookie"')
        assert explain(header, spare, status=0)["knows_logouts"] is True
        redis.kill()
        report = explain(header, spare, status=0)
    assert report["stored"] is False and report["knows_logouts"] is False


def test_older_state_in_the_store(tmp_path: Path, redis: RedisServer) -> None:
    clock = Clock(tmp_path)
    options = stored_in(redis, refresh_claims="1h")
    with demo(tmp_path / "host", clock=clock, **options) as (deployment, provider):
        provider.rotation = Rotation()
        browser = deployment.browser()
        deployment.log_in(browser)
        [key] = redis.keys()
        redis.command("copy", key, "backup")
        deployment.wait(2 * 3600)
        assert deployment.is_signed_in(browser)
        header, settings = cookie_header(deployment, browser), secrets_file(deployment)
        fresh = explain(header, settings, status=0, environment=clock.environment())
        redis.command("copy", "backup", key, "replace")
        old = explain(header, settings, status=1, environment=clock.environment())
        assert not deployment.is_signed_in(browser)
    assert fresh["reasons"] == []
    assert old["reasons"] == ["the store has an older state of it than the browser has seen"]


def test_time_is_over(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    with demo(tmp_path / "host", idle_timeout="1h") as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        header, settings = cookie_header(deployment, browser), secrets_file(deployment)
    clock.move(2 * 3600)
    idle = explain(header, settings, status=1, environment=clock.environment())
    clock.move(30 * 86400)
    over = explain(header, settings, status=1, environment=clock.environment())
    clock.move(-60 * 86400)
    early = explain(header, settings, status=1, environment=clock.environment())
    assert idle["reasons"] == ["it was idle for longer than idle_timeout"]
    assert over["reasons"] == ["its time is over", "it was idle for longer than idle_timeout"]
    assert early["reasons"] == ["it begins in the future: compare the clocks"]


def test_streamlits_cookie(tmp_path: Path) -> None:
    with demo(tmp_path, cookie_format="streamlit") as (deployment, provider):
        browser = deployment.browser()
        deployment.log_in(browser)
        names = [name for name in browser.jar.names() if name.startswith("_streamlit_user")]
        header = "; ".join(f"{name}={browser.jar.get(name)}" for name in names)
        report = explain(header, secrets_file(deployment), status=0)
        broken = explain(header.replace("=", "=x", 1), secrets_file(deployment), status=1)
    assert report["cookie"] == "_streamlit_user"
    assert report["user"]["sub"] == provider.claims["sub"]
    assert "does not open" in broken["reasons"][0]


def test_set_cookie_line_from_a_file(tmp_path: Path) -> None:
    with demo(tmp_path) as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        file = tmp_path / "cookies.txt"
        value = browser.jar.get("stauth_session")
        file.write_text(f"Set-Cookie: stauth_session={value}; Path=/; HttpOnly; SameSite=Lax\r\n")
        result = stauth("cookie", file, "--settings", secrets_file(deployment))
    assert result.returncode == 0, result.stdout


def test_file_of_windows(tmp_path: Path) -> None:
    with demo(tmp_path) as (deployment, _):
        browser = deployment.browser()
        deployment.log_in(browser)
        file = tmp_path / "cookies.txt"
        file.write_bytes(f"Cookie: theme=dark\r\nCookie: {cookie_header(deployment, browser)}\r\n".encode())
        result = stauth("cookie", file, "--settings", secrets_file(deployment))
    assert result.returncode == 0, result.stdout


def test_without_a_cookie(tmp_path: Path) -> None:
    with demo(tmp_path) as (deployment, _):
        result = stauth("cookie", "--settings", secrets_file(deployment), answers="hello")
    assert result.returncode == 1
    assert "give a Cookie header" in result.stderr


def test_control_characters_of_claims_do_not_reach_the_terminal(tmp_path: Path) -> None:
    with demo(tmp_path) as (deployment, provider):
        provider.claims |= {"name": "\x1b[31mred", "groups": ["\x9b2J"]}
        browser = deployment.browser()
        deployment.log_in(browser)
        result = stauth("cookie", "--settings", secrets_file(deployment), answers=cookie_header(deployment, browser))
    assert "red" in result.stdout
    assert "\x1b" not in result.stdout and "\x9b" not in result.stdout
