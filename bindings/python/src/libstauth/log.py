"""Sends the library's events to the logger "libstauth", and with STAUTH_LOG=info (or warning, error) to stderr too."""

from __future__ import annotations

import logging
import os
from collections import deque
from contextvars import ContextVar
from typing import Callable, Optional

from libstauth._declarations import Log

logger = logging.getLogger("libstauth")

_LEVELS = {1: logging.INFO, 2: logging.WARNING, 3: logging.ERROR}


_holds: ContextVar[bool] = ContextVar("libstauth.log", default=False)
_held: deque[tuple[int, bytes]] = deque()


def _write(level: int, line: Optional[bytes], _user_data: Optional[int]) -> None:
    if line is None:
        return
    if _holds.get():
        _held.append((level, line))
    else:
        logger.log(_LEVELS.get(level, logging.ERROR), "%s", line.decode("utf-8", "replace"))


def holding(function: Callable[..., int], *arguments: object) -> int:
    """Calls it, and holds its events until `write_held()`: under greenlets, logging has locks that a thread must not
    wait for."""
    token = _holds.set(True)
    try:
        return function(*arguments)
    finally:
        _holds.reset(token)


def write_held() -> None:
    """Writes what calls in other threads have reported."""
    while _held:
        _write(*_held.popleft(), None)


# Passed to every application. Lives as long as the process, since the library may call it at any time.
write_event = Log(_write)


def obey_environment() -> None:
    """Applies STAUTH_LOG, once."""
    name = os.environ.get("STAUTH_LOG", "").upper()
    if not name or logger.handlers:
        return
    logger.addHandler(logging.StreamHandler())
    if name in ("INFO", "WARNING", "ERROR"):
        logger.setLevel(name)
    else:
        logger.warning("STAUTH_LOG must be info, warning or error, not %r", name.lower())
