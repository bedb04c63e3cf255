"""A cookie jar with the rules of RFC 6265bis that logins depend on."""

from __future__ import annotations

import email.utils
import itertools
import time
from dataclasses import dataclass, field
from urllib.parse import SplitResult

_order = itertools.count()


@dataclass
class SetCookie:
    """One Set-Cookie header, taken apart; attribute names are in lower case."""

    name: str
    value: str
    attributes: dict[str, str]
    header: str

    @property
    def deletes(self) -> bool:
        return self.expiry() is not None and self.expiry() <= time.time()

    def expiry(self) -> float | None:
        if "max-age" in self.attributes:
            return time.time() + int(self.attributes["max-age"]) if int(self.attributes["max-age"]) > 0 else 0
        if "expires" in self.attributes:
            return email.utils.parsedate_to_datetime(self.attributes["expires"]).timestamp()
        return None


def parse_set_cookie(header: str) -> SetCookie:
    pair, *rest = header.split(";")
    name, _, value = pair.partition("=")
    attributes = {}
    for attribute in rest:
        key, _, text = attribute.partition("=")
        attributes[key.strip().lower()] = text.strip()
    return SetCookie(name.strip(), value.strip(), attributes, header)


def site(url: SplitResult) -> tuple[str, str]:
    """What browsers call a site: the scheme and the registrable domain. An address is its own domain."""
    host = url.hostname or ""
    numeric = host.replace(".", "").isdigit() or ":" in host
    return url.scheme, host if numeric else ".".join(host.split(".")[-2:])


def trustworthy(url: SplitResult) -> bool:
    """Where Secure cookies are taken and sent: with https, and, in Chromium and Firefox, to the machine itself."""
    return url.scheme == "https" or url.hostname in ("localhost", "127.0.0.1", "::1")


@dataclass
class StoredCookie:
    name: str
    value: str
    host: str
    path: str
    secure: bool
    http_only: bool
    same_site: str
    expires: float | None
    order: int = field(default_factory=lambda: next(_order))

    def fits(self, url: SplitResult, same_site: bool, top_level_get: bool) -> bool:
        path = url.path or "/"
        prefix = self.path if self.path.endswith("/") else self.path + "/"
        if url.hostname != self.host or not (path == self.path or path.startswith(prefix)):
            return False
        if self.secure and not trustworthy(url):
            return False
        if self.expires is not None and self.expires <= time.time():
            return False
        return same_site or self.same_site == "none" or (self.same_site == "lax" and top_level_get)


class Jar:
    """Host-only cookies: nothing under test sets Domain, and a header with it is refused."""

    def __init__(self, cookies: list[StoredCookie] | None = None) -> None:
        self.cookies = list(cookies or [])
        self.refused: list[SetCookie] = []

    def copy(self) -> Jar:
        return Jar(self.cookies)

    def store(self, url: SplitResult, header: str) -> SetCookie:
        cookie = parse_set_cookie(header)
        if not self._acceptable(url, cookie):
            self.refused.append(cookie)
            return cookie
        path = cookie.attributes.get("path") or "/"
        same = [c for c in self.cookies if (c.name, c.host, c.path) == (cookie.name, url.hostname, path)]
        self.cookies = [c for c in self.cookies if c not in same]
        if not cookie.deletes:
            stored = StoredCookie(
                name=cookie.name,
                value=cookie.value,
                host=url.hostname or "",
                path=path,
                secure="secure" in cookie.attributes,
                http_only="httponly" in cookie.attributes,
                same_site=cookie.attributes.get("samesite", "lax").lower(),
                expires=cookie.expiry(),
            )
            stored.order = same[0].order if same else stored.order
            self.cookies.append(stored)
        return cookie

    def _acceptable(self, url: SplitResult, cookie: SetCookie) -> bool:
        attributes = cookie.attributes
        if len(cookie.name) + len(cookie.value) > 4096 or "domain" in attributes:
            return False
        if "secure" in attributes and not trustworthy(url):
            return False
        if attributes.get("samesite", "").lower() == "none" and "secure" not in attributes:
            return False
        prefixed = cookie.name.lower().startswith(("__host-", "__secure-"))
        if prefixed and ("secure" not in attributes or url.scheme != "https"):
            return False
        return not cookie.name.lower().startswith("__host-") or attributes.get("path") == "/"

    def header(self, url: SplitResult, same_site: bool, top_level_get: bool) -> str | None:
        """The Cookie header for a request, longer paths first, then older cookies first."""
        fitting = [cookie for cookie in self.cookies if cookie.fits(url, same_site, top_level_get)]
        fitting.sort(key=lambda cookie: (-len(cookie.path), cookie.order))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting) or None

    def names(self, host: str = "localhost") -> list[str]:
        return sorted(cookie.name for cookie in self.cookies if cookie.host == host)

    def only(self, prefix: str) -> str:
        """The name of the only cookie whose name begins so."""
        (name,) = [cookie.name for cookie in self.cookies if cookie.name.startswith(prefix)]
        return name

    def get(self, name: str) -> str | None:
        return next((cookie.value for cookie in self.cookies if cookie.name == name), None)

    def set(self, name: str, value: str) -> None:
        """Puts another value into a stored cookie, as an attacker or a test may."""
        next(cookie for cookie in self.cookies if cookie.name == name)
        self.cookies = [
            StoredCookie(**{**vars(cookie), "value": value}) if cookie.name == name else cookie
            for cookie in self.cookies
        ]

    def drop(self, prefix: str) -> None:
        self.cookies = [cookie for cookie in self.cookies if not cookie.name.startswith(prefix)]
