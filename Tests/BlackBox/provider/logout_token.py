"""A provider's word that users have signed out there (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import http.client
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from .openid import OpenIDProvider
from .token import TokenScript

EVENT = "http://schemas.openid.net/event/backchannel-logout"


def logout_token(provider: OpenIDProvider, says: dict[str, Any], **script: Any) -> str:
    """2.4, with what it says besides. `script`: what bends it, see TokenScript."""
    now = provider.now()
    honest = {
        "iss": provider.token_issuer,
        "aud": provider.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_urlsafe(16),
        "events": {EVENT: {}},
        **says,
    }
    if not provider.polite:
        script = {"header": {"typ": "logout+jwt"}} | script
        return TokenScript(**script).make(honest, provider.keys.current)
    return TokenScript(header={"typ": "logout+jwt"}).make(honest, provider.keys.current)


def report_logout(url: str, port: int, token: str) -> tuple[int, dict[str, str], bytes]:
    """2.5, at the host that listens at `port`: status, headers in lower case, and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, urlencode({"logout_token": token}), headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()
