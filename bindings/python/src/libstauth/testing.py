"""For the tests of an application: signs users in without a provider.

    auth = libstauth.testing.App().install()              # in conftest.py: no secrets.toml is read
    from shop import app
    cookies = auth.sign_in(email="ada@example.org")       # {name: value}, for the test client

Without `install()`, pass it to the application: `libstauth.flask.init_app(app, auth)` or similar.

An `App` of this module has its own new secret each time, and a provider inside the process: no other
application accepts its cookies. The login is still complete, with every check.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from ctypes import byref, c_size_t, c_void_p
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import parse_qs, urlencode, urlsplit

from libstauth import app
from libstauth._declarations import Transport
from libstauth._library import Library, copied
from libstauth.request import Request

if TYPE_CHECKING:
    from typing_extensions import Self

ISSUER = "https://provider.test"
_METADATA = "/.well-known/openid-configuration"
_NETWORK_ERROR = 3


class App(app.App):
    """A relying party of an invented provider, at which everybody can sign in.

    `providers`: the names of further providers, `[auth.NAME]` in a secrets.toml.
    `settings`: more keys, such as `{"auth.session_lifetime": "1h"}`.

    A test client that sends no Accept header is treated as a browser, and redirected to the provider like one.
    """

    takes_silence_for_browser = True

    def __init__(
        self,
        redirect_uri: str = "http://localhost:8501/oauth2callback",
        *,
        providers: Sequence[str] = (),
        settings: Optional[Mapping[str, app.Setting]] = None,
    ) -> None:
        self._redirect_uri = redirect_uri
        self._provider = _Provider()
        self.connect = self._provider.connect
        self._settings: dict[str, app.Setting] = {
            "auth.redirect_uri": redirect_uri,
            "auth.cookie_secret": secrets.token_hex(32),
            **self._provider.settings("auth", ISSUER),
        }
        for name in providers:
            self._settings |= self._provider.settings(f"auth.{name}", f"{ISSUER}/{name}")
        self._settings |= settings or {}
        super().__init__(settings=self._settings)

    def install(self) -> Self:
        """From now on, each `libstauth.App` that would read a secrets.toml is a twin of this one, which accepts the
        sessions of this one. Call it before the application is imported. `close()` ends it."""
        app.stand_in = self._make_twin
        return self

    def _make_twin(self, other: app.App) -> Mapping[str, app.Setting]:
        other.connect = self.connect
        other.takes_silence_for_browser = True
        return self._settings

    def close(self) -> None:
        """Closes the application."""
        if app.stand_in == self._make_twin:
            app.stand_in = None
        super().close()

    def sign_in(
        self, claims: Optional[Mapping[str, Any]] = None, *, provider: Optional[str] = None, **more: Any
    ) -> dict[str, str]:
        """Signs a user in with these claims, and returns the cookies of the session. `sub` defaults to "user".

        `provider`: one of `providers`; None for the default one.
        """
        with self.request("GET", self.login_url(provider)) as start:
            cookies = _cookies_of(start)
            endpoint, _, parameters = dict(start.headers)["Location"].partition("?")
        query, issuer = parse_qs(parameters), endpoint.removesuffix("/authorize")
        code = self._provider.authorize(query["nonce"][0], {"sub": "user", **(claims or {}), **more}, issuer)
        answer = urlencode({"code": code, "state": query["state"][0], "iss": issuer})
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        target = f"{urlsplit(self._redirect_uri).path}?{answer}"
        with self.request("GET", target, [("Cookie", header)]) as callback:
            return _cookies_of(callback)


class _Provider:
    """Answers the library's requests inside the process, for all issuers."""

    def __init__(self) -> None:
        self.client_id = "test"
        self.client_secret = secrets.token_hex(32)
        self._claims: dict[str, dict[str, Any]] = {}  # by code, and then by refresh token
        self._transport: Any = None

    def settings(self, section: str, issuer: str) -> dict[str, app.Setting]:
        """The metadata that a relying party needs."""
        ours = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "server_metadata_url": f"{issuer}{_METADATA}",
            "id_token_signed_response_alg": "HS256",
        }
        return {f"{section}.{key}": value for key, value in ours.items()}

    def connect(self, lib: Library) -> Any:
        """The st_transport function, which is kept, since the applications may call it at any time."""

        def exchange_messages(exchange: int, _user_data: Optional[int]) -> int:
            address, length = c_void_p(), c_size_t()
            lib.call(lib.st_exchange_body, exchange, byref(address), byref(length))
            answer = self._answer(lib.st_exchange_url(exchange).decode(), copied(address.value, length.value))
            if answer is None:
                return _NETWORK_ERROR
            body = json.dumps(answer).encode()
            lib.call(lib.st_exchange_add_header, exchange, b"Content-Type", b"application/json")
            lib.call(lib.st_exchange_respond, exchange, 200, body, len(body))
            return 0

        self._transport = self._transport or Transport(exchange_messages)
        return self._transport

    def authorize(self, nonce: str, claims: dict[str, Any], issuer: str = ISSUER) -> str:
        """Stands in for the user's consent: a code for these claims."""
        code = secrets.token_urlsafe(16)
        json.dumps(claims)  # a mistake is reported here
        self._claims[code] = {"nonce": nonce, **claims, "iss": issuer}
        return code

    def _answer(self, url: str, body: bytes) -> Optional[dict[str, Any]]:
        if url.endswith(_METADATA):
            issuer = url.removesuffix(_METADATA)
            return {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["HS256"],
                "authorization_response_iss_parameter_supported": True,
            }
        if url.endswith("/keys"):
            return {"keys": []}  # the ID token is signed with the client's secret
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        claims = self._claims.pop(fields.get("code") or fields.get("refresh_token", ""), None)
        if claims is None:
            return None
        following = secrets.token_urlsafe(16)
        self._claims[following] = claims
        access_token = "test" if "code" in fields else f"test-{following}"
        tokens = {"access_token": access_token, "expires_in": 3600, "refresh_token": following}
        return {**tokens, "token_type": "Bearer", "id_token": self._id_token(claims)}

    def _id_token(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        ours = {"aud": self.client_id, "iat": now, "exp": now + 300}
        signed = b".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256"}, {**claims, **ours}))
        signature = hmac.new(self.client_secret.encode(), signed, hashlib.sha256).digest()
        return (signed + b"." + _encoded(signature)).decode()


def _encoded(value: bytes) -> bytes:
    return urlsafe_b64encode(value).rstrip(b"=")


def _cookies_of(request: Request) -> dict[str, str]:
    """Answers the request. Returns the cookies that the response sets, without those that it removes."""
    request.begin()
    if request.error is not None:
        raise request.error
    lines = [value.partition(";")[0] for name, value in request.headers if name.lower() == "set-cookie"]
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, _, value in pairs if value}
