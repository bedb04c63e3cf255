"""Someone at a browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import (
    element_to_be_clickable,
    invisibility_of_element_located,
    text_to_be_present_in_element,
    url_to_be,
)
from selenium.webdriver.support.ui import WebDriverWait

from hosts import ROOT
from site_under_test import artifacts_folder

WAIT = 30  # seconds for a page, on a machine that builds something else beside it
POLL = 0.05


class Person:
    """Looks for things on the page, clicks and types; keeps a picture of every station."""

    def __init__(self, driver: Chrome, test: str) -> None:
        self.driver = driver
        self._test = test
        self.artifacts = artifacts_folder(ROOT, os.environ.get("STAUTH_ARTIFACTS"))
        self._pictures = 0

    def wait(self, until: Callable[[Chrome], Any]) -> Any:
        return WebDriverWait(self.driver, WAIT, POLL).until(until)

    def find(self, how: str, what: str) -> WebElement:
        return self.wait(element_to_be_clickable((how, what)))

    def button(self, text: str) -> WebElement:
        return self.find(By.XPATH, f"//*[self::button or self::a][contains(normalize-space(.), '{text}')]")

    def wait_for_page(self, url: str, text: str) -> None:
        self.wait(url_to_be(url))
        self.wait_for_text(text)

    def wait_for_text(self, text: str) -> None:
        self.wait(text_to_be_present_in_element((By.TAG_NAME, "body"), text))

    def wait_until_gone(self, how: str, what: str) -> None:
        self.wait(invisibility_of_element_located((how, what)))

    def picture(self, name: str) -> None:
        self._pictures += 1
        self.driver.save_screenshot(str(self.artifacts / f"{self._test}-{self._pictures}-{name}.png"))
