"""A provider's logout (OpenID Connect RP-Initiated Logout 1.0) that takes what the specification asks for, all of it,
and nothing else. With joserfc, which is not ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .replies import Reply, Request

PARAMETERS = {"id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state"}


class EndSession:
    """`registered`: the client's post_logout_redirect_uris. A test may ask for no hint, or bend the way back."""

    def __init__(self, issuer: str, client_id: str, registered: list[str]) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.registered = registered
        self.needs_hint = True
        self.state: Any = lambda state: state  # what the user comes back with
        self.ended: list[dict[str, Any]] = []  # the claims of the ID tokens
        self.refused: list[str] = []
        self.report: Any = None  # gets those claims before the user comes back: for the back-channel

    def answer(self, request: Request, keys: dict[str, Any]) -> Reply:
        asked = dict(request.query)
        problem = self._problem(request, asked, keys)
        if problem:
            self.refused.append(problem)
            return Reply(400, f"the logout is refused: {problem}")
        state = self.state(asked["state"])
        target = asked["post_logout_redirect_uri"]
        if state is not None:
            target += ("&" if "?" in target else "?") + urlencode({"state": state})
        return Reply(302, b"", {"Location": target})

    def _problem(self, request: Request, asked: dict[str, str], keys: dict[str, Any]) -> str | None:
        if request.method != "GET":
            return "no GET"
        if len(asked) != len(request.query) or asked.keys() - PARAMETERS:
            return "parameters that are not the specification's, or two of one name"
        if asked.get("client_id") != self.client_id:
            return "another client_id"
        if asked.get("post_logout_redirect_uri") not in self.registered:
            return "post_logout_redirect_uri is not registered"
        if len(asked.get("state", "")) < 22:
            return "no state that cannot be guessed"
        if "id_token_hint" in asked:
            return self._hint_problem(asked["id_token_hint"], keys)
        return "no id_token_hint" if self.needs_hint else None

    def _hint_problem(self, hint: str, keys: dict[str, Any]) -> str | None:
        """2: the provider validates that it was the issuer, and that the token is the client's."""
        try:
            token = jws.deserialize_compact(hint, KeySet.import_key_set(keys), algorithms=["RS256", "ES256"])
            claims = json.loads(token.payload)
        except (JoseError, ValueError) as error:
            return f"id_token_hint: {error}"
        if claims["iss"] != self.issuer or claims["aud"] != self.client_id:
            return "id_token_hint: of another issuer, or for another client"
        self.ended.append(claims)
        if self.report:
            self.report(claims)
        return None
