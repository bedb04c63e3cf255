"""Logins on another device (RFC 8628): what the provider keeps of a user code until somebody types it."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from .replies import Reply, Request

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class DeviceFlow:
    """A test is the user: `sign_in()`, `refuse()`, `expire()`. `interval` and `lifetime` are seconds.

    `answers`: errors that the next polls get, whatever the user does."""

    interval: int = 1
    lifetime: int = 300
    offers_complete_uri: bool = True
    answers: list[str] = field(default_factory=list)
    polls: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _outcome: str = "authorization_pending"
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, issuer: str, asked: dict[str, str]) -> dict[str, Any]:
        """What the device gets (3.2)."""
        device_code = "device-" + secrets.token_urlsafe(24)
        user_code = "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(8))
        with self._lock:
            self._codes[device_code] = asked
        more = (
            {"verification_uri_complete": f"{issuer}/device?user_code={user_code}"} if self.offers_complete_uri else {}
        )
        return {
            "device_code": device_code,
            "user_code": f"{user_code[:4]}-{user_code[4:]}",
            "verification_uri": f"{issuer}/device",
            "expires_in": self.lifetime,
            "interval": self.interval,
            **more,
        }

    def sign_in(self) -> None:
        self._outcome = ""

    def refuse(self) -> None:
        self._outcome = "access_denied"

    def expire(self) -> None:
        self._outcome = "expired_token"

    def poll(self, device_code: str) -> tuple[dict[str, str] | None, str]:
        """What the device asked for, once the user has signed in; otherwise the error (3.5)."""
        with self._lock:
            self.polls += 1
            if device_code not in self._codes:
                return None, "invalid_grant"
            if self.answers:
                return None, self.answers.pop(0)
            if self._outcome:
                return None, self._outcome
            return self._codes.pop(device_code), ""


class Devices:
    """The endpoint of a provider that has `devices`."""

    devices: DeviceFlow | None

    def _answer_device(self, request: Request) -> Reply:
        """RFC 8628 3.1."""
        form = dict(request.form)
        if self.devices is None or not self._client_is_authentic(request, form):
            return Reply(401, {"error": "invalid_client"})
        if "openid" not in form.get("scope", "").split():
            return Reply(400, {"error": "invalid_scope"})
        answer = self.devices.begin(self.issuer, {"client_id": self.client_id, "scope": form["scope"]})
        with self._lock:
            self.issued.add(answer["device_code"])
        return Reply(body=answer)
