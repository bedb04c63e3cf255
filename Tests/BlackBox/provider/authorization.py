"""The front of a strict provider: which authorization requests it takes, and in which way its response goes back."""

from __future__ import annotations

import html
import json
import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

ONCE = ("response_type", "client_id", "redirect_uri", "state", "nonce", "code_challenge", "code_challenge_method")
MODES = ("query", "form_post", "jwt", "query.jwt", "form_post.jwt")
OF_THE_JWT = ("iss", "aud", "exp", "iat", "nbf", "jti")


class Forbidden(Exception):
    """The request is one that a specification does not allow."""


class RequestObjects:
    """Signed authorization requests (RFC 9101), for a client whose key is known. With joserfc, which is not ours."""

    def __init__(self, client_id: str, issuer: str, algorithm: str, key: Key) -> None:
        self.client_id, self.issuer, self.algorithm, self.key = client_id, issuer, algorithm, key
        self.accepted: list[dict[str, Any]] = []  # header and claims, as they came

    def open(self, text: str, now: int) -> dict[str, str]:
        try:
            token = jwt.decode(text, self.key, algorithms=[self.algorithm])
        except (JoseError, ValueError) as error:
            raise Forbidden(f"the request object is not the client's: {error}") from error
        claims = token.claims
        require(token.header.get("typ") == "oauth-authz-req+jwt", "typ of the request object")
        require(claims.get("iss") == self.client_id and "sub" not in claims, "iss of the request object")
        require(claims.get("aud") == self.issuer, "aud of the request object")
        require(claims["nbf"] <= now + 10 and now - 10 <= claims["iat"] <= now + 10, "nbf, iat of the request object")
        require(now < claims["exp"] <= claims["nbf"] + 3600, "exp of the request object")
        require(len(claims["jti"]) >= 16, "jti of the request object")
        require(claims["jti"] not in [seen["claims"]["jti"] for seen in self.accepted], "jti used twice")
        require("request" not in claims and "request_uri" not in claims, "a request within a request")
        self.accepted.append({"header": token.header, "claims": claims})
        return {name: _as_text(name, value) for name, value in claims.items() if name not in OF_THE_JWT}


def _as_text(name: str, value: Any) -> str:
    """RFC 9101 4: numbers are numbers; OIDC Core 6.1: claims is an object."""
    if name == "max_age":
        require(type(value) is int, "max_age in the request object is not a number")
    if name in ("claims", "authorization_details"):
        require(isinstance(value, (dict, list)), f"{name} in the request object is text")
        return json.dumps(value)
    return str(value)


def require(condition: bool, what: str) -> None:
    if not condition:
        raise Forbidden(what)


def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """RFC 6749 3.1: no parameter more than once."""
    names = [name for name, _ in pairs]
    require(len(set(names)) == len(names), f"a parameter occurs twice: {names}")
    return dict(pairs)


def check(asked: dict[str, str], client_id: str) -> None:
    """A request for a code with everything that this provider insists on."""
    for name in ONCE:
        require(asked.get(name, "") != "", f"no {name}")
    require(asked["client_id"] == client_id, "client_id")
    require(asked["response_type"] == "code", "response_type")
    require("openid" in asked.get("scope", "").split(" "), "scope without openid")
    require(asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43, "code_challenge")
    require(asked.get("response_mode", "query") in MODES, "response_mode")
    require("none" not in asked.get("prompt", "").split(" ") or asked["prompt"] == "none", "prompt")
    require(asked.get("max_age", "0").isdigit(), "max_age")
    for name in ("claims", "authorization_details"):
        if name in asked:
            _check_json(name, json.loads(asked[name]))


def _check_json(name: str, value: Any) -> None:
    if name == "claims":  # OIDC Core 5.5
        require(isinstance(value, dict) and bool(value), "claims is not an object")
        for requests in value.values():
            require(all(each is None or isinstance(each, dict) for each in requests.values()), "claims")
    else:  # RFC 9396 2
        require(isinstance(value, list) and bool(value) and all(each["type"] for each in value), name)


def requested_contexts(asked: dict[str, str]) -> list[str]:
    """The acr values that the client wants, the wished for and the essential (OIDC Core 5.5.1.1)."""
    claims = json.loads(asked.get("claims", "{}")).get("id_token", {}).get("acr") or {}
    named = claims.get("values") or ([claims["value"]] if "value" in claims else [])
    return named or asked.get("acr_values", "").split()


def form(action: str, fields: list[tuple[str, str]]) -> str:
    """OAuth 2.0 Form Post Response Mode 4: a page that posts the response by itself."""
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}"/>' for name, value in fields
    )
    return (
        '<!DOCTYPE html><html><head><title>Submit this form</title></head><body onload="document.forms[0].submit()">'
        f'<form method="post" action="{html.escape(action)}">{inputs}</form></body></html>'
    )


def response_claims(answer: list[tuple[str, str]], issuer: str, client_id: str, now: int | None = None) -> dict:
    """JARM 2.1."""
    now = int(time.time()) if now is None else now
    return {**dict(answer), "iss": issuer, "aud": client_id, "exp": now + 300}
