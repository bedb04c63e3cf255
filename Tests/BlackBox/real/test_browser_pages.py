"""The library's own pages in a real browser: the one that asks which provider, and the one that signs out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from chromium import chromium
from deployment import Deployment
from person import Person


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield Person(driver, request.node.name.removeprefix("test_").partition("[")[0])


@pytest.fixture
def deployment(start, new_provider) -> Deployment:
    providers = {"google": new_provider("google"), "corp": new_provider("corp")}
    deployment = start(providers, more={"corp": {"display_name": "Example & Söhne"}})
    for provider in providers.values():
        provider.offer_logout(deployment.redirect_uri)
    return deployment


def choose_colours(person: Person, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    person.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def test_chooser(deployment: Deployment, person: Person) -> None:
    """By keyboard alone, and readable in both colour schemes."""
    person.driver.get(deployment.url("/auth/login?return_to=/report?id=3"))
    person.wait_for_text("Choose the account to sign in with.")
    for scheme in ("light", "dark"):
        choose_colours(person, scheme)
        person.picture(f"chooser-{scheme}")
    body = person.find(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    assert person.driver.switch_to.active_element.text == "Continue with Google"
    person.driver.switch_to.active_element.send_keys(Keys.TAB)
    person.picture("chooser-focus")
    chosen = person.driver.switch_to.active_element
    assert chosen.text == "Continue with Example & Söhne" and chosen.accessible_name == chosen.text
    assert person.driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert len(person.driver.find_elements(By.XPATH, "//ul[@role='list']/li")) == 2
    assert person.driver.find_elements(By.TAG_NAME, "script") == []
    chosen.send_keys(Keys.ENTER)
    person.wait_for_page(deployment.url("/report?id=3"), "Log out")
    assert '"provider":"corp"' in person.driver.page_source.replace("&quot;", '"').replace(" ", "")


@pytest.mark.parametrize("way", ["the library's page", "the site's own form"])
def test_logout_at_the_provider(deployment: Deployment, person: Person, way: str) -> None:
    """Browsers hold a form's redirects to the page's policy too, which curl and its like do not."""
    person.driver.get(deployment.url("/auth/login?provider=corp"))
    person.wait_for_page(deployment.url("/"), "Log out")
    assert deployment.providers["corp"].end_session.ended == []
    if way == "the library's page":
        person.driver.get(deployment.url("/auth/logout"))
        person.button("Sign out").click()
    else:
        person.button("Log out").click()
    person.wait_for_page(deployment.url("/"), "Log in")
    assert len(deployment.providers["corp"].end_session.ended) == 1
    assert person.driver.get_cookies() == []
