"""One scripted OpenID provider: well-behaved until a test bends it, and it remembers every request."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from . import authorization, jose
from .assertion import AssertionVerifier
from .binding import Binding, Refused
from .device import GRANT as DEVICE_GRANT
from .device import DeviceFlow, Devices
from .dpop import DPoP
from .encryption import Encryption, EncryptionScript
from .end_session import EndSession
from .front import Front
from .keys import Keys
from .mutual_tls import MutualTLS
from .replies import Reply, Request
from .rotation import Rotation
from .token import REMOVE, TokenScript, changed
from .userinfo import UserInfo

__all__ = ["REMOVE", "OpenIDProvider"]

Change = dict[str, Any] | Callable[[Any], Any]


class OpenIDProvider(Front, Binding, Devices, UserInfo):
    """Lives at `issuer`, a folder of a ProviderServer. Its methods are the knobs that tests turn."""

    def __init__(self, name: str, origin: str, algorithm: str = "RS256", polite: bool = False) -> None:
        self.name = name
        self.issuer = f"{origin}/{name}"
        self.client_id = f"client-{name}"
        self.client_secret: str | None = f"secret-{secrets.token_hex(16)}"
        self.auth_method: str | None = None  # the one that the token endpoint insists on; None: any
        self.assertions: AssertionVerifier | None = None  # for private_key_jwt and client_secret_jwt: then no other
        self.request_objects: authorization.RequestObjects | None = None  # for a client that signs its requests
        self.bearer_method = "header"  # how UserInfo takes access tokens, and no other way
        self.pushes = False  # whether requests have to be pushed, and an endpoint is there for that
        self.dpop: DPoP | None = None  # for a client whose access tokens are bound to a key
        self.mutual_tls: MutualTLS | None = None  # for a client with a certificate
        self.rotation: Rotation | None = None  # for a client that gets refresh tokens
        self.devices: DeviceFlow | None = None  # for a client that signs in on another device
        self.id_token_encryption: Encryption | None = None
        self.signs_userinfo = False
        self.userinfo_encryption: Encryption | None = None
        self.tenant: str | None = None  # with one, the metadata's issuer is a template, as Microsoft's is
        self.end_session: EndSession | None = None  # None: no logout here
        self.introspections: dict[str, dict[str, Any]] = {}  # what it says about access tokens for the app itself
        self.claims: dict[str, Any] = {"sub": f"user-of-{name}", "name": "Ada Lovelace", "email": "ada@example.org"}
        self.userinfo_claims: dict[str, Any] = {}  # what UserInfo has besides
        self.keys = Keys(algorithm)
        self.polite = polite
        self.requests: list[Request] = []
        self.issued: set[str] = set()  # what must never reach a page or a log
        self._lock = threading.Lock()
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._bindings: dict[str, dict[str, str]] = {}  # what each access token is bound to
        self._pushed: dict[str, dict[str, str]] = {}
        self.behave()

    def behave(self) -> None:
        """Takes back everything that a test bent, and forgets the requests."""
        self.clock_offset = 0
        if self.dpop:
            self.dpop.behave()
        self.token = TokenScript()
        self.response_token = TokenScript()
        self.userinfo_token = TokenScript()
        self.encryption = EncryptionScript()
        self._metadata: list[Change] = []
        self._key_set: Any = None
        self._authorization: Callable[[list[tuple[str, str]]], Any] | None = None
        self._token_response: list[Change] = []
        self._userinfo: list[Change] = []
        self._replies: dict[str, Any] = {}
        self.requests.clear()

    # The knobs. A polite provider ignores them: `pytest --polite` shows that each attack's test can fail.

    def metadata(self, change: Change) -> None:
        if not self.polite:
            self._metadata.append(change)

    def jwk_set(self, replacement: Any) -> None:
        """A whole JWK set (or bytes, or any JSON) instead of the published keys; may be a function of the real one."""
        if not self.polite:
            self._key_set = replacement

    def authorization_response(self, change: Callable[[list[tuple[str, str]]], Any]) -> None:
        """`change` gets the list of parameters and returns another one."""
        if not self.polite:
            self._authorization = change

    def id_token(self, **script: Any) -> None:
        """See TokenScript."""
        if not self.polite:
            self.token = TokenScript(**script)

    def signed_response(self, **script: Any) -> None:
        """The JWT of a signed authorization response (JARM): see TokenScript."""
        if not self.polite:
            self.response_token = TokenScript(**script)

    def signed_userinfo(self, **script: Any) -> None:
        """The JWT of UserInfo: see TokenScript."""
        if not self.polite:
            self.userinfo_token = TokenScript(**script)

    def encrypted(self, **script: Any) -> None:
        """What is encrypted, ID token or UserInfo: see EncryptionScript."""
        if not self.polite:
            self.encryption = EncryptionScript(**script)

    def token_response(self, change: Change) -> None:
        if not self.polite:
            self._token_response.append(change)

    def userinfo(self, change: Change) -> None:
        if not self.polite:
            self._userinfo.append(change)

    def respond(self, endpoint: str, reply: Reply | Callable[[Request], Reply | None]) -> None:
        """Replaces the answer of an endpoint: metadata, jwks, authorize, pushed, token or userinfo."""
        if not self.polite:
            self._replies[endpoint] = reply

    def has(self, endpoint: str) -> bool:
        return hasattr(self, "_answer_" + endpoint)

    def offer_logout(self, *registered: str) -> EndSession:
        """From now on the metadata has a logout, which sends users back to these addresses."""
        self.end_session = EndSession(self.issuer, self.client_id, list(registered))
        return self.end_session

    def seen(self, endpoint: str) -> list[Request]:
        return [request for request in self.requests if request.endpoint == endpoint]

    def now(self) -> int:
        return int(time.time()) + self.clock_offset

    # The endpoints.

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
        if self._shows_certificate_elsewhere(request):
            return Reply(400, b"a certificate that nobody asked for here", {"Content-Type": "text/plain"})
        scripted = self._replies.get(request.endpoint)
        if callable(scripted):
            scripted = scripted(request)
        return scripted or getattr(self, "_answer_" + request.endpoint)(request)

    @property
    def token_issuer(self) -> str:
        """What tokens and authorization responses name."""
        return f"{self.issuer}/{self.tenant}/v2.0" if self.tenant else self.issuer

    def default_metadata(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.pushes:
            more["pushed_authorization_request_endpoint"] = self.issuer + "/par"
        if self.mutual_tls:
            more["mtls_endpoint_aliases"] = self.mutual_tls.aliases(self.name, self.pushes)
            more["tls_client_certificate_bound_access_tokens"] = True
        if self.dpop:
            more["dpop_signing_alg_values_supported"] = ["ES256"]
        if self.devices:
            more["device_authorization_endpoint"] = self.issuer + "/device_authorization"
        if self.end_session:
            more["end_session_endpoint"] = self.issuer + "/end_session"
        return more | {
            "issuer": f"{self.issuer}/{{tenantid}}/v2.0" if self.tenant else self.issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "userinfo_endpoint": self.issuer + "/userinfo",
            "jwks_uri": self.issuer + "/jwks",
            "introspection_endpoint": self.issuer + "/introspect",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [
                *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
            ],
            "token_endpoint_auth_methods_supported": self._authentication_methods(),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _answer_metadata(self, _request: Request) -> Reply:
        document: Any = self.default_metadata()
        for change in self._metadata:
            document = changed(document, change)
        return Reply(body=document, headers={"Cache-Control": "max-age=3600"})

    def _answer_jwks(self, _request: Request) -> Reply:
        keys: Any = self.keys.jwk_set()
        if self._key_set is not None:
            keys = self._key_set(keys) if callable(self._key_set) else self._key_set
        return Reply(body=keys, headers={"Cache-Control": "max-age=3600"})

    def _answer_end_session(self, request: Request) -> Reply:
        if self.end_session is None:
            return Reply(404, "no such endpoint")
        return self.end_session.answer(request, self.keys.jwk_set())

    def _answer_revocation(self, request: Request) -> Reply:
        return Reply(200 if self._client_is_authentic(request, dict(request.form)) else 401)

    def _answer_introspection(self, request: Request) -> Reply:
        form = dict(request.form)
        if not self._client_is_authentic(request, form):
            return Reply(401, {"error": "invalid_client"}, {"WWW-Authenticate": "Basic"})
        return Reply(body=self.introspections.get(form.get("token", ""), {"active": False}))

    def _answer_token(self, request: Request) -> Reply:
        form = dict(request.form)
        if not self._client_is_authentic(request, form):
            return Reply(401, {"error": "invalid_client"}, {"WWW-Authenticate": "Basic"})
        try:
            binding = self._confirmation(request)
        except Refused as refused:
            return refused.reply
        granted, error = self._granted(form)
        if granted is None:
            return Reply(400, {"error": error})
        asked, more = granted
        access_token = "access-" + secrets.token_urlsafe(24)
        claims = self._id_token_claims(asked, access_token)
        response: Any = {"access_token": access_token, "token_type": "DPoP" if self.dpop else "Bearer"}
        response |= {"expires_in": 3600} | more
        response["id_token"] = self._encrypted(self.token.make(claims, self.keys.current), self.id_token_encryption)
        with self._lock:
            self.issued |= {access_token, *more.values()}
            self.issued |= {response["id_token"]} if isinstance(response["id_token"], str) else set()
            self._tokens[access_token] = self.claims | self.userinfo_claims
            self._bindings[access_token] = binding
        for change in self._token_response:
            response = changed(response, change)
        return Reply(body=response, headers=self.dpop.renewal("token") if self.dpop else {})

    def _granted(self, form: dict[str, str]) -> tuple[tuple[dict[str, str], dict[str, str]] | None, str]:
        """What the login asked for, and the refresh token to give; None, and the error, if it is refused."""
        if self.rotation and form.get("grant_type") == "refresh_token":
            redeemed = self.rotation.redeem(form.get("refresh_token", ""))
            return redeemed and (redeemed[0], {"refresh_token": redeemed[1]}), "invalid_grant"
        if self.devices and form.get("grant_type") == DEVICE_GRANT:
            asked, error = self.devices.poll(form.get("device_code", ""))
            return asked and (asked, self._first_refresh_token(asked)), error
        with self._lock:
            asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or form.get("grant_type") != "authorization_code" or not redeemable(asked, form):
            return None, "invalid_grant"
        self.issued.add(form["code_verifier"])
        return (asked, self._first_refresh_token(asked)), ""

    def _first_refresh_token(self, asked: dict[str, str]) -> dict[str, str]:
        return {"refresh_token": self.rotation.begin(asked)} if self.rotation else {}

    def _answer_userinfo(self, request: Request) -> Reply:
        try:
            claims: Any = self._tokens[self._presented(request)]
        except Refused as refused:
            return refused.reply
        reply = self._userinfo_reply(request, claims)
        reply.headers |= self.dpop.renewal("userinfo") if self.dpop else {}
        return reply

    def _id_token_claims(self, asked: dict[str, str], access_token: str) -> dict[str, Any]:
        now = self.now()
        protocol = {"iss": self.token_issuer, "aud": asked["client_id"], "exp": now + 300, "iat": now}
        if "nonce" in asked:
            protocol["nonce"] = asked["nonce"]
        if contexts := authorization.requested_contexts(asked):
            protocol["acr"] = contexts[0]
        if self.tenant:
            protocol["tid"] = self.tenant
        protocol["at_hash"] = jose.half_hash(self.keys.current.algorithm, access_token)
        return {**self.claims, **protocol}

    def _authentication_methods(self) -> list[str]:
        if self.mutual_tls and self.mutual_tls.method:
            return [self.mutual_tls.method]
        return ["client_secret_basic", "client_secret_post", "none"]

    def _client_is_authentic(self, request: Request, form: dict[str, str]) -> bool:
        """RFC 6749 2.3.1: in the header both halves are form-urlencoded before they are joined."""
        scheme, _, value = (request.header("Authorization") or "").partition(" ")
        if self.mutual_tls and self.mutual_tls.method:
            nothing_else = not scheme and not {"client_secret", "client_assertion"} & set(form)
            return nothing_else and form.get("client_id") == self.client_id and self.mutual_tls.authenticates(request)
        if self.assertions:
            with self._lock:
                return not scheme and self.assertions.accepts(form, self.now())
        if scheme == "Basic":
            halves = base64.b64decode(value).decode().split(":", 1)
            method, who, secret = "client_secret_basic", *(unquote_plus(half) for half in halves)
        else:
            who, secret = form.get("client_id", ""), form.get("client_secret")
            method = "client_secret_post" if secret else "none"
        return who == self.client_id and secret == self.client_secret and self.auth_method in (None, method)


def redeemable(asked: dict[str, str], form: dict[str, str]) -> bool:
    """PKCE S256 is not optional here, and redirect_uri has to be the same text."""
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    same_verifier = asked.get("code_challenge_method") == "S256" and asked.get("code_challenge") == jose.b64(digest)
    return same_verifier and asked.get("redirect_uri") == form.get("redirect_uri")
