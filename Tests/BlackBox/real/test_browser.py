"""One login in a real browser, through glewlwyd's own pages, by clicking and typing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from selenium.webdriver.common.by import By

from chromium import chromium
from glewlwyd_admin import User
from person import Person
from site_under_test import SiteUnderTest


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Person]:
    with chromium(tmp_path) as driver:
        yield Person(driver, request.node.name.removeprefix("test_"))


_number = itertools.count(1)


@pytest.fixture
def carol(site: SiteUnderTest) -> User:
    """Someone whom glewlwyd has never asked for consent."""
    number = next(_number)
    user = User(
        f"carol{number}", "glewlwyd-carol-password", f"Carol Glewlwyd {number}", f"carol{number}@glewlwyd.example"
    )
    site.glewlwyd.add_user(user)
    return user


def sign_in_at_glewlwyd(person: Person, user: User) -> None:
    person.find(By.ID, "username").send_keys(user.username)
    person.find(By.ID, "password").send_keys(user.password)
    person.picture("provider-form")
    person.find(By.ID, "loginbut").click()
    person.button("Grant access")
    for scope in ("profile", "email"):
        person.find(By.ID, f"grant-{scope}").click()
    person.picture("provider-consent")
    person.button("Grant access").click()
    person.wait_until_gone(By.ID, "grant-profile")
    person.find(By.CSS_SELECTOR, "button[title='Continue to client application']").click()


def log_in(site: SiteUnderTest, person: Person, user: User) -> None:
    person.driver.get(site.url("/"))
    person.picture("anonymous")
    assert user.name not in person.driver.page_source
    person.button("Log in").click()
    sign_in_at_glewlwyd(person, user)
    person.wait_for_page(site.url("/"), user.name)
    person.picture("signed-in")


def has_session(person: Person) -> bool:
    return "stauth_session" in {cookie["name"] for cookie in person.driver.get_cookies()}


def test_login_and_logout_by_hand(site: SiteUnderTest, person: Person, carol: User) -> None:
    log_in(site, person, carol)
    assert has_session(person)
    # A script on the page cannot read the session.
    assert "stauth" not in person.driver.execute_script("return document.cookie")

    person.button("Log out").click()
    person.button("Log in")
    person.picture("signed-out")
    assert carol.name not in person.driver.page_source
    assert not has_session(person)


def test_logout_page_needs_a_click_of_its_own(site: SiteUnderTest, person: Person, carol: User) -> None:
    log_in(site, person, carol)

    # The page of another site, with a form that would sign the user out here.
    form = f"<form method=post action='{site.url('/auth/logout')}'><button>Win a prize</button></form>"
    person.driver.get("data:text/html," + quote(form))
    person.button("Win a prize").click()
    person.wait_for_page(site.url("/auth/logout"), "cross_site_request")
    person.picture("cross-site")
    assert has_session(person)

    person.driver.get(site.url("/auth/logout"))
    person.picture("logout-page")
    assert has_session(person)
    person.button("Sign out").click()
    person.wait_for_page(site.url("/"), "Log in")
    assert not has_session(person)


def test_refused_login_offers_another_try(site: SiteUnderTest, person: Person) -> None:
    person.driver.get(site.url("/login?provider=glewlwyd_silent"))
    person.wait_for_text("interaction_required")
    person.picture("refused")
    begun = site.logins_begun("glewlwyd_silent")
    person.button("Try again").click()
    # The same answer to another attempt: the provider, asked again, still may not show a page.
    person.wait(lambda _: site.logins_begun("glewlwyd_silent") == begun + 1)
    person.wait_for_text("interaction_required")
