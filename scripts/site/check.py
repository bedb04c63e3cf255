"""Checks a built site: every link leads to a page and a place on it, nothing is loaded from elsewhere, and no Markdown
is left in the text.

    check.py FOLDER
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches without being asked.
LOADED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "srcset"),
    ("link", "href"),
    ("video", "src"),
}
POINTERS = {"canonical", "prev", "next", "alternate"}
LEFT = re.compile(r"^(?:[-*] |#+ |\| |```)|\]\([\w./#-]+\)|\s\|\s.*\s\|\s|\*\*")
REMOTE_STYLE = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//")


class Document(HTMLParser):
    """The places of a page, its links with what they are in, and its paragraphs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[tuple[str, str, str]] = []
        self.paragraphs: list[str] = []
        self.depth = 0  # in a paragraph's code
        self.is_paragraph = False
        self.is_drawn_by_a_script = 'class="mermaid"' in text
        self.feed(text)

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in found}
        self.places |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        for name in ("href", "src", "srcset", "action"):
            if name in attributes and attributes.get("rel") not in POINTERS:
                self.links.append((tag, name, attributes[name]))
        if tag in ("p", "li", "td"):
            self.is_paragraph = True
            self.paragraphs.append("")
        elif tag in ("code", "pre"):
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "li", "td"):
            self.is_paragraph = False
        elif tag in ("code", "pre"):
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.is_paragraph and not self.depth:
            self.paragraphs[-1] += data


def broken(page: str, link: tuple[str, str, str], site: dict[str, Document], folder: Path) -> str | None:
    tag, name, target = link
    parts = urlsplit(target)
    if parts.scheme in ("data", "mailto", "javascript"):
        return None
    if parts.scheme or parts.netloc:
        return f"loads {target}" if (tag, name) in LOADED else None
    path = (folder / page).parent / unquote(parts.path) if parts.path else folder / page
    path = path.resolve()
    if path.is_dir():
        path = path / "index.html"
    if not path.is_file():
        return f"leads to {target}, which is missing"
    other = site.get(path.relative_to(folder).as_posix())
    if parts.fragment and other and unquote(parts.fragment) not in other.places:
        return f"leads to {target}, which has no such place"
    return None


def complaints(folder: Path) -> list[str]:
    folder = folder.resolve()
    site = {
        path.relative_to(folder).as_posix(): Document(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }
    found = []
    for page, document in site.items():
        if page == "404.html":  # its links begin at the root of the server
            continue
        found += [f"{page} {fault}" for link in document.links if (fault := broken(page, link, site, folder))]
        found += [
            f"{page} has Markdown in its text: {text.strip()[:80]}"
            for text in document.paragraphs
            if LEFT.search(text.strip())
        ]
        if document.is_drawn_by_a_script:
            found.append(f"{page} has a diagram whose program comes from elsewhere")
    for path in sorted(folder.rglob("*.css")):
        if REMOTE_STYLE.search(path.read_text("utf-8")):
            found.append(f"{path.relative_to(folder)} loads a style or a font from elsewhere")
    if "index.html" not in site or not (folder / "search" / "search_index.json").is_file():
        found.append("no start page, or nothing to search in")
    return found


def main() -> int:
    found = complaints(Path(sys.argv[1]))
    print("\n".join(found) if found else "the site's links lead somewhere, and it loads nothing from elsewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
