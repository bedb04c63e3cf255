"""Claims that are large, and stay so when they are compressed."""

from __future__ import annotations

import random
import uuid


def incompressible(length: int) -> str:
    """What compression saves, base64 adds."""
    state, text = 1, ""
    while len(text) < length:
        state = state * 6364136223846793005 + 1442695040888963407 & 2**64 - 1
        text += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[state >> 58]
    return text


def groups(count: int) -> list[str]:
    """As Microsoft Entra ID names them."""
    source = random.Random(count)
    return [str(uuid.UUID(int=source.getrandbits(128), version=4)) for _ in range(count)]
