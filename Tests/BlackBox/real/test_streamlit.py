"""Streamlit's own st.login beside services with this library: a login at either is a login at both."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from chromium import chromium
from person import Person
from providers import MOCK_ALICE, oidc_provider_mock
from side_by_side import USER_COOKIE, Site, Streamlit, service, streamlit

ANONYMOUS = {"is_logged_in": False}


def _member(subject: str, count: int) -> dict[str, object]:
    """A member of `count` groups, whose names are as hard to compress as real ones."""
    generator = random.Random(subject)
    groups = [f"{generator.getrandbits(128):032x}" for _ in range(count)]
    return {"sub": subject, "name": f"Member of {count}", "email": f"{subject}@mock.example", "groups": groups}


BOB = {"sub": "bob", "name": "Bob Mock", "email": "bob@mock.example"}
# Their cookies: Streamlit writes the tokens in parts; it writes both in parts; more than the library stores.
MANY, MORE, TOO_MANY = _member("many", 90), _member("more", 150), _member("toomany", 350)
USERS = {user["sub"]: user for user in (MOCK_ALICE, BOB, MANY, MORE, TOO_MANY)}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    folder = tmp_path_factory.mktemp
    with ExitStack() as stack:
        provider = stack.enter_context(oidc_provider_mock(folder("mock"), list(USERS.values())))
        dashboard = stack.enter_context(streamlit(folder("streamlit"), provider))
        found: dict[str, Site] = {"streamlit": dashboard}
        for name, host, shared in (
            ("flask", "flask", {}),
            ("c", "c", {}),
            ("another-secret", "c", {"cookie_secret": "Gd5h-another-secret-Yb7RkVu3NcQ9sFxA"}),
            ("another-origin", "c", {"cookie_origin": "http://localhost:8501"}),
        ):
            found[name] = stack.enter_context(service(host, folder(name), provider, dashboard, **shared))
        yield found


@pytest.fixture(scope="module")
def browser(sites: dict[str, Site], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """It ends before the sites, for these would wait for its connections."""
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def person(request: pytest.FixtureRequest, browser: Chrome) -> Person:
    """Someone new, in the browser of the others."""
    browser.get("about:blank")
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    return Person(browser, re.sub(r"\W+", "-", request.node.name).strip("-").removeprefix("test_"))


@pytest.fixture
def here(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    return sites[request.param]


@pytest.fixture
def there(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    return sites[request.param]


BESIDE_STREAMLIT = [("streamlit", "flask"), ("flask", "streamlit"), ("streamlit", "c"), ("c", "streamlit")]
both_ways = pytest.mark.parametrize(("here", "there"), BESIDE_STREAMLIT, indirect=True)


def cookies(person: Person) -> set[str]:
    return {cookie["name"] for cookie in person.driver.get_cookies() if cookie["name"].startswith(USER_COOKIE)}


def assert_same_user(person: Person, subject: str, *sites: Site) -> list[dict[str, Any]]:
    """What the sites say of the user. The services leave out what was for the login alone, such as the nonce."""
    seen = [site.user(person) for site in sites]
    common = set.intersection(*(set(user) for user in seen))
    assert {"is_logged_in", "provider", "iss", *USERS[subject]} <= common
    assert USERS[subject].items() <= seen[0].items() and seen[0]["is_logged_in"] is True
    for site, user in zip(sites, seen, strict=True):
        assert {name: user[name] for name in common} == {name: seen[0][name] for name in common}
        assert set(user) == common or isinstance(site, Streamlit)
    return seen


@both_ways
def test_login_here_and_logout_there(person: Person, here: Site, there: Site) -> None:
    here.log_in(person, "alice")
    assert_same_user(person, "alice", here, there)
    there.open(person)
    person.wait_for_text("Alice Mock")
    person.picture("known-there")

    there.log_out(person)
    assert there.user(person) == here.user(person) == ANONYMOUS
    person.picture("signed-out-here")
    assert not cookies(person)


@both_ways
def test_second_login_replaces_the_first(person: Person, here: Site, there: Site) -> None:
    here.log_in(person, "more")
    there.log_in(person, "bob")
    for user in assert_same_user(person, "bob", here, there):
        assert "groups" not in user
        # A login at a service stores no tokens, and leaves none of the one before.
        assert ("tokens" in user) == isinstance(there, Streamlit)


@pytest.mark.parametrize(("here", "there"), BESIDE_STREAMLIT[:2], indirect=True)
def test_user_whose_cookies_are_in_parts(person: Person, here: Site, there: Site) -> None:
    here.log_in(person, "more")
    written = cookies(person)
    assert USER_COOKIE + "_1" in written
    assert (USER_COOKIE + "_tokens_1" in written) == isinstance(here, Streamlit)
    assert_same_user(person, "more", here, there)

    there.log_out(person)
    assert not cookies(person)
    assert here.user(person) == ANONYMOUS


def test_tokens_of_a_login_at_streamlit(person: Person, sites: dict[str, Site]) -> None:
    sites["streamlit"].log_in(person, "many")
    assert {USER_COOKIE + "_1", USER_COOKIE + "_tokens_1"} & cookies(person) == {USER_COOKIE + "_tokens_1"}
    dashboard, *services = assert_same_user(person, "many", sites["streamlit"], sites["flask"], sites["c"])
    assert dashboard["tokens"]["id"].count(".") == 2
    for user in services:
        assert user["tokens"] == {"id": dashboard["tokens"]["id"]}


def test_user_who_is_too_large_for_the_service(person: Person, sites: dict[str, Site]) -> None:
    """The login before stays."""
    sites["streamlit"].log_in(person, "alice")
    sites["flask"].begin(person)
    person.find(By.CSS_SELECTOR, "button[name=sub][value=toomany]").click()
    person.wait_for_text("session_too_large")
    person.picture("refused")
    assert_same_user(person, "alice", sites["streamlit"], sites["flask"])


@pytest.mark.parametrize("name", ["another-secret", "another-origin"])
def test_service_with_another_setting_is_a_stranger(person: Person, sites: dict[str, Site], name: str) -> None:
    dashboard, stranger = sites["streamlit"], sites[name]
    dashboard.log_in(person, "alice")
    assert stranger.user(person) == ANONYMOUS
    stranger.log_in(person, "bob")
    assert stranger.user(person)["sub"] == "bob"
    assert dashboard.user(person) == ANONYMOUS
    assert sites["flask"].user(person) == ANONYMOUS
