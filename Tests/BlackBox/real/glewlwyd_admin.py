"""glewlwyd's set-up over its admin API: OpenID Connect plugins, a client, and users."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from user_agent import UserAgent


@dataclass(frozen=True)
class User:
    username: str
    password: str
    name: str
    email: str


ALICE = User("alice", "glewlwyd-alice-password", "Alice Glewlwyd", "alice@glewlwyd.example")
# The account that a new database has.
ADMIN_ACCOUNT = {"username": "admin", "password": "password"}


@dataclass(frozen=True)
class Client:
    client_id: str
    secret: str  # empty for one that has a key instead
    redirect_uri: str
    # Further settings for glewlwyd; they may override those of `Admin.add_client`.
    properties: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SigningKey:
    kind: str  # as glewlwyd calls it: rsa (RS256), rsa-pss (PS256) or ecdsa (ES256)
    private: str
    public: str


class Admin:
    def __init__(self, base: str, ca_file: Path) -> None:
        self._base = base
        self._user_agent = UserAgent(ca_file)
        self._send("POST", "/api/auth/", ADMIN_ACCOUNT)

    def add_plugin(self, name: str, issuer: str, key: SigningKey, more: Mapping[str, object] | None = None) -> None:
        """`more`: the plugin's parameters beyond those of a plain provider."""
        self._send("POST", "/api/mod/plugin/", _plugin(name, issuer, key, more or {}))

    def change_key(self, name: str, issuer: str, key: SigningKey) -> None:
        """From now on the provider signs with another key, without notice."""
        self._send("PUT", f"/api/mod/plugin/{name}", _plugin(name, issuer, key, {}))
        self._send("PUT", f"/api/mod/plugin/{name}/reset", {})

    def add_scope(self, name: str) -> None:
        scope = {"name": name, "display_name": name, "description": f"stauth test: {name}"}
        self._send("POST", "/api/scope/", scope | {"password_required": False, "password_max_age": 0, "scheme": {}})

    def add_client(self, client: Client) -> None:
        self._send(
            "POST",
            "/api/client/",
            {
                "client_id": client.client_id,
                "name": "stauth demo",
                "confidential": True,
                "enabled": True,
                "redirect_uri": [client.redirect_uri],
                "authorization_type": ["code", "refresh_token"],
                "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"],
                "scope": ["openid"],
            }
            | ({"password": client.secret} if client.secret else {})
            | client.properties,
        )

    def allow_client_property(self, name: str) -> None:
        """glewlwyd forgets what a client is registered with unless its list of properties has it."""
        path = "/api/mod/client/database"
        module = json.loads(self._user_agent.get(self._base + path).text)
        module["parameters"]["data-format"][name] = {"multiple": False, "read": True, "write": True}
        self._send("PUT", path, module)
        self._send("PUT", path + "/reset", {})

    def add_user(self, user: User) -> None:
        account = {"username": user.username, "password": user.password, "name": user.name, "email": user.email}
        self._send("POST", "/api/user/", account | {"enabled": True, "scope": ["openid", "profile", "email"]})

    def _send(self, method: str, path: str, body: object) -> None:
        answer = self._user_agent.send_json(method, self._base + path, body)
        if answer.status != 200:
            raise RuntimeError(f"glewlwyd: {method} {path}: {answer.status} {answer.text}")


def _plugin(name: str, issuer: str, key: SigningKey, more: Mapping[str, object]) -> dict[str, object]:
    """An OpenID provider that knows the code flow with PKCE, PAR and JARM, and of the rest only what `more` says."""
    plain = {
        "iss": issuer,
        "jwt-type": key.kind,
        "jwt-key-size": "256",
        "key": key.private,
        "cert": key.public,
        "jwks-show": True,
        "access-token-duration": 3600,
        "refresh-token-duration": 86400,
        "code-duration": 600,
        "allow-non-oidc": False,
        "auth-type-code-enabled": True,
        "auth-type-code-revoke-replayed": True,
        "auth-type-token-enabled": False,
        "auth-type-implicit-enabled": False,
        "auth-type-password-enabled": False,
        "auth-type-client-enabled": False,
        "auth-type-refresh-enabled": True,
        "oauth-as-iss-id": True,
        "oauth-par-allowed": True,
        "oauth-par-required": False,
        "oauth-par-duration": 90,
        "oauth-par-request_uri-prefix": "urn:ietf:params:oauth:request_uri:",
        "oauth-fapi-allow-jarm": True,
        "pkce-allowed": True,
        "pkce-method-plain-allowed": False,
        "pkce-required": True,
        "subject-type": "public",
        "name-claim": "on-demand",
        "name-claim-scope": ["profile"],
        "email-claim": "on-demand",
        "email-claim-scope": ["email"],
    }
    return {"module": "oidc", "name": name, "display_name": name, "parameters": plain | more, "order_rank": 0}
