"""Access tokens for the app itself: JWTs (RFC 9068), opaque ones (RFC 7662), and proofs for bound ones (RFC 9449)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from . import jose
from .openid import OpenIDProvider
from .token import TokenScript

AUDIENCE = "https://api.example.org"


def _claims(provider: OpenIDProvider, says: dict[str, Any]) -> dict[str, Any]:
    now = provider.now()
    who = {"iss": provider.token_issuer, "aud": AUDIENCE, "sub": "script-user", "client_id": "script"}
    return who | {"iat": now, "exp": now + 300, "scope": "app:read"} | says


def access_token(provider: OpenIDProvider, **says: Any) -> str:
    """A JWT, with what it says besides."""
    claims = _claims(provider, {"jti": secrets.token_urlsafe(16), **says})
    token = TokenScript(header={"typ": "at+jwt"}).make(claims, provider.keys.current)
    provider.issued.add(token)
    return token


def opaque_token(provider: OpenIDProvider, **says: Any) -> str:
    """One that is active, with what its introspection says besides."""
    token = "opaque-" + secrets.token_urlsafe(24)
    provider.issued.add(token)
    provider.introspections[token] = {"active": True, "token_type": "Bearer"} | _claims(provider, says)
    return token


class ProofKey:
    """A program's key, to which tokens are bound."""

    def __init__(self) -> None:
        numbers = jose.ec_key().public_key().public_numbers()
        self.jwk = {"crv": "P-256", "kty": "EC"}
        self.jwk |= {"x": jose.b64_number(numbers.x, 32), "y": jose.b64_number(numbers.y, 32)}

    @property
    def thumbprint(self) -> str:
        text = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True)
        return jose.b64(hashlib.sha256(text.encode()).digest())

    def proof(self, url: str, token: str, now: int) -> str:
        """For a GET of this address with this token."""
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        claims = {"htm": "GET", "htu": url, "iat": now, "jti": secrets.token_urlsafe(16)}
        claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        signing_input = jose.b64(jose.encode(header)) + "." + jose.b64(jose.encode(claims))
        return signing_input + "." + jose.b64(jose.sign("ES256", jose.ec_key(), signing_input.encode()))
