"""Refresh tokens that are good for one use (RFC 9700 4.14.2)."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass


@dataclass
class _Family:
    """All refresh tokens of one login."""

    asked: dict[str, str]
    is_revoked: bool = False


class Rotation:
    """A token that comes again is taken for stolen, which revokes its family, unless that is within `leeway` seconds of
    its first use: then it gets another one, which is as good as the first."""

    def __init__(self, leeway: float = 0) -> None:
        self.leeway = leeway
        self.revoked = 0  # families
        self._lock = threading.Lock()
        self._families: dict[str, _Family] = {}
        self._used: dict[str, float] = {}

    def begin(self, asked: dict[str, str]) -> str:
        """The first refresh token of a login."""
        with self._lock:
            return self._issue(_Family(asked))

    def redeem(self, token: str) -> tuple[dict[str, str], str] | None:
        """What the login asked for, and the next refresh token."""
        with self._lock:
            family = self._families.get(token)
            if family is None or family.is_revoked:
                return None
            now = time.monotonic()
            if token in self._used and now >= self._used[token] + self.leeway:
                family.is_revoked = True
                self.revoked += 1
                return None
            self._used.setdefault(token, now)
            return family.asked, self._issue(family)

    def _issue(self, family: _Family) -> str:
        token = "refresh-" + secrets.token_urlsafe(24)
        self._families[token] = family
        return token
