"""Which settings of a site count for `stauth login`, and which do not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from program_under_test import stauth
from signing_in import Machine, machine


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


def test_form_post_becomes_a_query(here: Machine) -> None:
    here.file.write_text(here.file.read_text() + '\nresponse_mode = "form_post"\n')
    assert json.loads(here.sign_in().stdout)["is_logged_in"]


def test_form_post_of_the_environment(here: Machine) -> None:
    here.file.write_text(here.file.read_text() + '\nresponse_mode = {env = "MODE"}\n')
    here.environment["MODE"] = "form_post"
    assert json.loads(here.sign_in().stdout)["is_logged_in"]


def test_file_that_is_too_long(here: Machine) -> None:
    here.file.write_text(here.file.read_text() + "\n# " + "a" * 66_000)
    done = here.stauth("login", "--no-browser", "--timeout", "1")
    assert done.returncode == 1 and "longer than 64 KiB" in done.stderr
    assert here.provider.requests == []


def test_settings_need_no_site(here: Machine) -> None:
    here.file.write_text(re.sub("redirect_uri = .*", "", here.file.read_text()))
    assert json.loads(here.sign_in().stdout)["is_logged_in"]


def test_what_only_a_site_has_is_left_out(tmp_path: Path) -> None:
    site = {"session_store": "redis", "redis_url": "redis://127.0.0.1:9", "require_login": True, "device_bound": True}
    with machine(tmp_path, cookie_secret="of-the-site-" * 4, **site) as here:
        assert json.loads(here.sign_in().stdout)["is_logged_in"]


def test_name_of_the_provider(here: Machine) -> None:
    other = stauth("login", "nobody", "--file", here.file, environment=here.environment)
    assert other.returncode == 1 and "name one of op" in other.stderr
    here.file.write_text(here.file.read_text() + here.file.read_text().split("[auth.op]")[1].join(["\n[auth.two]", ""]))
    several = here.stauth("login")
    assert several.returncode == 1 and "name one of op, two" in several.stderr


def test_no_settings(tmp_path: Path) -> None:
    done = stauth("login", folder=tmp_path)
    assert done.returncode == 1 and "stauth init" in done.stderr
