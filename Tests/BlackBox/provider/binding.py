"""What an access token of a scripted provider is bound to: a DPoP key (RFC 9449), a client certificate (RFC 8705)."""

from __future__ import annotations

from typing import Any

from .assertion import AssertionVerifier
from .authorization import Forbidden
from .dpop import NONCE_WANTED, DPoP, WantsNonce
from .mutual_tls import MutualTLS, thumbprint
from .replies import Reply, Request


class Refused(Exception):
    """The request gets this answer instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Binding:
    """For OpenIDProvider, whose attributes it uses."""

    def _confirmation(self, request: Request, access_token: str | None = None) -> dict[str, str]:
        """The members of "cnf" that this request proves (RFC 7800 3)."""
        confirmation: dict[str, str] = {}
        if self.mutual_tls:
            if request.certificate is None:
                raise Refused(Reply(400, {"error": "invalid_request", "error_description": "no certificate"}))
            confirmation["x5t#S256"] = thumbprint(request.certificate)
        if self.dpop:
            try:
                with self._lock:
                    self.issued |= {value for name, value in request.headers if name.lower() == "dpop"}
                    confirmation["jkt"] = self.dpop.confirm(request, self.now(), access_token)
            except WantsNonce:
                raise Refused(self.dpop.refusal(request, NONCE_WANTED)) from None
            except Forbidden:
                raise Refused(self.dpop.refusal(request, "invalid_dpop_proof")) from None
        return confirmation

    def _presented(self, request: Request) -> str:
        """The access token of a request, in the way that is right for what it is bound to."""
        header = request.header("Authorization")
        if self.bearer_method == "body":  # RFC 6750 2.2
            tokens = [value for name, value in request.form if name == "access_token"]
            if request.method != "POST" or header is not None or len(tokens) != 1 or request.query:
                raise Refused(Reply(400, b"", {"WWW-Authenticate": 'Bearer error="invalid_request"'}))
            header = "Bearer " + tokens[0]
        scheme, _, token = (header or "").partition(" ")
        bound = self._bindings.get(token)
        refused = Reply(401, b"", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if bound is None or scheme != ("DPoP" if "jkt" in bound else "Bearer"):
            raise Refused(refused)
        if self._confirmation(request, token) != bound:
            raise Refused(refused)
        return token

    def _shows_certificate_elsewhere(self, request: Request) -> bool:
        return request.certificate is not None and not (self.mutual_tls and self.mutual_tls.is_here(request))

    def bend_dpop(self, **changes: Any) -> None:
        """See DPoP."""
        if not self.polite:
            vars(self.dpop).update(changes)

    def fapi2(
        self, assertions: AssertionVerifier, dpop: DPoP | None = None, mutual_tls: MutualTLS | None = None
    ) -> None:
        """What FAPI 2.0 makes of a provider: pushed requests, private_key_jwt, and access tokens that are bound in one
        of the two ways."""
        assert (dpop is None) != (mutual_tls is None), "one of the two"
        self.client_secret = None
        self.assertions, self.dpop, self.mutual_tls, self.pushes = assertions, dpop, mutual_tls, True
