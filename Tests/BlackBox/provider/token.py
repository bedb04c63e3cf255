"""How an ID token is made, with every step open to a test."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import jose
from .keys import SigningKey

REMOVE = object()  # as a value: leave this member out

Change = dict[str, Any] | Callable[[Any], Any]


def changed(document: Any, change: Change | None) -> Any:
    """A changed copy. A function may edit its argument or return another value; a dict is merged."""
    result = copy.deepcopy(document)
    if callable(change):
        answer = change(result)
        return result if answer is None else answer
    for name, value in (change or {}).items():
        if value is REMOVE:
            result.pop(name, None)
        else:
            result[name] = value
    return result


@dataclass
class TokenScript:
    """claims, header: changes to the honest ones, or bytes to send in their place.
    algorithm: signs with it, and names it in the header, in place of the key's own.
    key: signs with this private key (bytes for HMAC).
    sign: (signing input) -> signature bytes, in place of any signing.
    raw: (finished token) -> whatever is to be sent.
    """

    claims: Change | bytes | None = None
    header: Change | bytes | None = None
    algorithm: str | None = None
    key: Any = None
    sign: Callable[[bytes], bytes] | None = None
    raw: Callable[[str], Any] | None = None

    def make(self, claims: dict[str, Any], key: SigningKey) -> Any:
        algorithm = self.algorithm or key.algorithm
        header: Any = {"alg": algorithm, "typ": "JWT", "kid": key.kid}
        header = self.header if isinstance(self.header, bytes) else changed(header, self.header)
        payload = self.claims if isinstance(self.claims, bytes) else changed(claims, self.claims)
        signing_input = (jose.b64(jose.encode(header)) + "." + jose.b64(jose.encode(payload))).encode()
        sign = self.sign or (lambda data: jose.sign(algorithm, key.private if self.key is None else self.key, data))
        token = signing_input.decode() + "." + jose.b64(sign(signing_input))
        return self.raw(token) if self.raw else token
