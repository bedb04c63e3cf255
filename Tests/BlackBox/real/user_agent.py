"""Requests to the real providers: their set-up, and what a user's browser would send them."""

from __future__ import annotations

import http.cookiejar
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode, urljoin


@dataclass(frozen=True)
class Answer:
    url: str
    status: int
    headers: Message
    text: str

    @property
    def redirect(self) -> str:
        """Where the answer sends the browser."""
        target = self.headers["Location"]
        assert target, f"no redirect from {self.url}: {self.status} {self.text[:500]}"
        return urljoin(self.url, target)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class UserAgent:
    """Keeps cookies, follows no redirect, and takes no notice of the environment's proxies."""

    def __init__(self, ca_file: Path | None = None) -> None:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirects(),
        )

    def get(self, url: str) -> Answer:
        return self._send(urllib.request.Request(url))

    def post_form(self, url: str, fields: dict[str, str]) -> Answer:
        return self._send(urllib.request.Request(url, data=urlencode(fields).encode(), method="POST"))

    def send_json(self, method: str, url: str, value: object) -> Answer:
        content_type = {"Content-Type": "application/json"}
        return self._send(urllib.request.Request(url, json.dumps(value).encode(), content_type, method=method))

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=10)
        except urllib.error.HTTPError as error:
            # urllib counts every status but 2xx as an error, redirects that are not followed among them.
            response = error
        with response:
            return Answer(request.full_url, response.status, response.headers, response.read().decode())
