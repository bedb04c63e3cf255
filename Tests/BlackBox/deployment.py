"""A host app, its secrets.toml and the scripted providers behind it: what most tests start from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from browser import Browser, Page, origin
from cookies import SetCookie
from hosts import Clock, Host, RunningHost, free_port
from leaks import leaks
from provider import OpenIDProvider
from toml_writer import write_secrets

COOKIE_SECRET = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"


def settings_for(provider: OpenIDProvider) -> dict[str, Any]:
    return {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "server_metadata_url": provider.issuer + "/.well-known/openid-configuration",
    }


class Deployment:
    """`public` is the origin that users see. Another than the host's own stands for a proxy in front of it."""

    def __init__(
        self,
        host: Host,
        folder: Path,
        providers: dict[str, OpenIDProvider],
        *,
        clock: Clock | None = None,
        public: str | None = None,
        callback: str = "/oauth2callback",
        more: dict[str, dict[str, Any]] | None = None,
        **shared: Any,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.providers = providers
        self.public = public or f"http://localhost:{port}"
        self.base = callback.rpartition("/")[0]
        self.redirect_uri = self.public + callback
        self.clock = clock
        self.shared = {"redirect_uri": self.redirect_uri, "cookie_secret": COOKIE_SECRET, **shared}
        sections = {name: settings_for(provider) | (more or {}).get(name, {}) for name, provider in providers.items()}
        secrets = folder / "secrets.toml"
        secrets.write_text(write_secrets(self.shared, sections))
        secrets.chmod(0o600)
        self.host = RunningHost(host, secrets, port, clock)
        if clock:
            for provider in providers.values():
                provider.clock_offset = clock.offset

    # The browser's side.

    def browser(self) -> Browser:
        return Browser(routes={self.public: self.host.port})

    def url(self, path: str) -> str:
        return self.public + path

    def begin(
        self, browser: Browser, provider: str | None = None, return_to: str | None = None, **headers: str
    ) -> Page:
        """The library's login path: the redirect to the provider, not followed."""
        query = {"provider": provider, "return_to": return_to}
        query = {key: value for key, value in query.items() if value is not None}
        path = f"{self.base}/auth/login" + ("?" + urlencode(query) if query else "")
        return browser.open(self.url(path), follow=False, **headers)

    def callback(self, browser: Browser, provider: str | None = None) -> str:
        """Logs in up to the provider's answer, and returns the callback URL that the browser is about to open."""
        at_provider = self.begin(browser, provider).follow()
        assert at_provider.target.startswith(self.redirect_uri), at_provider.target
        return at_provider.target

    def login(self, browser: Browser, provider: str | None = None, return_to: str | None = None) -> Page:
        """A whole login; the last page, which is an error page if the login was refused."""
        page = self.begin(browser, provider, return_to)
        while page.redirects:
            if page.url.startswith(self.redirect_uri):
                return page.follow()
            page = page.follow()
        return page

    def log_in(self, browser: Browser, provider: str | None = None) -> dict[str, Any]:
        """A login that has to succeed; the user's JSON."""
        page = self.login(browser, provider)
        assert page.status == 200, (
            f"login refused: {page.status} {page.code} {page.text[:500]}\n{self.host.log()[-800:]}"
        )
        user = self.user(browser)
        assert user["is_logged_in"] is True
        return user

    def user(self, browser: Browser, **headers: str) -> dict[str, Any]:
        page = browser.open(self.url("/user.json"), **headers)
        assert page.status == 200, page.text
        return json.loads(page.body)

    def is_signed_in(self, browser: Browser) -> bool:
        return self.user(browser)["is_logged_in"]

    # The cookies' names.

    @property
    def prefix(self) -> str:
        secure = "__Host-" if self.public.startswith("https:") else ""
        return secure + self.shared.get("cookie_prefix", "stauth")

    @property
    def session_cookie(self) -> str:
        return self.prefix + "_session"

    @property
    def seen_cookie(self) -> str:
        return self.prefix + "_seen-"

    @property
    def login_cookie(self) -> str:
        return self.prefix + "_login-"

    def cookies_of(self, page: Page) -> list[SetCookie]:
        """Those that the library set. Frameworks may set some of their own."""
        return [cookie for cookie in page.cookies if cookie.name.startswith(self.prefix + "_")]

    def pending(self, browser: Browser) -> list[str]:
        """The names of the browser's login transaction cookies."""
        return [
            name
            for name in browser.jar.names(origin(self.public).split("/")[2].split(":")[0])
            if name.startswith(self.login_cookie)
        ]

    # The clock, for the host and its providers alike.

    def wait(self, seconds: int) -> None:
        """Lets time pass. Nobody sleeps."""
        assert self.clock, "this deployment has the system's clock"
        self.clock.move(seconds)
        for provider in self.providers.values():
            provider.clock_offset = self.clock.offset

    @property
    def secrets(self) -> list[str]:
        """Those of the settings."""
        own = self.shared["cookie_secret"]
        own = own if isinstance(own, list) else [own]
        return [text for text in (*own, *(p.client_secret for p in self.providers.values())) if isinstance(text, str)]

    def stop(self) -> None:
        status = self.host.stop()
        assert leaks(self.host.log(), self.secrets) == []
        crash = self.host.crashed_worker() or ""
        assert status == 0, f"the host ended with status {status} {crash}\n{self.host.log()[-2000:]}"


StartDeployment = Callable[..., Deployment]
