"""Apps that a script draws, whose events come by HTTP requests, a queue and a WebSocket: each knows who is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from chromium import chromium
from deployment import settings_for
from hosts import HOSTS, RunningHost
from person import Person
from providers import MOCK_ALICE, Provider, free_port, oidc_provider_mock
from site_under_test import COOKIE_SECRET
from toml_writer import write_secrets

NAME = str(MOCK_ALICE["name"])


@dataclass(frozen=True)
class DataApp:
    """`button`: what causes the event after the slider was moved, if not that."""

    name: str
    slider: str
    button: str | None = None

    def save_longer(self, person: Person) -> None:
        """A step of the slider, which is at 6 months in a new page. The event's handler draws the user's name."""
        person.find(By.CSS_SELECTOR, self.slider).send_keys(Keys.ARROW_RIGHT)
        if self.button:
            person.button(self.button).click()


APPS = [
    DataApp("dash", "[role=slider]"),
    DataApp("gradio", "input[type=range]", "Save"),
    DataApp("nicegui", "[role=slider] [tabindex='0']", "Save"),
]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with oidc_provider_mock(tmp_path_factory.mktemp("mock")) as mock:
        yield mock


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Chrome]]:
    with ExitStack() as stack:
        yield [stack.enter_context(chromium(tmp_path_factory.mktemp("profile"))) for _ in range(2)]


@pytest.fixture(params=APPS, ids=lambda app: app.name)
def app(request: pytest.FixtureRequest) -> DataApp:
    return request.param


@pytest.fixture
def site(app: DataApp, provider: Provider, tmp_path: Path) -> Iterator[str]:
    """The app's address."""
    port = free_port()
    shared = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(write_secrets(shared, {"default": settings_for(provider)}))
    secrets.chmod(0o600)
    running = RunningHost(next(host for host in HOSTS if host.name == app.name), secrets, port)
    yield f"http://localhost:{port}/"
    assert running.stop() == 0, running.log()[-2000:]


@pytest.fixture
def people(app: DataApp, browsers: list[Chrome]) -> list[Person]:
    for browser in browsers:
        browser.get("about:blank")
        browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    return [Person(browser, f"{app.name}-{who}") for browser, who in zip(browsers, ("user", "stranger"), strict=True)]


def test_login_and_logout(app: DataApp, site: str, people: list[Person]) -> None:
    user, stranger = people
    for person in people:
        person.driver.get(site)
    app.save_longer(user)
    user.wait_for_text("Nobody saves for 7 months")
    user.picture("anonymous")

    user.button("Log in").click()
    user.find(By.NAME, "sub").send_keys(str(MOCK_ALICE["sub"]))
    user.button("Authorize").click()
    user.button("Log out")
    app.save_longer(user)
    user.wait_for_text(f"{NAME} saves for 7 months")
    user.picture("signed-in")
    assert user.driver.current_url == site

    app.save_longer(stranger)
    stranger.wait_for_text("Nobody saves for 7 months")
    stranger.picture("anonymous")
    app.save_longer(user)
    user.wait_for_text(f"{NAME} saves for 8 months")
    assert NAME not in stranger.driver.page_source

    user.button("Log out").click()
    user.button("End session").click()  # at the provider, which asks
    user.button("Log in")
    app.save_longer(user)
    user.wait_for_text("Nobody saves for 7 months")
    assert NAME not in user.driver.page_source
    for person in people:
        assert from_elsewhere(person, site) == []


def test_a_user_without_a_name(app: DataApp, site: str, people: list[Person]) -> None:
    user = people[0]
    user.driver.get(site)
    user.button("Log in").click()
    user.find(By.NAME, "sub").send_keys("known-by-sub-alone")
    user.button("Authorize").click()
    user.button("Log out")
    app.save_longer(user)
    user.wait_for_text("Somebody saves for 7 months")


def from_elsewhere(person: Person, site: str) -> list[str]:
    """What the page fetched from other sites: the tests have none, and users would be surprised."""
    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    return [url for url in person.driver.execute_script(script) if not url.startswith((site, "data:", "blob:"))]
