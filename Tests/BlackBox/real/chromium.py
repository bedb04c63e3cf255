"""Debian's Chromium without a screen, driven by Selenium."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

BROWSER = "/usr/bin/chromium"
# Named, so that Selenium does not look for a driver to download.
DRIVER = "/usr/bin/chromedriver"

ARGUMENTS = [
    "--headless=new",
    "--window-size=1000,1100",
    "--lang=en",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container's /dev/shm is small
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
]


@contextlib.contextmanager
def chromium(profile: Path, *more: str, home: Path | None = None) -> Iterator[webdriver.Chrome]:
    """A browser with a profile of its own. It takes any certificate: the one that decides is the library's check.

    `more`: arguments; `home`: where it finds the authorities that it trusts."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.accept_insecure_certs = True
    for argument in [*ARGUMENTS, *more, f"--user-data-dir={profile}"]:
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not start as root
    environment = {**os.environ, "HOME": str(home)} if home else None
    service = Service(DRIVER, log_output=str(profile / "chromedriver.log"), env=environment)
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()
