"""Access tokens that are bound to a key (RFC 9449), at a strict provider. Proofs are opened by joserfc, not by us."""

from __future__ import annotations

import json
import secrets
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from . import jose
from .authorization import Forbidden, require
from .replies import Reply, Request

NONCE_WANTED = "use_dpop_nonce"
HEADER = {"typ": "dpop+jwt", "alg": "ES256"}
FRESH = 10  # seconds


class WantsNonce(Exception):
    """The proof is good, and has no nonce or an old one."""


class DPoP:
    """`demands`: the endpoints that want a nonce: token, userinfo. Each has nonces of its own.
    renews: every answer has a new nonce, and no other is good then.

    The rest is for tests that bend it. scheme: as it is written in challenges. challenge: all of WWW-Authenticate.
    hides: the nonce is not told. endless: no nonce is ever good enough.
    """

    def __init__(self, *demands: str, renews: bool = False) -> None:
        self.demands, self.renews = demands, renews
        self.behave()
        self.accepted: list[dict[str, Any]] = []  # header, claims, thumbprint and endpoint of good proofs
        self.refused: list[str] = []  # why others were none
        self._given: dict[str, list[str]] = {}
        self._seen: set[str] = set()

    def behave(self) -> None:
        self.scheme = "DPoP"
        self.challenge: str | None = None
        self.hides = self.endless = False

    def confirm(self, request: Request, now: int, access_token: str | None = None) -> str:
        """The thumbprint of the proof's key. Forbidden where RFC 9449 4.3 forbids it."""
        try:
            return self._confirm(request, now, access_token)
        except (JoseError, LookupError, TypeError, ValueError) as error:
            self.refused.append(repr(error))
            raise Forbidden(f"no proof: {error!r}") from error
        except Forbidden as error:
            self.refused.append(str(error))
            raise

    def _confirm(self, request: Request, now: int, access_token: str | None) -> str:
        proofs = [value for name, value in request.headers if name.lower() == "dpop"]
        require(len(proofs) == 1, f"{len(proofs)} proofs")
        token = jws.extract_compact(proofs[0].encode())
        header = token.headers()
        jwk = header.pop("jwk")
        require(header == HEADER, f"header {header}")
        require(set(jwk) == {"kty", "crv", "x", "y"} and jwk["crv"] == "P-256", f"jwk has {sorted(jwk)}")
        key = ECKey.import_key(jwk)
        claims = json.loads(jws.deserialize_compact(proofs[0], key, algorithms=["ES256"]).payload)
        self._judge(claims, request, now, access_token)
        self.accepted.append({"claims": claims, "thumbprint": key.thumbprint(), "endpoint": request.endpoint})
        self._judge_nonce(claims.get("nonce"), request.endpoint)
        return key.thumbprint()

    def _judge(self, claims: dict[str, Any], request: Request, now: int, access_token: str | None) -> None:
        wanted = {"jti", "htm", "htu", "iat"} | ({"ath"} if access_token else set())
        require(set(claims) - {"nonce"} == wanted, f"claims {sorted(claims)}")
        require(claims["htm"] == request.method, f"htm {claims['htm']}")
        require(claims["htu"] == request.url, f"htu {claims['htu']} at {request.url}")
        require(type(claims["iat"]) is int and abs(now - claims["iat"]) <= FRESH, f"iat {claims['iat']}")
        require(len(claims["jti"]) >= 16 and claims["jti"] not in self._seen, f"jti {claims['jti']}")
        self._seen.add(claims["jti"])
        if access_token:
            require(claims["ath"] == jose.full_hash(access_token), "ath")

    def _judge_nonce(self, nonce: str | None, endpoint: str) -> None:
        """RFC 9449 8, 9: a nonce is for the server that gave it."""
        given = self._given.get(endpoint, [])
        require(nonce is None or nonce in given, f"a nonce that {endpoint} never gave")
        if endpoint in self.demands and (nonce is None or nonce != given[-1] or self.endless):
            raise WantsNonce

    def new_nonce(self, endpoint: str) -> dict[str, str]:
        nonce = "nonce-" + secrets.token_urlsafe(12)
        self._given.setdefault(endpoint, []).append(nonce)
        return {} if self.hides else {"DPoP-Nonce": nonce}

    def renewal(self, endpoint: str) -> dict[str, str]:
        """What goes along with an answer that is no refusal (8.2)."""
        return self.new_nonce(endpoint) if self.renews else {}

    def refusal(self, request: Request, error: str) -> Reply:
        headers = self.new_nonce(request.endpoint) if error == NONCE_WANTED else {}
        if request.endpoint != "userinfo":
            return Reply(400, {"error": error}, headers)
        challenge = self.challenge or f'{self.scheme} error="{error}", error_description="see RFC 9449", algs="ES256"'
        return Reply(401, b"", {"WWW-Authenticate": challenge, **headers})
