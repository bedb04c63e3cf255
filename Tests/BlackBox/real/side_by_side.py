"""Streamlit from PyPI, and services with cookie_format = "streamlit", at ports of one host name and one provider."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import presence_of_element_located, url_to_be

from hosts import HOSTS, ROOT, RunningHost
from person import Person
from providers import Provider, free_port, running
from site_under_test import settings
from toml_writer import write_secrets

COOKIE_SECRET = "vN4c-side-by-side-Lr8TgXw2JqZ6mKpE"
USER_COOKIE = "_streamlit_user"
# For users whose cookies are more than servers take at first: Streamlit's, and gunicorn.
LONGEST_HEADER = 16380


class Site:
    """What a person does at a site, be it Streamlit or one with this library."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def log_in(self, person: Person, subject: str) -> None:
        """Also over another login."""
        self.begin(person)
        person.find(By.CSS_SELECTOR, f"button[name=sub][value={subject}]").click()
        person.wait(url_to_be(self.origin + "/"))

    def open(self, person: Person) -> None:
        """The page, unless they are there."""
        if person.driver.current_url != self.origin + "/":
            person.driver.get(self.origin)

    def begin(self, person: Person) -> None:
        raise NotImplementedError

    def log_out(self, person: Person) -> None:
        raise NotImplementedError

    def user(self, person: Person) -> dict[str, Any]:
        """Loads a page that shows the user."""
        raise NotImplementedError


class Streamlit(Site):
    def begin(self, person: Person) -> None:
        self.open(person)
        person.button("Log in").click()

    def log_out(self, person: Person) -> None:
        self.open(person)
        person.button("Log out").click()
        person.button("End session").click()  # the provider asks
        person.wait(url_to_be(self.origin + "/"))

    def user(self, person: Person) -> dict[str, Any]:
        person.driver.get(self.origin)
        text = presence_of_element_located((By.CSS_SELECTOR, "[data-testid=stText]"))
        return json.loads(person.wait(text).get_property("textContent"))


class Service(Site):
    def begin(self, person: Person) -> None:
        person.driver.get(self.origin + "/auth/login")

    def log_out(self, person: Person) -> None:
        self.open(person)
        person.button("Log out").click()
        person.button("Log in")

    def user(self, person: Person) -> dict[str, Any]:
        person.driver.get(self.origin + "/user.json")
        return json.loads(person.driver.find_element(By.TAG_NAME, "body").get_property("textContent"))


def _write_secrets(folder: Path, origin: str, provider: Provider, **shared: str) -> Path:
    shared = {"cookie_secret": COOKIE_SECRET, "redirect_uri": origin + "/oauth2callback"} | shared
    secrets = folder / "secrets.toml"
    secrets.touch(0o600)
    secrets.write_text(write_secrets(shared | {"expose_tokens": "id"}, {"default": settings(provider)}))
    return secrets


@contextlib.contextmanager
def streamlit(folder: Path, provider: Provider) -> Iterator[Streamlit]:
    program = ROOT / "build" / "venv-streamlit" / "bin" / "streamlit"
    assert program.exists(), f"{program} is missing: ./run setup makes it of requirements-streamlit.txt"
    port = free_port()
    origin = f"http://localhost:{port}"
    (folder / ".streamlit").mkdir()
    _write_secrets(folder / ".streamlit", origin, provider)
    command = ["env", f"WEBSOCKETS_MAX_LINE_LENGTH={LONGEST_HEADER}", str(program), "run"]
    command += [str(Path(__file__).parent / "streamlit_app" / "app.py"), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--server.fileWatcherType=none"]
    command += ["--browser.gatherUsageStats=false"]
    with running(command, folder) as process:
        process.wait_for(origin + "/_stcore/host-config")
        yield Streamlit(origin)


@contextlib.contextmanager
def service(host_name: str, folder: Path, provider: Provider, beside: Streamlit, **shared: str) -> Iterator[Service]:
    """The host of this name; `shared` is for [auth]."""
    host = next(host for host in HOSTS if host.name == host_name)
    if "gunicorn" in host.program.arguments:
        larger = (*host.program.arguments, f"--limit-request-field_size={LONGEST_HEADER}")
        host = replace(host, program=replace(host.program, arguments=larger))
    port = free_port()
    origin = f"http://localhost:{port}"
    # What a logout does to the cookies is seen here, not what the provider makes of it.
    shared = {"cookie_format": "streamlit", "cookie_origin": beside.origin, "logout": "local"} | shared
    running_host = RunningHost(host, _write_secrets(folder, origin, provider, **shared), port)
    try:
        yield Service(origin)
    finally:
        status = running_host.stop()
    assert status == 0, running_host.log()[-2000:]
