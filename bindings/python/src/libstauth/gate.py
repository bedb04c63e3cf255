"""`require_login=True`: nobody sees the application who is not signed in, but for the paths left open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from libstauth.request import Request

# What a framework may read in more than one way, or something behind it may decode once more.
_AMBIGUOUS = re.compile("[\x00-\x1f\x7f\\\\\ud800-\udfff\ufffd]|%[0-9A-Fa-f]{2}")


class Gate:
    """`open_paths`: paths that need no login. "/health" is that path alone, "/static/" all below it."""

    def __init__(self, require_login: bool, open_paths: Sequence[str]) -> None:
        if isinstance(open_paths, str):
            raise TypeError('open_paths is a list of paths: ["/health", "/static/"]')
        if open_paths and not require_login:
            raise ValueError("open_paths means nothing without require_login=True")
        for path in open_paths:
            if not path.startswith("/"):
                raise ValueError(f'each of open_paths begins with "/", unlike {path!r}')
            if not is_plain(path):
                raise ValueError(f"open_paths are compared with decoded paths, which never look like {path!r}")
        self.required = require_login
        self._exact = frozenset(open_paths)
        self._folders = tuple(path for path in open_paths if path.endswith("/") and path != "/")

    def closed_to(self, request: Request, *routed: str) -> bool:
        """True if the user of this request may not see this page. Who that is is not looked at for an open one.

        `routed`: the path by which the application chooses the page, decoded, without the prefix that it is mounted
        at. Several, if it is not known which of them counts: then each has to be open.
        """
        return self.required and not all(map(self._is_open, routed)) and not request.user.is_logged_in

    def _is_open(self, path: str) -> bool:
        path = path or "/"  # the start page, where the prefix alone was asked for
        return path in self._exact or (path.startswith(self._folders) and is_plain(path))


def is_plain(path: str) -> bool:
    """False for paths that something behind us could take for another one: /static/../admin, /static/%2e%2e/admin."""
    if not path.startswith("/") or _AMBIGUOUS.search(path):
        return False
    *folders, last = path[1:].split("/")
    return all(map(_is_name, folders)) and (last == "" or _is_name(last))


def _is_name(segment: str) -> bool:
    """Dots alone lead elsewhere, also before parameters (`..;x=1`) and with the spaces that some systems drop."""
    return segment.partition(";")[0].strip(". ") != ""
