"""A real browser binds its session to a key of its own: what a copy of its cookies is worth, and that its user notices
nothing. Chromium keeps keys in software here, since the machine need not have a TPM."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from browser import Browser
from chromium import chromium
from cookies import Jar, StoredCookie
from hosts import free_port
from person import Person
from provider.certificates import authority
from tls_front import tls_front

FEATURES = "DeviceBoundSessions,EnableBoundSessionCredentialsSoftwareKeysForManualTesting"
LIFETIME = 10


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Whose user trusts the tests' authority."""
    database = tmp_path / "home" / ".pki" / "nssdb"
    database.mkdir(parents=True)
    certutil = ["certutil", "-d", f"sql:{database}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    ca = authority().write(tmp_path)
    subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "tests", "-i", str(ca)], check=True)
    return tmp_path / "home"


def cookies(driver: Chrome) -> list[dict[str, Any]]:
    """All that the browser keeps, those of other paths included."""
    return driver.execute_cdp_cmd("Network.getAllCookies", {})["cookies"]


def proof(driver: Chrome) -> str | None:
    """The cookie that the browser renews; that of the login lasts as long as the session."""
    latest = time.time() + LIFETIME
    found = (cookie for cookie in cookies(driver) if "_proof-" in cookie["name"] and cookie["expires"] <= latest)
    return next((cookie["value"] for cookie in found), None)


def copied(driver: Chrome, browser: Browser) -> Browser:
    """Somebody else's browser with the same cookies."""
    browser.jar = Jar(
        [
            StoredCookie(
                name=cookie["name"], value=cookie["value"], host="localhost", path=cookie["path"],
                secure=cookie["secure"], http_only=True, same_site="lax", expires=None,
            )
            for cookie in cookies(driver)
        ]
    )  # fmt: skip
    return browser


@pytest.mark.parametrize("from_elsewhere", [False, True], ids=["address", "link of the provider"])
def test_copied_cookies_of_chromium(start, new_provider, tmp_path: Path, home: Path, from_elsewhere: bool) -> None:
    port = free_port()
    site = start(
        new_provider(), public=f"https://localhost:{port}", device_bound=True, device_bound_lifetime=f"{LIFETIME}s"
    )
    profile = tmp_path / "profile"
    profile.mkdir()
    with tls_front(port, site.host.port), chromium(profile, f"--enable-features={FEATURES}", home=home) as driver:
        person = Person(driver, "device_bound")
        login = site.url("/auth/login?return_to=/user.json")
        if from_elsewhere:
            driver.get(site.providers["default"].issuer + "/.well-known/openid-configuration")
            driver.execute_script("location = arguments[0]", login)
        else:
            driver.get(login)
        person.wait_for_text("Ada Lovelace")
        # From a page of the provider's, Chromium sends no cookies to register; the next page offers it again.
        person.wait(lambda _: "event=device_bound" in site.host.log() or driver.get(site.url("/user.json")))
        first = person.wait(proof)
        copy = copied(driver, site.browser())
        assert site.is_signed_in(copy)
        person.wait(lambda _: not site.is_signed_in(copy))
        # The user comes back: the browser renews the proof before it sends the request.
        driver.get(site.url("/user.json"))
        assert '"is_logged_in":true' in driver.find_element(By.TAG_NAME, "body").text
        assert proof(driver) not in (None, first)
        assert not site.is_signed_in(copy)
        log = site.host.log()
        assert "device_proof_refused" not in log and "device_proof_skipped" not in log
