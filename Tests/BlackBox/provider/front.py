"""The authorization endpoint of a scripted provider, and the one for pushed requests."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode

from . import authorization
from .replies import Reply, Request

FORBIDDEN = (authorization.Forbidden, LookupError, TypeError, ValueError)


class Front:
    """For OpenIDProvider, whose attributes it uses."""

    def _answer_authorize(self, request: Request) -> Reply:
        """Signs the user in without asking and sends the browser back at once."""
        try:
            asked = self._asked(authorization.once(request.query))
            self._check(asked)
        except FORBIDDEN as error:
            return Reply(400, f"forbidden request: {error!r}".encode(), {"Content-Type": "text/plain"})
        code = "code-" + secrets.token_urlsafe(16)
        with self._lock:
            self._codes[code] = asked
            self.issued |= {code, asked.get("nonce", "")} - {""}
        answer = [("code", code), ("state", asked["state"]), ("iss", self.token_issuer)]
        if asked.get("prompt") == "none" and asked.get("max_age") == "0":  # nobody signs in without being asked
            answer[0] = ("error", "login_required")
        if self._authorization:
            answer = self._authorization(answer)
        return self._deliver(answer, asked)

    def _check(self, asked: dict[str, str]) -> None:
        authorization.check(asked, self.client_id)

    def _asked(self, query: dict[str, str]) -> dict[str, str]:
        """What was asked for: in the address, in a request object (RFC 9101), or pushed before (RFC 9126 4)."""
        if "request_uri" in query or self.pushes:
            authorization.require(set(query) == {"client_id", "request_uri"}, f"beside request_uri: {list(query)}")
            authorization.require(query["client_id"] == self.client_id, "client_id")
            with self._lock:
                return self._pushed.pop(query["request_uri"])
        if "request" not in query:
            authorization.require(self.request_objects is None, "no request object")
            return query
        inside = self._opened(query["request"])
        outside = {name: value for name, value in query.items() if name != "request"}
        authorization.require(outside.items() <= inside.items(), "outside is not what is inside")
        authorization.require({"response_type", "client_id", "scope"} <= set(outside), "OIDC Core 6.1")
        return inside

    def _opened(self, text: str) -> dict[str, str]:
        authorization.require(self.request_objects is not None, "a request object that this client never signs")
        with self._lock:
            return self.request_objects.open(text, self.now())

    def _answer_pushed(self, request: Request) -> Reply:
        """RFC 9126 2.1."""
        form = dict(request.form)
        if not self._client_is_authentic(request, form):
            return Reply(401, {"error": "invalid_client"})
        try:
            asked = authorization.once(request.form)
            authorization.require(request.method == "POST" and request.query == [], "not a form")
            for name in ("client_secret", "client_assertion", "client_assertion_type"):
                asked.pop(name, None)
            if self.request_objects:
                authorization.require(set(asked) == {"client_id", "request"}, f"beside request: {list(asked)}")
                asked = self._opened(asked["request"])
            authorization.require("request_uri" not in asked, "request_uri")
            self._check(asked)
        except FORBIDDEN as error:
            return Reply(400, {"error": "invalid_request", "error_description": repr(error)})
        uri = "urn:ietf:params:oauth:request_uri:" + secrets.token_urlsafe(16)
        with self._lock:
            self._pushed[uri] = asked
        return Reply(201, {"request_uri": uri, "expires_in": 60})

    def _deliver(self, answer: Any, asked: dict[str, str]) -> Reply:
        """In the response mode that was asked for. A text instead of a list is a query as it is."""
        mode = asked.get("response_mode", "query")
        if mode.endswith("jwt") and not isinstance(answer, str):
            claims = authorization.response_claims(answer, self.issuer, asked["client_id"], self.now())
            answer = [("response", self.response_token.make(claims, self.keys.current))]
            with self._lock:
                self.issued.add(answer[0][1])
        if mode.startswith("form_post"):
            fields = parse_qsl(answer, keep_blank_values=True) if isinstance(answer, str) else answer
            page = authorization.form(asked["redirect_uri"], fields)
            return Reply(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
        query = answer if isinstance(answer, str) else urlencode(answer)
        return Reply(302, b"", {"Location": asked["redirect_uri"] + "?" + query})
