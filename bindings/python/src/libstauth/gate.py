"""`require_login=True`: nobody sees the application who is not signed in, but for the paths left open."""

from __future__ import annotations

from collections.abc import Sequence


class Gate:
    """`open_paths`: paths that need no login. "/health" is that path alone, "/static/" all below it."""

    def __init__(self, require_login: bool, open_paths: Sequence[str]) -> None:
        if isinstance(open_paths, str):
            raise TypeError('open_paths is a list of paths: ["/health", "/static/"]')
        if open_paths and not require_login:
            raise ValueError("open_paths means nothing without require_login=True")
        if not all(path.startswith("/") for path in open_paths):
            raise ValueError('each of open_paths begins with "/"')
        self._required = require_login
        self._exact = frozenset(open_paths)
        self._folders = tuple(path for path in open_paths if path.endswith("/") and path != "/")

    def closed_to(self, path: str, signed_in: bool) -> bool:
        """True if this user may not see this path. `path`: decoded, as the application routes it."""
        if signed_in or not self._required:
            return False
        return not (path in self._exact or (path.startswith(self._folders) and _is_plain(path)))


def _is_plain(path: str) -> bool:
    """False for paths that something behind us could take for another one: /static/../admin"""
    return "\\" not in path and not any(part in ("", ".", "..") for part in path.rstrip("/").split("/")[1:])
