"""Performs a browser's login at the demo, step by step over HTTP. The last line is the user's JSON."""

from __future__ import annotations

import http.cookiejar
import re
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    url: str
    status: int
    location: str | None
    text: str


class Browser:
    """Keeps cookies and shows each step; redirects are steps too."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirects(),
        )

    def get(self, url: str) -> Answer:
        return self._send(urllib.request.Request(url, headers={"Accept": "text/html"}))

    def submit(self, page: Answer, action: str = "", **fields: str) -> Answer:
        """Sends a form of the page: to the page itself, or to the path `action`."""
        parts = urlsplit(page.url)
        headers = {"Origin": f"{parts.scheme}://{parts.netloc}", "Referer": page.url}
        return self._send(
            urllib.request.Request(urljoin(page.url, action), urlencode(fields).encode(), headers, method="POST")
        )

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            # urllib treats every redirect that is not followed as an error.
            response = error
        with response:
            location = response.headers["Location"]
            answer = Answer(
                request.full_url,
                response.status,
                urljoin(request.full_url, location) if location else None,
                response.read().decode(),
            )
        print(f"{request.get_method():4} {_short(answer.url)}")
        print(f"     {answer.status}{' -> ' + _short(answer.location) if answer.location else ''}", flush=True)
        return answer


def _short(url: str) -> str:
    """Without the queries of the protocol: they are long, and contain codes."""
    return re.sub(r"\?.*&.*", "?…", url)


def _expect(what: str, holds: bool, answer: Answer) -> None:
    if not holds:
        sys.exit(f"headless login: {what}: {answer.url} gave {answer.status}\n{answer.text[-2000:]}")


def _next(answer: Answer) -> str:
    _expect("expected a redirect", answer.location is not None, answer)
    return answer.location or ""


def run(url: str) -> None:
    browser = Browser()
    page = browser.get(urljoin(url, "/report?id=3"))
    _expect("expected the page with a button to log in", page.status == 200 and "Log in" in page.text, page)

    form = browser.get(_next(browser.submit(page, login="default")))
    _expect("expected the provider's form", form.status == 200, form)
    callback = browser.get(_next(browser.submit(form, sub="ada")))
    page = browser.get(_next(callback))
    _expect("expected to be back on the page", page.url == urljoin(url, "/report?id=3"), page)
    _expect("expected to be signed in", page.status == 200 and "Log out" in page.text, page)
    user = browser.get(urljoin(url, "/user.json"))
    _expect("expected a user", '"is_logged_in":true' in user.text, user)

    # The provider asks whether to end the session there too, and sends the user back.
    asked = browser.get(_next(browser.submit(page, "/logout")))
    _expect("expected the provider's question", asked.status == 200 and "<form method=post>" in asked.text, asked)
    back = browser.submit(asked)
    page = browser.get(_next(browser.get(_next(back))))
    _expect("expected to be signed out", page.status == 200 and "Log in" in page.text, page)
    print(user.text)


if __name__ == "__main__":
    run(sys.argv[1])
