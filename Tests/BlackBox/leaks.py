"""Secrets in what the library writes to a host's log."""

from __future__ import annotations

import re

# What the scripted providers give out begins with its kind (provider/openid.py, front.py, rotation.py).
GIVEN = re.compile(r"\b(?:code|access|refresh|secret)-[\w-]{16,}|\beyJ[\w-]{8,}\.[\w-]+")


def leaks(log: str, configured: list[str]) -> list[str]:
    """The events that contain a configured secret, a code, a token, or a part of one. Lines of servers do not count:
    their logs of requests have each callback's code."""
    parts = [secret[start : start + 12] for secret in configured for start in range(0, max(1, len(secret) - 11), 4)]
    events = [line[line.index("event=") :] for line in log.splitlines() if "event=" in line]
    return [line for line in events if GIVEN.search(line) or any(part in line for part in parts)]
