"""Providers that speak TLS and know clients with a certificate: at a port of its own, as RFC 8705 5 has it."""

from __future__ import annotations

import itertools
from pathlib import Path

from provider import AliasServer, MutualTLS, OpenIDProvider, ProviderServer
from provider.certificates import ClientCertificate, asking, authority

_number = itertools.count(1)


class TLSProviders:
    """`plain` asks whoever calls for a certificate, too, and does not insist: so it sees who shows one in the wrong
    place. self_signed: those that count although no authority vouches for them."""

    def __init__(self, *self_signed: ClientCertificate, keeps_connections: bool = False, polite: bool = False) -> None:
        trusted = [authority().pem.decode(), *(certificate.pem for certificate in self_signed)]
        self.plain = ProviderServer(asking(authority().server_context(), *trusted), "localhost", polite)
        demanding = asking(authority().server_context(), *trusted, demands=True)
        self.aliases = AliasServer(self.plain, demanding, keeps_connections)

    def add(
        self, certificate: ClientCertificate, method: str | None = "tls_client_auth", algorithm: str = "RS256"
    ) -> OpenIDProvider:
        """A provider that the client with this certificate is registered at."""
        provider = self.plain.add(f"mtls{next(_number)}", algorithm)
        provider.mutual_tls = MutualTLS(self.aliases.origin, certificate, method, authority())
        if method:
            provider.client_secret = None
        return provider

    def close(self) -> None:
        self.plain.close()
        self.aliases.close()


def section(certificate: ClientCertificate, folder: Path, method: str | None = "tls_client_auth") -> dict:
    """What a client with this certificate has in its secrets.toml, with the key in a file as most have it."""
    path = folder / f"key{next(_number)}.pem"
    path.write_text(certificate.key_pem)
    path.chmod(0o600)
    keys = {"client_certificate": certificate.pem, "client_certificate_key": {"file": str(path)}}
    return keys | {
        "client_secret": None, "token_endpoint_auth_method": method, "ca_file": str(authority().write(folder)),
        "userinfo": True,
    }  # fmt: skip
