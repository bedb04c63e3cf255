"""A browser, as far as HTTP can see: cookies, redirects, Referer, Origin, Sec-Fetch-Site. It runs no script."""

from __future__ import annotations

import html
import http.client
import re
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from cookies import Jar, SetCookie, parse_set_cookie, site
from provider.certificates import authority

FAR = {"none": 0, "same-origin": 1, "same-site": 2, "cross-site": 3}


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass
class Page:
    """One response. `history` has the redirects that led here."""

    browser: Browser
    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    request: Step
    history: list[Page] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def code(self) -> str | None:
        """The error code that the library's page shows."""
        found = re.search(r"<code>(.*?)</code>", self.text, re.S)
        return html.unescape(found.group(1)) if found else None

    @property
    def links(self) -> list[str]:
        return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', self.text)]

    @property
    def cookies(self) -> list[SetCookie]:
        return [parse_set_cookie(value) for name, value in self.headers if name.lower() == "set-cookie"]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def posted_form(self) -> tuple[str, bytes] | None:
        """Action and body of a form that the page submits by itself, as those of response_mode=form_post do."""
        script = r'onload="document\.forms\[0\]\.submit\(\)"'
        found = re.search(script + r'.*<form method="post" action="([^"]*)">', self.text, re.S)
        if not found:
            return None
        inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"/>', self.text)
        body = urlencode([(html.unescape(name), html.unescape(value)) for name, value in inputs])
        return urljoin(self.url, html.unescape(found.group(1))), body.encode()

    @property
    def target(self) -> str:
        """Where the redirect, or the form that is posted by itself, leads."""
        if self.posted_form:
            return self.posted_form[0]
        location = self.header("Location")
        assert location is not None, f"no redirect from {self.url}: {self.status} {self.code or self.text[:300]}"
        return urljoin(self.url, location)

    @property
    def redirects(self) -> bool:
        """Whether the browser goes on by itself."""
        moved = self.status in (301, 302, 303, 307, 308) and self.header("Location") is not None
        return moved or self.posted_form is not None

    def follow(self) -> Page:
        """One redirect further, or to where the page posts its form."""
        if self.posted_form:
            action, body = self.posted_form
            return self.browser.step(Step("POST", action, body, initiator=self.url), [*self.history, self])
        return self.browser.step(self.request.redirected(self.url, self.target, self.status), [*self.history, self])

    def click(self, link: str, follow: bool = True) -> Page:
        return self.browser.go("GET", urljoin(self.url, link), initiator=self.url, follow=follow)

    def submit(self, action: str, fields: dict[str, str] | None = None, follow: bool = True) -> Page:
        """Sends a form of this page by POST."""
        body = urlencode(fields or {}).encode()
        return self.browser.go("POST", urljoin(self.url, action), body=body, initiator=self.url, follow=follow)


@dataclass
class Step:
    """A request on its way. `distance` is Sec-Fetch-Site, which only grows along a chain of redirects."""

    method: str
    url: str
    body: bytes = b""
    initiator: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    distance: str = "none"

    def __post_init__(self) -> None:
        if self.initiator is not None:
            self.distance = max(self.distance, self._distance(self.initiator), key=FAR.__getitem__)

    def _distance(self, other: str) -> str:
        here, there = urlsplit(self.url), urlsplit(other)
        if origin(self.url) == origin(other):
            return "same-origin"
        return "same-site" if site(here) == site(there) else "cross-site"

    def redirected(self, source: str, target: str, status: int) -> Step:
        keep = status in (307, 308) or self.method == "GET"
        step = Step("GET" if not keep else self.method, target, self.body if keep else b"", self.initiator)
        step.headers = dict(self.headers) if origin(source) == origin(target) else {}
        step.distance = self.distance
        if self.initiator is not None or self.distance != "none" or origin(source) != origin(target):
            step.distance = max(self.distance, step._distance(source), key=FAR.__getitem__)
        return step

    def all_headers(self) -> dict[str, str]:
        headers = {"User-Agent": "BlackBox/1.0", "Accept": "text/html", "Sec-Fetch-Site": self.distance}
        headers |= {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        if self.initiator is not None:
            same = origin(self.initiator) == origin(self.url)
            headers["Referer"] = self.initiator.split("#")[0] if same else origin(self.initiator) + "/"
            if self.method != "GET":
                headers["Origin"] = origin(self.initiator)
        if self.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return {**headers, **self.headers}


class Browser:
    """All tabs of one user. `routes` sends an origin to another address, as a proxy that ends TLS does."""

    def __init__(self, jar: Jar | None = None, routes: dict[str, int] | None = None) -> None:
        self.jar = jar or Jar()
        self.routes = routes or {}

    def another_device(self) -> Browser:
        """A browser with the same routes and no cookies."""
        return Browser(None, self.routes)

    def copy(self) -> Browser:
        return Browser(self.jar.copy(), self.routes)

    def open(self, url: str, follow: bool = True, **headers: str) -> Page:
        """Types the address. Keyword `Some_Header` becomes the header Some-Header."""
        return self.go(
            "GET", url, headers={name.replace("_", "-"): value for name, value in headers.items()}, follow=follow
        )

    def go(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        initiator: str | None = None,
        headers: dict[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        page = self.step(Step(method, url, body, initiator, headers or {}), [])
        while follow and page.redirects:
            assert len(page.history) < 10, f"redirect loop at {page.url}"
            page = page.follow()
        return page

    def step(self, request: Step, history: list[Page]) -> Page:
        """One request and its answer."""
        parts = urlsplit(request.url)
        headers = request.all_headers()
        cookie = self.jar.header(parts, request.distance != "cross-site", request.method == "GET")
        if cookie and "Cookie" not in headers:
            headers["Cookie"] = cookie
        status, received, body = self._exchange(request, parts, {k: v for k, v in headers.items() if v != ""})
        for name, value in received:
            if name.lower() == "set-cookie":
                self.jar.store(parts, value)
        return Page(self, request.url, status, received, body, request, history)

    def _exchange(self, request: Step, parts: SplitResult, headers: dict[str, str]):
        connection = self._connection(parts)
        try:
            path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", headers.pop("Host", parts.netloc))
            for name, value in headers.items():
                connection.putheader(name, value.encode("latin-1", "replace"))
            if request.body or request.method in ("POST", "PUT"):  # as Fetch says
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        where = f"{parts.scheme}://{parts.netloc}"
        if where in self.routes:
            return http.client.HTTPConnection("127.0.0.1", self.routes[where], timeout=30)
        assert parts.port, f"{where} is not reachable from the tests"
        if parts.scheme == "http":
            return http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=authority().pem.decode())
        return http.client.HTTPSConnection("127.0.0.1", parts.port, timeout=30, context=context)


def send_raw(port: int, request: bytes, *, hang_up: bool = True) -> bytes:
    """Sends bytes as they are and returns all that comes back; nothing if the other side just hangs up.
    hang_up: tells that nothing more will come, which some servers take for a client that has gone."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(request)
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                answer += piece
        except OSError:
            pass  # it hung up before it had read everything
    return answer
