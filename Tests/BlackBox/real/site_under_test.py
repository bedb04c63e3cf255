"""One host app whose secrets.toml names every real provider, and the checks that its tests share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from browser import Browser, Page
from glewlwyd import Glewlwyd
from glewlwyd_admin import ALICE
from hosts import RunningHost
from providers import Provider

COOKIE_SECRET = "Zt7-real-providers-9pQxW2mVbK4sLfJ8"

# What the providers know of the user. glewlwyd makes up the subject.
USERS = {
    "mock": {"sub": "alice", "name": "Alice Mock", "email": "alice@mock.example"},
    "nanoidp": {"sub": "alice", "name": "Alice Nano", "email": "alice@nanoidp.example"},
    "glewlwyd": {"name": ALICE.name, "email": ALICE.email},
    "glewlwyd_es256": {"name": ALICE.name, "email": ALICE.email},
    "glewlwyd_pushed": {"name": ALICE.name, "email": ALICE.email},
    "glewlwyd_jarm": {"name": ALICE.name, "email": ALICE.email},
}


def settings(provider: Provider, **more: Any) -> dict[str, Any]:
    keys: dict[str, Any] = {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "server_metadata_url": provider.metadata_url,
    }
    if provider.ca_file:
        keys["ca_file"] = str(provider.ca_file)
    return keys | more


def sections(mock: Provider, nanoidp: Provider, glewlwyd: Glewlwyd, other_authority: Path) -> dict[str, dict[str, Any]]:
    """The tables of secrets.toml: each provider as it should be, and beside them ones that must be refused."""
    # nanoidp has no name in its default claims; it gives the claims that are asked for (OIDC Core 5.5).
    claims = json.dumps({"userinfo": {"name": None}})
    es256 = settings(glewlwyd.es256, token_endpoint_auth_method="client_secret_post", userinfo=True)
    return {
        "default": settings(glewlwyd.rs256),
        "mock": settings(mock),
        "nanoidp": settings(nanoidp, userinfo=True, client_kwargs={"claims": claims}),
        "glewlwyd": settings(glewlwyd.rs256),
        "glewlwyd_es256": es256 | {"id_token_signed_response_alg": "ES256"},
        "glewlwyd_pushed": settings(glewlwyd.rs256, require_pushed_authorization_requests=True),
        "glewlwyd_jarm": settings(glewlwyd.rs256, response_mode="jwt"),
        "glewlwyd_signed_form": settings(glewlwyd.rs256, response_mode="form_post.jwt"),
        # They sign with RS256.
        "mock_pinned": settings(mock, id_token_signed_response_alg="PS256"),
        "glewlwyd_pinned": settings(glewlwyd.rs256, id_token_signed_response_alg="RS512"),
        "glewlwyd_silent": settings(glewlwyd.rs256, client_kwargs={"prompt": "none"}),
        "nanoidp_wrong_secret": settings(nanoidp) | {"client_secret": "not-the-secret-of-the-client"},
        # Its certificate does not come from this authority.
        "glewlwyd_stranger": settings(glewlwyd.rs256) | {"ca_file": str(other_authority)},
    }


class SiteUnderTest:
    """`public` is the origin that users see, if a proxy in front of the host gives it another."""

    def __init__(self, host: RunningHost, glewlwyd: Glewlwyd, public: str | None = None) -> None:
        self.host = host
        self.glewlwyd = glewlwyd
        self.origin = public or f"http://localhost:{host.port}"

    def browser(self) -> Browser:
        return Browser(routes={self.origin: self.host.port})

    def url(self, path: str) -> str:
        return self.origin + path

    def begin(self, browser: Browser, path: str) -> str:
        """The authorization request that the site sends the browser to."""
        page = browser.open(self.url(path), follow=False)
        assert page.status in (302, 303), f"no login: {page.status} {page.code}\n{self.host.log()[-2000:]}"
        return page.target

    def come_back(self, browser: Browser, request: str, callback: str) -> Page:
        """The browser comes from the provider, and follows the site's own redirects."""
        assert callback.startswith(self.url("/oauth2callback?")), callback
        return browser.go("GET", callback, initiator=request)

    def user(self, browser: Browser) -> dict[str, Any]:
        page = browser.open(self.url("/user.json"))
        assert page.status == 200, page.text
        return json.loads(page.body)

    def logins_begun(self, provider: str) -> int:
        return self.host.log().count(f"event=login_started provider={provider} ")

    def assert_refused(self, page: Page, code: str, status: int) -> None:
        log = self.host.log()[-2000:]
        assert (page.code, page.status) == (code, status), f"{page.code} {page.status} {page.text[:500]}\n{log}"
        assert page.header("Cache-Control") == "no-store"


def artifacts_folder(root: Path, configured: str | None) -> Path:
    """Where screenshots go: outside of what git keeps."""
    folder = Path(configured) if configured else root / "build" / "artifacts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
