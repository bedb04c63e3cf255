"""The form that a scripted provider's UserInfo has: JSON, signed, encrypted, or both (OIDC Core 5.3.2)."""

from __future__ import annotations

from typing import Any

from . import jose
from .replies import Reply, Request
from .token import changed


class UserInfo:
    """For OpenIDProvider, whose attributes it uses."""

    def _userinfo_reply(self, request: Request, claims: Any) -> Reply:
        for change in self._userinfo:
            claims = changed(claims, change)
        if not self.signs_userinfo and not self.userinfo_encryption:
            return Reply(body=claims)
        if request.header("Accept") != "application/jwt":
            return Reply(406, {"error": "this client is registered for application/jwt"})
        text = jose.encode(claims).decode()
        if self.signs_userinfo:
            text = self.userinfo_token.make({**claims, "iss": self.issuer, "aud": self.client_id}, self.keys.current)
        return Reply(body=self._encrypted(text, self.userinfo_encryption, nested=self.signs_userinfo).encode(),
                     headers={"Content-Type": "application/jwt"})  # fmt: skip

    def _encrypted(self, token: Any, way: Any, *, nested: bool = True) -> Any:
        """As the client was registered, `way`; None: not at all."""
        if isinstance(token, str):
            self.issued.add(token)
        return self.encryption.make(token, way, nested=nested) if way else token
