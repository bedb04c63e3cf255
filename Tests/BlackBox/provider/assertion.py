"""Client assertions (RFC 7523 3), as a strict provider verifies them. With joserfc, which is not ours."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class AssertionVerifier:
    """Knows the client's keys, or its secret as an `oct` key. Takes every jti once."""

    def __init__(self, client_id: str, audience: str, algorithms: list[str], *keys: Key) -> None:
        self.client_id = client_id
        self.audience = audience
        self.algorithms = algorithms
        self.keys = keys
        self.accepted: list[dict[str, Any]] = []  # header and claims, as they came

    def accepts(self, form: dict[str, str], now: int | None = None) -> bool:
        if form.get("client_assertion_type") != JWT_BEARER or "client_secret" in form:
            return False
        if form.get("client_id") != self.client_id:
            return False
        key = self.keys[0] if len(self.keys) == 1 else KeySet(list(self.keys))
        try:
            token = jwt.decode(form.get("client_assertion", ""), key, algorithms=self.algorithms)
        except (JoseError, ValueError):
            return False
        return self._judge(token.header, token.claims, int(time.time()) if now is None else now)

    def _judge(self, header: dict[str, Any], claims: dict[str, Any], now: int) -> bool:
        if claims.get("iss") != self.client_id or claims.get("sub") != self.client_id:
            return False
        if claims.get("aud") != self.audience:  # one audience, not a list (draft-ietf-oauth-rfc7523bis)
            return False
        if not now - 10 <= claims.get("iat", 0) <= now < claims.get("exp", 0) <= now + 300:
            return False
        jti = claims.get("jti", "")
        if len(jti) < 16 or jti in [seen["claims"]["jti"] for seen in self.accepted]:
            return False
        self.accepted.append({"header": header, "claims": claims})
        return True
