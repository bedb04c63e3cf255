"""What glewlwyd can do beyond the plain code flow: three more of its providers, and a client for each case.

What glewlwyd 2.7.5 does otherwise than the specifications say, as far as it concerns these clients:

- A client's JWT must be for the very endpoint that it is sent to. RFC 9126 2 has a provider take its issuer and its
  token endpoint too.
- The form of `form_post` has the issuer percent-encoded, which makes it another one (RFC 9207 2); `WITHOUT_ISSUER`
  sends none.
- `response_mode` in a pushed request is not acted on, but comes back as a parameter of the response, as do
  `client_assertion` and its type.
- A client that must use DPoP must do so at the PAR endpoint too, where it is never told a nonce (RFC 9449 8, 10.1).
- UserInfo as a JWT has no `aud`, which OIDC Core 5.3.2 only recommends, and a `typ` of glewlwyd's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey, Key, RSAKey

from glewlwyd import Glewlwyd, make_signing_key
from glewlwyd_admin import Admin, Client

# The names of glewlwyd's plugins, and the last part of the issuers.
OPTIONAL, DEMANDING, WITHOUT_ISSUER = "in-depth", "demanding", "without-issuer"

SIGNING_KEY = ECKey.generate_key("P-256", {"kid": "client-signing", "use": "sig", "alg": "ES256"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "client-rsa", "use": "enc"})
EC_KEY = ECKey.generate_key("P-256", {"kid": "client-ec", "use": "enc"})

_FEATURES = {
    "client-jwks-parameter": "jwks",
    "request-parameter-allow": True,
    "request-parameter-ietf-strict": True,
    "request-parameter-allow-encrypted": False,
    "request-maximum-exp": 300,
    "encrypt-out-token-allow": True,
    **{f"client-{name}-parameter": name for name in ("alg", "enc", "alg_kid", "encrypt_id_token", "encrypt_userinfo")},
    "oauth-dpop-allowed": True,
    "oauth-dpop-iat-duration": 60,
    "oauth-dpop-iat-gap-duration": 0,
    "oauth-dpop-dpop_bound_access_tokens-property": "dpop_bound_access_tokens",
    "oauth-dpop-nonce-counter": 1,  # how many proofs a nonce is good for
    "oauth-dpop-nonce-mandatory": True,
}
_PLUGINS = {
    OPTIONAL: _FEATURES,
    DEMANDING: _FEATURES | {"oauth-par-required": True},
    WITHOUT_ISSUER: _FEATURES | {"oauth-as-iss-id": False},
}


@dataclass(frozen=True)
class Case:
    """A client: its registration at glewlwyd, and the keys of secrets.toml other than its key and its id."""

    properties: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    plugin: str | None = None

    def __or__(self, other: Case) -> Case:
        """A client with the features of both."""
        return Case(
            {**self.properties, **other.properties}, {**self.settings, **other.settings}, other.plugin or self.plugin
        )


class InDepth:
    def __init__(self, server: Glewlwyd, redirect_uri: str, cases: Mapping[str, Case]) -> None:
        self.server = server
        self._cases = cases
        admin = Admin(server.base, server.ca_file)
        admin.allow_client_property("dpop_bound_access_tokens")
        key = make_signing_key(server.folder, "rsa-pss")
        for plugin, parameters in _PLUGINS.items():
            admin.add_plugin(plugin, self.issuer(plugin), key, parameters)
        for name, case in cases.items():
            admin.add_client(Client(name, "", redirect_uri, _registration(case)))

    def issuer(self, plugin: str | None) -> str:
        return f"{self.server.base}/api/{plugin or OPTIONAL}"

    def sections(self) -> dict[str, dict[str, Any]]:
        """The tables of secrets.toml, each with the name of its case, which is the client's id too."""
        return {
            name: {
                "client_id": name,
                "server_metadata_url": self.issuer(case.plugin) + "/.well-known/openid-configuration",
                "ca_file": str(self.server.ca_file),
                "client_private_key": pem(SIGNING_KEY),
                "client_private_key_id": SIGNING_KEY.kid,
                "token_endpoint_auth_method": "private_key_jwt",
                "client_assertion_audience": "endpoint",
                **case.settings,
            }
            for name, case in self._cases.items()
        }


def encrypted_id_token(key: Key, algorithm: str, encryption: str) -> Case:
    registered = {"alg": algorithm, "alg_kid": key.kid, "enc": encryption, "encrypt_id_token": "1"}
    return Case(
        registered,
        {
            "client_decryption_key": pem(key),
            "client_decryption_key_id": key.kid,
            "id_token_encrypted_response_alg": algorithm,
            "id_token_encrypted_response_enc": encryption,
        },
    )


def encrypted(key: Key, algorithm: str, encryption: str) -> Case:
    """UserInfo as well, signed inside."""
    return encrypted_id_token(key, algorithm, encryption) | Case(
        {"encrypt_userinfo": "1"},
        {
            "userinfo": True,
            "userinfo_signed_response_alg": "PS256",
            "userinfo_encrypted_response_alg": algorithm,
            "userinfo_encrypted_response_enc": encryption,
        },
    )


def pem(key: Key) -> str:
    return key.as_pem(private=True).decode()


def _registration(case: Case) -> dict[str, object]:
    return {
        "token_endpoint_auth_method": ["private_key_jwt"],
        "token_endpoint_signing_alg": "ES256",
        "jwks": {"keys": [key.as_dict(private=False) for key in (SIGNING_KEY, RSA_KEY, EC_KEY)]},
        **case.properties,
    }
