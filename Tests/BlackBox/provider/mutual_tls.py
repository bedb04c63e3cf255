"""Clients with a certificate (RFC 8705), at a strict provider."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization

from . import jose
from .certificates import Authority, ClientCertificate
from .replies import Request


class MutualTLS:
    """The endpoints at `origin` want the client's certificate, and no others may see it.

    method: tls_client_auth (the subject counts, and who vouches for it), self_signed_tls_client_auth (the key counts),
    or None, where the certificate only binds access tokens and the client authenticates itself in another way.
    """

    def __init__(
        self, origin: str, certificate: ClientCertificate, method: str | None = None, authority: Authority | None = None
    ) -> None:
        self.origin, self.method = origin, method
        self._registered, self._authority = certificate.certificate, authority

    def is_here(self, request: Request) -> bool:
        """Whether the request came to an endpoint that is for certificates."""
        return request.url.startswith(self.origin + "/")

    def authenticates(self, request: Request) -> bool:
        if not self.is_here(request) or request.certificate is None:
            return False
        shown = x509.load_der_x509_certificate(request.certificate)
        if self.method == "self_signed_tls_client_auth":
            return _key(shown) == _key(self._registered)
        return shown.subject == self._registered.subject and self._is_vouched_for(shown)

    def _is_vouched_for(self, shown: x509.Certificate) -> bool:
        assert self._authority, "tls_client_auth is for certificates of an authority"
        try:
            shown.verify_directly_issued_by(self._authority.certificate)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True

    def aliases(self, name: str, pushes: bool) -> dict[str, str]:
        """mtls_endpoint_aliases (RFC 8705 5)."""
        base = f"{self.origin}/{name}"
        pushing = {"pushed_authorization_request_endpoint": base + "/par"} if pushes else {}
        return {"token_endpoint": base + "/token", "userinfo_endpoint": base + "/userinfo", **pushing}


def thumbprint(certificate: bytes) -> str:
    """x5t#S256 (RFC 8705 3.1)."""
    return jose.b64(x509.load_der_x509_certificate(certificate).fingerprint(hashes.SHA256()))


def _key(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
