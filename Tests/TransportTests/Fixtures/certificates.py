"""Certificates for the TLS listeners, made anew for each run with the openssl command."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

CONFIGURATION = """
[ca]
default_ca = test_authority
[test_authority]
new_certs_dir = {folder}
database = {folder}/index.txt
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any_name
copy_extensions = copy
x509_extensions = leaf
[any_name]
commonName = supplied
[leaf]
basicConstraints = CA:FALSE
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
"""

HERE = "IP:127.0.0.1,DNS:localhost"


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Certificates:
    """A folder with one authority to trust, one that nobody knows, and leaves of both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "openssl.cnf"
        self.configuration.write_text(CONFIGURATION.format(folder=folder))
        (folder / "index.txt").touch()
        self.make_self_signed("authority", "/CN=Test authority", "-extensions", "authority")
        self.make_self_signed("stranger", "/CN=Unknown authority", "-extensions", "authority")
        self.make_self_signed("self_signed", "/CN=localhost", "-addext", f"subjectAltName={HERE}")
        self.make_leaf("good", HERE)
        self.make_leaf("proxy", "IP:127.0.0.1")
        self.make_leaf("wrong_host", "DNS:other.example")
        self.make_leaf("only_common_name", "email:somebody@localhost", name_of_subject="localhost")
        self.make_leaf("expired", HERE, first_day=-20, last_day=-10)
        self.make_leaf("not_yet_valid", HERE, first_day=10, last_day=20)
        self.make_leaf("unknown_authority", HERE, authority="stranger")

    @property
    def authority(self) -> Path:
        return self.certificate("authority")

    def certificate(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def new_key(self, name: str) -> list[str]:
        options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        return [*options, "-keyout", str(self.key(name)), "-config", str(self.configuration)]

    def make_self_signed(self, name: str, subject: str, *options: str) -> None:
        out = ["-out", str(self.certificate(name)), "-days", "30"]
        openssl("req", "-x509", *self.new_key(name), *out, "-subj", subject, *options)

    def make_leaf(
        self,
        name: str,
        subject_names: str,
        authority: str = "authority",
        first_day: int = -1,
        last_day: int = 30,
        name_of_subject: str = "Test server",
    ) -> None:
        request = self.folder / f"{name}.csr"
        subject = ["-subj", f"/CN={name_of_subject}", "-addext", f"subjectAltName={subject_names}"]
        openssl("req", "-new", *self.new_key(name), *subject, "-out", str(request))
        days = [(datetime.now(UTC) + timedelta(days=day)).strftime("%Y%m%d%H%M%SZ") for day in (first_day, last_day)]
        issuer = ["-cert", str(self.certificate(authority)), "-keyfile", str(self.key(authority))]
        files = ["-in", str(request), "-out", str(self.certificate(name)), "-config", str(self.configuration)]
        openssl("ca", "-batch", "-notext", *issuer, *files, "-startdate", days[0], "-enddate", days[1])
