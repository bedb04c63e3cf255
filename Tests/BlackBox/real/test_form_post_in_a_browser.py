"""What real browsers do with the cookies of response_mode=form_post. Host and provider are on this machine and, as
localhost and 127.0.0.1, different sites."""

from __future__ import annotations

from pathlib import Path

from selenium.webdriver.common.by import By

from chromium import chromium
from person import Person


def test_chromium_over_http(start, new_provider, tmp_path: Path) -> None:
    """Chromium takes `SameSite=None; Secure` from http://localhost, and sends it with the provider's POST."""
    site = start(new_provider(), more={"default": {"response_mode": "form_post"}})
    assert "127.0.0.1" in site.providers["default"].issuer and "//localhost:" in site.redirect_uri
    with chromium(tmp_path) as driver:
        driver.get(site.url("/auth/login?return_to=/user.json"))
        person = Person(driver, "form_post")
        person.wait_for_text("Ada Lovelace")
        cookies = {cookie["name"]: cookie for cookie in driver.get_cookies()}
        assert cookies["stauth_session"]["sameSite"] == "Lax" and list(cookies) == ["stauth_session"]
        assert '"is_logged_in":true' in driver.find_element(By.TAG_NAME, "body").text
    (answer,) = [line for line in site.host.log().splitlines() if "login_succeeded" in line]
    assert "provider=default" in answer
