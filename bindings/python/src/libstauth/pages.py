"""An application's own pages in place of the library's: `auth.pages = function`.

The function gets a `Page`, and returns the HTML to send, or None for the library's own page.

    def show(page):
        with app.app_context():
            return render_template("sign_in.html", page=page)

    auth.pages = show
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Callable, Optional, Union

from libstauth.log import logger

if TYPE_CHECKING:
    from libstauth.request import Request

Header = tuple[str, str]
# The library's own policy would keep a page from its styles, scripts and pictures.
_POLICY = ("Content-Security-Policy", "base-uri 'none'; frame-ancestors 'none'")


@dataclass(frozen=True)
class Link:
    """A link of the page: a path of this site."""

    text: str
    href: str


@dataclass(frozen=True)
class Form:
    """The form of a logout page: `<form method="post" action="…">` with the hidden fields and one button. With
    `logout_everywhere`, `everywhere` is the text of a second: `<button name="everywhere" value="1">`."""

    action: str
    button: str
    fields: dict[str, str] = field(default_factory=dict)
    everywhere: Optional[str] = None


@dataclass(frozen=True)
class Page:
    """What one of the library's pages says. All of it is text: escape it, as templates do.

    `kind`: "error", "providers" for the choice of a provider, or "logout" for the question before a logout, without
    a form for those who are not signed in. Later versions may add kinds: return None for those that you do not know.
    `title` and `text`: the words, in the language of the visitor.
    `language` and `direction`: for `<html lang="…" dir="…">`; the direction is "ltr" or "rtl".
    `links`: where the visitor can go on; the providers of a choice.
    `code`: the code of an error, for support.
    """

    kind: str
    status: int
    title: str
    text: str
    links: list[Link]
    language: str
    direction: str
    form: Optional[Form] = None
    code: Optional[str] = None


Pages = Callable[[Page], Union[str, bytes, None]]


def own_page(request: Request, status: int, html: bytes) -> Optional[bytes]:
    """The application's page in place of this one of the library's; None if it has none, or fails to make it."""
    pages = request.app.pages
    if pages is None or not html.startswith(b"<!DOCTYPE html>"):
        return None
    reader = _Reader()
    reader.feed(html.decode("utf-8", "replace"))
    try:
        made = pages(reader.page(status, request.is_logout))
    except Exception:
        logger.exception("the application's own page failed; the library's is sent instead")
        return None
    return made.encode("utf-8", "replace") if isinstance(made, str) else made


def headers_of_own_page(headers: list[Header]) -> list[Header]:
    """The headers for it. It may load what it likes, but nobody may frame it."""
    return [_POLICY if name.lower() == "content-security-policy" else (name, value) for name, value in headers]


class _Reader(HTMLParser):
    """Reads the library's page, so that its words need no functions of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, list[str]] = {"h1": [], "p": [], "code": [], "a": [], "button": []}
        self._targets: list[str] = []
        self._action: Optional[str] = None
        self._fields: dict[str, str] = {}
        self._open: Optional[str] = None
        self._page = {"lang": "en", "dir": "ltr"}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, Optional[str]]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in self._texts:
            self._open = tag
            self._texts[tag].append("")
        if tag == "html":
            self._page |= given
        elif tag == "a":
            self._targets.append(given.get("href", ""))
        elif tag == "form":
            self._action = given.get("action", "")
        elif tag == "input":
            self._fields[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._texts[self._open][-1] += data

    def page(self, status: int, is_logout: bool) -> Page:
        code = next(iter(self._texts["code"]), None)
        button, *others = [text.strip() for text in self._texts["button"]] or [""]
        return Page(
            kind="error" if code is not None else "logout" if is_logout else "providers",
            status=status,
            title=" ".join(self._texts["h1"]),
            text="\n".join(self._texts["p"]),
            links=[Link(text.strip(), href) for text, href in zip(self._texts["a"], self._targets)],
            language=self._page["lang"],
            direction=self._page["dir"],
            form=None if self._action is None else Form(self._action, button, self._fields, next(iter(others), None)),
            code=code,
        )
