"""TLS certificates made at run time, good and bad."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class ClientCertificate:
    """What a client shows, and its key: PEM in `pem` and `key_pem`, DER in `der`."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate = certificate
        self.pem, self.key_pem = _pem(certificate).decode(), _private_pem(key).decode()
        self.der = certificate.public_bytes(serialization.Encoding.DER)


def self_signed(name: str) -> ClientCertificate:
    """A client's certificate that nobody vouches for."""
    issuer = Authority(name)
    return ClientCertificate(issuer.certificate, issuer.key)


def asking(context: ssl.SSLContext, *trusted: str, demands: bool = False) -> ssl.SSLContext:
    """The server asks for the client's certificate; trusted: PEM of authorities, or of self-signed ones."""
    context.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata="".join(trusted))
    return context


class Authority:
    """A certificate authority of the tests; `pem` is what a client's ca_file holds."""

    def __init__(self, name: str) -> None:
        self.name = _name(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(self.name, self.key.public_key(), NOW - DAY, NOW + DAY)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = builder.add_extension(constraints, critical=True).sign(self.key, hashes.SHA256())
        self.pem = _pem(self.certificate)

    def _builder(self, subject, public_key, begin, end) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(self.name, subject, public_key, x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )

    def server_context(
        self,
        names: tuple[str, ...] = ("localhost", "127.0.0.1"),
        common_name: str = "localhost",
        begin: datetime.datetime = NOW - DAY,
        end: datetime.datetime = NOW + DAY,
        more: bytes = b"",
    ) -> ssl.SSLContext:
        """A server's TLS settings with a new certificate. No names: a certificate without subjectAltName.

        `more`: further certificates that the server sends, in PEM.
        """
        certificate, key = self.issue(names, common_name, begin, end)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(certificate + more + key)
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def issue(
        self,
        names: tuple[str, ...] = ("localhost", "127.0.0.1"),
        common_name: str = "localhost",
        begin: datetime.datetime = NOW - DAY,
        end: datetime.datetime = NOW + DAY,
    ) -> tuple[bytes, bytes]:
        """A new certificate and its key, in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name(common_name), key.public_key(), begin, end)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(n) for n in names]), False)
        return _pem(builder.sign(self.key, hashes.SHA256())), _private_pem(key)

    def client(self, name: str) -> ClientCertificate:
        """A new certificate for a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(_name(name), key.public_key(), NOW - DAY, NOW + DAY)
        return ClientCertificate(builder.sign(self.key, hashes.SHA256()), key)

    def write(self, folder: Path) -> Path:
        path = folder / "ca.pem"
        path.write_bytes(self.pem)
        return path


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@functools.cache
def authority() -> Authority:
    return Authority("Black box tests")


@functools.cache
def stranger() -> Authority:
    """An authority that no client knows."""
    return Authority("Nobody")
