"""`require_login=True`: only signed-in users see the application, except for the open paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from libstauth.request import Request

# Characters that frameworks may read in different ways, or that code behind them may decode again.
_AMBIGUOUS = re.compile("[\x00-\x1f\x7f\\\\\ud800-\udfff\ufffd]|%[0-9A-Fa-f]{2}")


class Gate:
    """`open_paths`: paths that need no login. "/health" is that path alone, "/static/" everything below it."""

    def __init__(self, require_login: bool, open_paths: Sequence[str]) -> None:
        if isinstance(open_paths, str):
            raise TypeError('open_paths must be a list of paths: ["/health", "/static/"]')
        if open_paths and not require_login:
            raise ValueError("open_paths requires require_login=True")
        for path in open_paths:
            if not path.startswith("/"):
                raise ValueError(f'every entry of open_paths must begin with "/"; {path!r} does not')
            if not is_plain(path):
                raise ValueError(f"open_paths are compared with decoded paths; {path!r} can never match")
        self.required = require_login
        self._exact = frozenset(open_paths)
        self._folders = tuple(path for path in open_paths if path.endswith("/") and path != "/")

    def closed_to(self, request: Request, *routed: str) -> bool:
        """True if the user of this request may not see this page. For open pages the user is not even read.

        `routed`: the path that the application routes, decoded, without the prefix that it is mounted
        at. Several, if it is unknown which one applies: then each must be open.
        """
        return self.required and not all(map(self._is_open, routed)) and not request.user.is_logged_in

    def _is_open(self, path: str) -> bool:
        path = path or "/"  # the start page, if the request names only the prefix
        return path in self._exact or (path.startswith(self._folders) and is_plain(path))


def is_plain(path: str) -> bool:
    """False for paths that code behind us could mistake for another one: /static/../admin, /static/%2e%2e/admin."""
    if not path.startswith("/") or _AMBIGUOUS.search(path):
        return False
    *folders, last = path[1:].split("/")
    return all(map(_is_name, folders)) and (last == "" or _is_name(last))


def _is_name(segment: str) -> bool:
    """Dots alone lead elsewhere, even before parameters (`..;x=1`) and with spaces, which some systems drop."""
    return segment.partition(";")[0].strip(". ") != ""
