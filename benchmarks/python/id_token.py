"""An ID token validated by PyJWT and by Authlib with joserfc, each with the provider's keys in memory."""

from __future__ import annotations

import hmac
import json
from typing import Any

import bench
import jwt
from authlib.integrations.base_client.sync_openid import OpenIDMixin

ISSUER, CLIENT_ID = "https://provider.example", "benchmark"
TOKENS = {"access_token": "SlAV32hkKG.benchmark"}


class AuthlibClient(OpenIDMixin):
    """Authlib's own validation, of a client that has the metadata and the keys in its cache."""

    client_id = CLIENT_ID

    def __init__(self) -> None:
        self.server_metadata = json.loads(bench.read("metadata.json")) | {"jwks": json.loads(bench.read("jwks.json"))}

    def load_server_metadata(self) -> dict[str, Any]:
        return self.server_metadata


def main() -> None:
    (algorithm,) = bench.MORE
    token, nonce = bench.read(f"id_token.{algorithm}"), bench.read("nonce")
    client = AuthlibClient()
    key = jwt.PyJWK.from_json(bench.read(f"jwk.{algorithm}.json"))
    required = {"require": ["iss", "sub", "aud", "exp", "iat"]}

    def pyjwt() -> None:
        """And the nonce, which it leaves to its caller."""
        claims = jwt.decode(token, key, [algorithm], audience=CLIENT_ID, issuer=ISSUER, options=required)
        assert hmac.compare_digest(claims["nonce"], nonce)

    def authlib() -> None:
        assert client.parse_id_token({**TOKENS, "id_token": token}, nonce)["sub"]

    bench.run({f"PyJWT, {algorithm}": pyjwt, f"Authlib, {algorithm}": authlib})


main()
