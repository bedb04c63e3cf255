"""A claims provider (OIDC Core 5.6.2): it says something about users who sign in elsewhere."""

from __future__ import annotations

import secrets
from typing import Any

from .openid import OpenIDProvider
from .replies import Reply, Request


class ClaimsProvider(OpenIDProvider):
    """Its tokens are bent with `id_token`."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.says: dict[str, Any] = {"credit_score": 650, "shipping_address": {"country": "FI"}}
        self.access_token: str | None = "claims-" + secrets.token_urlsafe(16)
        self.issued.add(self.access_token)

    def made(self, **more: Any) -> Any:
        """A JWT with all that it says."""
        return self.token.make({"iss": self.issuer, **self.says, **more}, self.keys.current)

    def aggregated(self, *names: str, **more: Any) -> dict[str, Any]:
        """What a provider says of it that has its claims at hand."""
        return self._sourced({"JWT": self.made(**more)}, names)

    def distributed(self, *names: str, endpoint: str | None = None) -> dict[str, Any]:
        """What a provider says of it that does not."""
        source = {"endpoint": endpoint or self.issuer + "/claims"}
        return self._sourced(source | ({"access_token": self.access_token} if self.access_token else {}), names)

    def _sourced(self, source: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        return {"_claim_names": dict.fromkeys(names or self.says, "there"), "_claim_sources": {"there": source}}

    def _answer_claims(self, request: Request) -> Reply:
        expected = f"Bearer {self.access_token}" if self.access_token else None
        if request.method != "GET" or request.header("Authorization") != expected:
            return Reply(401, b"", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if request.header("Accept") != "application/jwt":
            return Reply(406)
        made = self.made()
        return Reply(body=made.encode() if isinstance(made, str) else made, headers={"Content-Type": "application/jwt"})
