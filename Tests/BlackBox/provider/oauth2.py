"""A provider that speaks plain OAuth 2.0, as GitHub does: no ID token, no metadata, an API that knows the user."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from . import authorization
from .openid import OpenIDProvider
from .replies import Reply, Request
from .token import changed


class OAuth2Provider(OpenIDProvider):
    """Strict where GitHub is not: PKCE is not optional, and nothing of OpenID Connect is to be sent."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.auth_method = "client_secret_post"
        self.called = self.issuer + "/login/oauth"  # what it calls itself in responses (RFC 9207)
        self.user: dict[str, Any] = {"id": 583231, "login": "ada", "name": "Ada Lovelace", "email": "typed@example.org"}
        self.emails: Any = [
            {"email": "old@example.org", "primary": False, "verified": True, "visibility": None},
            {"email": "ada@example.org", "primary": True, "verified": True, "visibility": "private"},
        ]

    @property
    def token_issuer(self) -> str:
        return self.called

    def _answer_metadata(self, _request: Request) -> Reply:
        return Reply(404, "There is no metadata.")

    _answer_jwks = _answer_metadata

    def _check(self, asked: dict[str, str]) -> None:
        known = {"response_type", "client_id", "redirect_uri", "scope", "prompt", "state"}
        authorization.require(set(asked) - known == {"code_challenge", "code_challenge_method"}, f"{sorted(asked)}")
        authorization.require(asked["response_type"] == "code" and asked["client_id"] == self.client_id, "the client")
        authorization.require(asked["code_challenge_method"] == "S256" and asked["state"] != "", "PKCE, state")

    def _answer_token(self, request: Request) -> Reply:
        """GitHub says no with 200, and in another format unless it is asked for JSON."""
        reply = super()._answer_token(request)
        body = dict(reply.body)
        if reply.status != 200:
            body = {
                "error": {"invalid_grant": "bad_verification_code"}.get(body["error"], "incorrect_client_credentials")
            }
        else:
            body.pop("id_token", None)
            body |= {"token_type": "bearer", "scope": "read:user,user:email"}
        for change in self._token_response:
            body = changed(body, change)
        if request.header("Accept") != "application/json":
            return Reply(200, urlencode(body).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        return Reply(200, body)

    def _has_token(self, request: Request) -> bool:
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        return scheme == "Bearer" and token in self._tokens and bool(request.header("User-Agent"))

    def _answer_userinfo(self, request: Request) -> Reply:
        if not self._has_token(request):
            return Reply(401, {"message": "Bad credentials"})
        user: Any = self.user
        for change in self._userinfo:
            user = changed(user, change)
        return Reply(body=user)

    def _answer_emails(self, request: Request) -> Reply:
        return Reply(body=self.emails) if self._has_token(request) else Reply(401, {"message": "Bad credentials"})
