"""The signing keys of one scripted provider and the JWK set that it publishes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from . import jose

_kid = itertools.count(1)


@dataclass
class SigningKey:
    algorithm: str
    private: Any
    kid: str = field(default_factory=lambda: f"key-{next(_kid)}")

    def jwk(self, **members: Any) -> dict[str, Any]:
        return jose.public_jwk(self.private, kid=self.kid, use="sig", alg=self.algorithm, **members)


class Keys:
    """`current` signs; `published` is what the JWK set shows, unless a test bends it."""

    def __init__(self, algorithm: str = "RS256") -> None:
        self.current = SigningKey(algorithm, jose.key_for(algorithm))
        self.published = [self.current]
        self._index = itertools.count(1)

    def rotate(self, algorithm: str | None = None, keep_old: bool = False) -> SigningKey:
        """A new key signs from now on. The old one is withdrawn, unless it is kept."""
        algorithm = algorithm or self.current.algorithm
        self.current = SigningKey(algorithm, jose.key_for(algorithm, next(self._index) % 3))
        self.published = [*self.published, self.current] if keep_old else [self.current]
        return self.current

    def use(self, algorithm: str) -> None:
        """Signs with a published key of this algorithm, publishing one where there is none."""
        for key in self.published:
            if key.algorithm == algorithm:
                self.current = key
                return
        self.rotate(algorithm, keep_old=True)

    def jwk_set(self) -> dict[str, Any]:
        return {"keys": [key.jwk() for key in self.published]}
