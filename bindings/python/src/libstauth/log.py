"""Sends the library's events to the logger "libstauth", and with STAUTH_LOG=info (or warning, error) to stderr too."""

from __future__ import annotations

import logging
import os
from typing import Optional

from libstauth._declarations import Log

logger = logging.getLogger("libstauth")

_LEVELS = {1: logging.INFO, 2: logging.WARNING, 3: logging.ERROR}


def _write(level: int, line: Optional[bytes], _user_data: Optional[int]) -> None:
    if line is not None:
        logger.log(_LEVELS.get(level, logging.ERROR), "%s", line.decode("utf-8", "replace"))


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
