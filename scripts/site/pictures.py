"""Takes pictures of the demo and of the library's pages in Debian's Chromium, light and dark, for the site.

pictures.py FOLDER
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The tests know how to start programs and a browser.
sys.path[:0] = [str(ROOT / "Tests" / "BlackBox"), str(ROOT / "Tests" / "BlackBox" / "real")]

from chromium import chromium  # noqa: E402
from deployment import Deployment  # noqa: E402
from hosts import HOSTS  # noqa: E402
from provider import OpenIDProvider, ProviderServer  # noqa: E402
from selenium.webdriver import Chrome  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

Site = Deployment
SIZE = {"width": 760, "height": 540, "deviceScaleFactor": 2, "mobile": False}
SCHEMES = ("light", "dark")


def opened(path: str) -> Callable[[Chrome, Site], None]:
    return lambda driver, site: driver.get(site.url(path))


def cancelled(driver: Chrome, site: Site) -> None:
    site.providers["google"].authorization_response(lambda answer: [("error", "access_denied"), *answer[1:]])
    driver.get(site.url("/auth/login?provider=google"))
    site.providers["google"].behave()


def refused(driver: Chrome, site: Site) -> None:
    driver.get(site.url("/auth/login?provider=acme"))


def signed_in(driver: Chrome, site: Site) -> None:
    driver.get(site.url("/auth/login?provider=google"))


# In this order: what comes first needs a browser that is not signed in. With the words that the page must show.
PAGES: dict[str, tuple[Callable[[Chrome, Site], None], str]] = {
    "demo": (opened("/"), "Log in"),
    "choose": (opened("/auth/login"), "Continue with Google"),
    "cancelled": (cancelled, "authorization_refused"),
    "not-allowed": (refused, "user_not_allowed"),
    "signed-in": (signed_in, "Log out"),
    "sign-out": (opened("/auth/logout"), "Sign out"),
}


def providers(server: ProviderServer) -> dict[str, OpenIDProvider]:
    made = {name: server.add(name) for name in ("google", "acme")}
    for provider in made.values():
        provider.claims |= {"name": "Ada Lovelace", "email": "ada@example.org", "email_verified": True}
    return made


def take(driver: Chrome, site: Site, folder: Path) -> None:
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
    driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    for name, (open_page, words) in PAGES.items():
        open_page(driver, site)
        WebDriverWait(driver, 30, 0.05).until(text_to_be_present_in_element((By.TAG_NAME, "body"), words))
        for scheme in SCHEMES:
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            driver.save_screenshot(str(folder / f"{name}-{scheme}.png"))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    server = ProviderServer()
    with tempfile.TemporaryDirectory(prefix="stauth-pictures-") as work:
        rules = {"display_name": "Acme", "allowed_domains": ["example.net"]}
        site = Site(HOSTS[0], Path(work) / "site", providers(server), more={"acme": rules}, site_name="Harbour Weather")
        try:
            with chromium(Path(work)) as driver:
                take(driver, site, folder)
        finally:
            site.host.stop()
            server.close()


if __name__ == "__main__":
    main()
