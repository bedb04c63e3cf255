"""`stauth end-sessions`: signs users out of every process that has the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from program_under_test import stauth
from redis_servers import RedisServer, settings
from signed_in import demo, secrets_file


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()


def test_user_is_signed_out(tmp_path: Path, redis: RedisServer) -> None:
    with demo(tmp_path / "host", **settings(redis)) as (deployment, provider):
        browser, stranger = deployment.browser(), deployment.browser()
        user = deployment.log_in(browser)
        provider.claims["sub"] = "somebody else"
        deployment.log_in(stranger)
        selector = json.dumps({"iss": user["iss"], "sub": user["sub"]})
        result = stauth("end-sessions", selector, "--settings", secrets_file(deployment))
        assert result.returncode == 0, result.stderr
        assert "Ended" in result.stdout
        assert not deployment.is_signed_in(browser)
        assert deployment.is_signed_in(stranger)


@pytest.mark.parametrize(
    ("selector", "phrase"),
    [
        ("sub=1", "a selector is a JSON object"),
        ('{"sub": "1"}', "names the provider or iss too"),
        ('{"provider": "other", "sub": "1"}', "no configured provider"),
        ('{"all": true}', "change cookie_secret"),
    ],
)
def test_wrong_selector(selector: str, phrase: str, tmp_path: Path, redis: RedisServer) -> None:
    with demo(tmp_path / "host", **settings(redis)) as (deployment, _):
        result = stauth("end-sessions", selector, "--settings", secrets_file(deployment))
    assert result.returncode == 1
    assert phrase in result.stderr


def test_without_a_shared_store(tmp_path: Path) -> None:
    with demo(tmp_path) as (deployment, _):
        result = stauth("end-sessions", '{"provider": "default", "sub": "1"}', "--settings", secrets_file(deployment))
    assert result.returncode == 1
    assert 'session_store = "redis"' in result.stderr


def test_store_that_is_down(tmp_path: Path, redis: RedisServer) -> None:
    with demo(tmp_path / "host", **settings(redis)) as (deployment, _):
        redis.kill()
        result = stauth("end-sessions", '{"provider": "default", "sub": "1"}', "--settings", secrets_file(deployment))
    assert result.returncode == 1
    assert "run stauth check" in result.stderr
