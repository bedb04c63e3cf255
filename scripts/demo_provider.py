"""The OpenID provider of `./run demo`: two people, no passwords, no packages, no network.

Only for the demo: it signs with the client's secret, and keeps everything in the memory of one process.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

PEOPLE: dict[str, dict[str, object]] = {
    "ada": {
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "email_verified": True,
        "locale": "en-GB",
        "groups": ["mathematics", "engines"],
    },
    "grace": {
        "name": "Grace Hopper",
        "email": "grace@example.com",
        "email_verified": True,
        "locale": "en-US",
        "groups": ["compilers"],
    },
}
CODE_SECONDS, TOKEN_SECONDS = 60, 300
BODY_LIMIT = 64 * 1024

STYLE = """
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
body { max-width: 26rem; margin: 12vh auto; padding: 0 1.5rem }
button { display: block; width: 100%; margin: .7rem 0; padding: .7rem 1.3rem; border: 1px solid #2b5fd0;
  border-radius: 8px; background: #2b5fd0; color: #fff; font: inherit; cursor: pointer }
button.quiet { background: none; color: inherit; border-color: #888 }
small { opacity: .7 }
"""


@dataclass(frozen=True)
class Client:
    """The one relying party."""

    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    subject: str
    nonce: str
    challenge: str
    expires: float


@dataclass
class DemoProvider:
    """Serves from its start until `close()`."""

    client: Client
    codes: dict[str, Grant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["HS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def grant(self, asked: Mapping[str, str], subject: str) -> str:
        """A code for this person, for one use."""
        code = secrets.token_urlsafe(32)
        expires = time.monotonic() + CODE_SECONDS
        self.codes[code] = Grant(subject, asked.get("nonce", ""), asked["code_challenge"], expires)
        return code

    def tokens(self, form: Mapping[str, str], authorization: str) -> dict[str, object] | None:
        """The token response; None if the request is refused."""
        grant = self.codes.pop(form.get("code", ""), None)
        challenge = _base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            grant is None
            or grant.expires < time.monotonic()
            or not hmac.compare_digest(challenge, grant.challenge.encode())
            or not self._is_client(authorization)
            or form.get("redirect_uri") != self.client.redirect_uri
        ):
            return None
        return {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": self._id_token(grant)}

    def _is_client(self, authorization: str) -> bool:
        scheme, _, credentials = authorization.partition(" ")
        try:
            name, _, secret = base64.b64decode(credentials).decode().partition(":")
        except ValueError:
            return False
        given, expected = unquote_plus(secret).encode(), self.client.client_secret.encode()
        return scheme.lower() == "basic" and name == self.client.client_id and hmac.compare_digest(given, expected)

    def _id_token(self, grant: Grant) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client.client_id,
            "sub": grant.subject,
            "nonce": grant.nonce,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            **PEOPLE[grant.subject],
        }
        signed = b".".join(_base64url(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
        signature = hmac.new(self.client.client_secret.encode(), signed, hashlib.sha256).digest()
        return (signed + b"." + _base64url(signature)).decode()


class _Handler(BaseHTTPRequestHandler):
    provider: DemoProvider

    def do_GET(self) -> None:
        path, asked = self._target()
        if path == "/.well-known/openid-configuration":
            self._send_json(200, self.provider.metadata)
        elif path == "/keys":
            self._send_json(200, {"keys": []})
        elif path == "/authorize" and self._is_ours(asked):
            self._send_page(200, "Sign in", _people())
        elif path == "/logout":
            self._send_page(200, "Sign out", _question())
        elif path == "/":
            text = f'This is the provider of the demo. Begin at <a href="{_site(self.provider)}">the demo itself</a>.'
            self._send_page(200, "Demo provider", f"<p>{text}</p>")
        else:
            self._refuse()

    def do_POST(self) -> None:
        path, asked = self._target()
        form = self._form()
        if path == "/token":
            tokens = self.provider.tokens(form, self.headers.get("Authorization", ""))
            self._send_json(200 if tokens else 400, tokens or {"error": "invalid_grant"})
        elif path == "/authorize" and self._is_ours(asked):
            self._answer_login(asked, form.get("sub", ""))
        elif path == "/logout":
            wanted = asked.get("post_logout_redirect_uri", "")
            state = {"state": asked["state"]} if "state" in asked else {}
            # Only to where this client's users come from: the address is anybody's to write.
            self._redirect(self.provider.client.redirect_uri if wanted else _site(self.provider), state)
        else:
            self._refuse()

    def _answer_login(self, asked: Mapping[str, str], subject: str) -> None:
        answer = {"state": asked.get("state", ""), "iss": self.provider.issuer}
        if subject in PEOPLE:
            answer["code"] = self.provider.grant(asked, subject)
        else:
            answer["error"] = "access_denied"
        self._redirect(self.provider.client.redirect_uri, answer)

    def _is_ours(self, asked: Mapping[str, str]) -> bool:
        client = self.provider.client
        expected = {"client_id": client.client_id, "redirect_uri": client.redirect_uri, "response_type": "code"}
        is_bound = asked.get("code_challenge_method") == "S256" and asked.get("code_challenge", "").isascii()
        return is_bound and "code_challenge" in asked and all(asked.get(key) == it for key, it in expected.items())

    def _target(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(min(int(length), BODY_LIMIT)) if length.isdecimal() else b""
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))

    def _refuse(self) -> None:
        text = f'The demo did not send you here. Begin at <a href="{_site(self.provider)}">the demo itself</a>.'
        self._send_page(400, "Nothing to sign in to", f"<p>{text}</p>")

    def _redirect(self, target: str, query: Mapping[str, str]) -> None:
        self._send(303, "text/plain", b"", Location=f"{target}?{urlencode(query)}" if query else target)

    def _send_page(self, status: int, title: str, body: str) -> None:
        page = (
            f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{body}"
        )
        self._send(status, "text/html; charset=utf-8", page.encode())

    def _send_json(self, status: int, value: Mapping[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, content_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Its requests contain codes."""


def _people() -> str:
    buttons = [
        f'<button name=sub value="{subject}">Sign in as {html.escape(str(claims["name"]))}</button>'
        for subject, claims in PEOPLE.items()
    ]
    return (
        "<p>This page stands in for the sign-in page of Google, Microsoft or your company. "
        "Choose who you are; there is no password.</p>"
        f"<form method=post>{''.join(buttons)}<button class=quiet name=sub value=''>Cancel</button></form>"
        "<small>It runs on this computer and loads nothing from the internet.</small>"
    )


def _question() -> str:
    return (
        "<p>The demo has signed you out. This is its provider, which would now end its own session too. "
        "Press the button to go back to the demo.</p>"
        "<form method=post><button>Sign out and go back</button></form>"
    )


def _site(provider: DemoProvider) -> str:
    parts = urlsplit(provider.client.redirect_uri)
    return f"{parts.scheme}://{parts.netloc}/"


def _base64url(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")
