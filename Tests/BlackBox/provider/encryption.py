"""Encrypted tokens, made by joserfc, with every step open to a test."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.jwk import Key, OctKey

from .token import Change, changed

CONTENT_KEY = {"A128GCM": 16, "A192GCM": 24, "A256GCM": 32}
CONTENT_KEY |= {"A128CBC-HS256": 32, "A192CBC-HS384": 48, "A256CBC-HS512": 64}
WRAPPING_KEY = {"A128KW": 16, "A192KW": 24, "A256KW": 32}


@dataclass
class Encryption:
    """What the client was registered with: alg, enc, and its public key or its secret."""

    algorithm: str
    encryption: str
    key: Key | str
    kid: str | None = None

    def material(self) -> Key:
        if not isinstance(self.key, str):
            return self.key
        return symmetric_key(self.key, WRAPPING_KEY.get(self.algorithm) or CONTENT_KEY[self.encryption])


def symmetric_key(secret: str, length: int) -> OctKey:
    """OIDC Core 10.2."""
    name = "sha256" if length <= 32 else "sha384" if length <= 48 else "sha512"
    return OctKey.import_key(hashlib.new(name, secret.encode()).digest()[:length])


@dataclass
class EncryptionScript:
    """content: what is encrypted. header: changes to the honest one. using: another Encryption than the registered.
    raw: (finished token) -> whatever is to be sent. plain: nothing is encrypted.
    """

    content: Callable[[str], str | bytes] | None = None
    header: Change | None = None
    using: Callable[[Encryption], Encryption] | None = None
    raw: Callable[[str], Any] | None = None
    plain: bool = False

    def make(self, token: str, registered: Encryption, *, nested: bool) -> Any:
        if self.plain:
            return token
        way = self.using(registered) if self.using else registered
        header: Any = {"alg": way.algorithm, "enc": way.encryption}
        header |= ({"kid": way.kid} if way.kid else {}) | ({"cty": "JWT"} if nested else {})
        header = changed(header, self.header)
        content = self.content(token) if self.content else token
        allowed = [way.algorithm, way.encryption, "DEF"]
        made = jwe.encrypt_compact(header, content, way.material(), algorithms=allowed)
        return self.raw(made) if self.raw else made
