"""The device of a browser that knows Device Bound Session Credentials: a key, and what is signed with it."""

from __future__ import annotations

import json
import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from browser import Browser, Page
from deployment import Deployment

OFFER = re.compile(r'\(ES256 RS256\);path="([^"]+)";challenge="([^"]+)"')
CHALLENGE = re.compile(r'"([^"]+)";id="([^"]+)"')


class Device:
    def __init__(self, site: Deployment, browser: Browser) -> None:
        self.site = site
        self.browser = browser
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.session: dict[str, Any] = {}

    def log_in(self) -> None:
        """A login, and the registration that its response offers."""
        page = self.browser.open(self.site.callback(self.browser), follow=False)
        path, self.offered = self._match(OFFER, page.header("Secure-Session-Registration"))
        registered = self.post(path, self.proof(self.offered, introducing=True))
        assert registered.status == 200, f"{registered.status} {registered.text}\n{self.site.host.log()[-1000:]}"
        self.session = json.loads(registered.body)

    @property
    def proof_cookie(self) -> str:
        (credential,) = self.session["credentials"]
        return credential["name"]

    def refresh(self) -> Page:
        """What a browser does when the cookie is gone: ask, sign, ask again."""
        asked = self.post(self.session["refresh_url"])
        if asked.status != 403:
            return asked
        challenge, name = self._match(CHALLENGE, asked.header("Secure-Session-Challenge"))
        assert name == self.session["session_identifier"]
        return self.post(self.session["refresh_url"], self.proof(challenge))

    def copied_to(self, browser: Browser) -> Device:
        """Another device, with all that the first one knows but its key."""
        device = Device(self.site, browser)
        device.session = self.session
        return device

    def proof(self, challenge: str, introducing: bool = False) -> str:
        header: dict[str, Any] = {"typ": "dbsc+jwt"}
        if introducing:
            header["jwk"] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return jwt.encode({"jti": challenge}, self.key, "ES256", header)

    def post(self, path: str, proof: str | None = None) -> Page:
        headers = {"Secure-Session-Response": f'"{proof}"'} if proof else {}
        if self.session:
            headers["Sec-Secure-Session-Id"] = f'"{self.session["session_identifier"]}"'
        return self.browser.go("POST", self.site.url(path), headers=headers, follow=False)

    @staticmethod
    def _match(pattern: re.Pattern[str], header: str | None) -> tuple[str, ...]:
        found = pattern.fullmatch(header or "")
        assert found, f"not {pattern.pattern}: {header}"
        return found.groups()
