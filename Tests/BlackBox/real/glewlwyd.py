"""glewlwyd, Debian's OpenID provider in C: a private one over TLS, with its own database, keys and users."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from glewlwyd_admin import ALICE, Admin, Client, SigningKey, User
from providers import Provider, free_port, running

PROGRAM = Path("/usr/bin/glewlwyd")
SCHEMA = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
WEB_PAGES = Path("/usr/share/glewlwyd/webapp")


class Glewlwyd:
    """One process with two providers: their ID tokens are signed with RS256 and with ES256."""

    def __init__(self, folder: Path, port: int, ca_file: Path, client: Client) -> None:
        self.folder = folder
        self.base = f"https://localhost:{port}"
        self.ca_file = ca_file
        self.client = client
        self.rs256 = Provider(f"{self.base}/api/oidc", client.client_id, client.secret, ca_file)
        self.es256 = Provider(f"{self.base}/api/oidc-es256", client.client_id, client.secret, ca_file)

    def set_up(self) -> None:
        admin = Admin(self.base, self.ca_file)
        admin.add_plugin("oidc", self.rs256.issuer, make_signing_key(self.folder, "rsa"))
        admin.add_plugin("oidc-es256", self.es256.issuer, signing_key_with_a_short_coordinate())
        for scope in ("profile", "email"):
            admin.add_scope(scope)
        admin.add_client(self.client)
        admin.add_user(ALICE)

    def add_user(self, user: User) -> None:
        Admin(self.base, self.ca_file).add_user(user)

    def change_es256_key(self) -> None:
        admin = Admin(self.base, self.ca_file)
        admin.change_key("oidc-es256", self.es256.issuer, make_signing_key(self.folder, "ecdsa"))


@contextlib.contextmanager
def glewlwyd(folder: Path, redirect_uri: str) -> Iterator[Glewlwyd]:
    if not PROGRAM.exists() or not SCHEMA.exists():
        raise RuntimeError("glewlwyd is not installed: run Tests/BlackBox/real/install_glewlwyd.sh")
    port = free_port()
    ca_file = make_certificates(folder)
    make_database(folder / "glewlwyd.db")
    copy_web_pages(folder / "webapp")
    (folder / "glewlwyd.conf").write_text(_configuration(folder, port))
    client = Client("glewlwyd-client", "glewlwyd-client-secret", redirect_uri)
    server = Glewlwyd(folder, port, ca_file, client)
    with running([str(PROGRAM), f"--config-file={folder}/glewlwyd.conf"], folder) as process:
        process.wait_for(f"{server.base}/config", ca_file)
        server.set_up()
        for provider in (server.rs256, server.es256):
            process.wait_for(provider.metadata_url, ca_file)
        yield server


def make_certificates(folder: Path) -> Path:
    """A certificate authority of one day, and the server's certificate; gives the authority's file."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    request = ["openssl", "req", "-x509", *key, "-days", "1"]
    _run([*request, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=stauth test authority"], folder)
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", names, "-addext", "basicConstraints=critical,CA:FALSE"]
    _run([*request, *signed, "-keyout", "server.key", "-out", "server.pem", "-subj", "/CN=localhost"], folder)
    return folder / "ca.pem"


def make_signing_key(folder: Path, kind: str) -> SigningKey:
    """A new key for ID tokens."""
    rsa, p256 = ["RSA", "rsa_keygen_bits:2048"], ["EC", "ec_paramgen_curve:P-256"]
    algorithm = {"rsa": rsa, "rsa-pss": rsa, "ecdsa": p256}[kind]
    private, public = f"sign-{kind}.key", f"sign-{kind}.pem"
    _run(["openssl", "genpkey", "-algorithm", algorithm[0], "-pkeyopt", algorithm[1], "-out", private], folder)
    _run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], folder)
    return SigningKey(kind, (folder / private).read_text(), (folder / public).read_text())


def signing_key_with_a_short_coordinate() -> SigningKey:
    """A key whose x begins with a zero byte, which glewlwyd omits from its JWK set (RFC 7518 6.2.1.2 forbids that)."""
    key = ec.derive_private_key(379, ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return SigningKey("ecdsa", private.decode(), public.decode())


def make_database(path: Path) -> None:
    with SCHEMA.open("rb") as schema:
        # One transaction: each statement on its own would wait for the disk.
        script = b"BEGIN;\n" + schema.read() + b"\nCOMMIT;\n"
    subprocess.run(["sqlite3", "-bail", str(path)], input=script, check=True, capture_output=True)


def copy_web_pages(folder: Path) -> None:
    """glewlwyd's file server does not follow links, and Debian's package links jQuery, Bootstrap and the settings."""
    shutil.copytree(WEB_PAGES, folder, ignore=shutil.ignore_patterns("admin*.js", "profile*.js", "config.json"))
    # The package's link leads to the folder that holds the file.
    settings = WEB_PAGES / "config.json"
    shutil.copyfile(settings / "config.json" if settings.is_dir() else settings, folder / "config.json")


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _configuration(folder: Path, port: int) -> str:
    types = {"html": "text/html", "css": "text/css", "js": "application/javascript", "json": "application/json"}
    types |= {"png": "image/png", "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf"}
    mime_types = ",\n".join(f'  {{ extension = ".{end}", mime_type = "{name}" }}' for end, name in types.items())
    modules = "\n".join(
        f'{name}_module_path = "/usr/lib/glewlwyd/{directory}"'
        for name, directory in (
            ("user", "user"),
            ("user_middleware", "user_middleware"),
            ("client", "client"),
            ("user_auth_scheme", "scheme"),
            ("plugin", "plugin"),
        )
    )
    return f"""port = {port}
bind_address = "127.0.0.1"
external_url = "https://localhost:{port}"
login_url = "login.html"
api_prefix = "api"
static_files_path = "{folder}/webapp/"
log_mode = "console"
log_level = "WARNING"
cookie_secure = 1
cookie_same_site = "lax"
session_key = "GLEWLWYD2_SESSION_ID"
admin_scope = "g_admin"
profile_scope = "g_profile"
{modules}
use_secure_connection = true
secure_connection_key_file = "{folder}/server.key"
secure_connection_pem_file = "{folder}/server.pem"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3", path = "{folder}/glewlwyd.db" }};
static_files_mime_types = (
{mime_types}
)
"""
