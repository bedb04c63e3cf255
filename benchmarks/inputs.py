"""Makes the input of all programs: keys, user, ID tokens and settings. Everything but the times is always the same."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import json
import random
import time
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SEED = 20261124
SYSTEM_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
ISSUER = "https://provider.example"
CLIENT_ID = "benchmark"
NONCE = "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS"
ACCESS_TOKEN = "SlAV32hkKG.benchmark"
ALGORITHMS = ("RS256", "ES256", "EdDSA")
# Roughly Microsoft's claims about somebody in a few groups.
USER = {
    "sub": "Zx3v9QkT0y7Lw2bFh8sRj5NcAe1uGdMoPiVtYq46KXE",
    "name": "Ada Lovelace",
    "preferred_username": "ada.lovelace@example.org",
    "email": "ada.lovelace@example.org",
    "email_verified": True,
    "oid": "6f1f6f0e-3b0d-4b7e-9a53-0e2d6c1b7a94",
    "tid": "9c2d7e81-54aa-4f0b-8f17-b3e06d5c2f68",
    "rh": "0.AXkAgX4tnKpUC0-PF7PgbVwvaAYAAAAAAAAAwAAAAAAAAAB5AFo.",
    "uti": "Qk7mVt2cX0uZs9rLdP4WAA",
    "picture": "https://graph.example.org/v1.0/users/6f1f6f0e-3b0d-4b7e-9a53-0e2d6c1b7a94/photo",
    "locale": "en-GB",
    "groups": [
        "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        "e58ed763-928c-4155-bee9-fdbaaadc15f3",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "d9428888-122b-11e1-b85c-61cd3cbb3210",
        "3f333df6-90a4-4fda-8dd3-9485d27cee36",
        "550e8400-e29b-41d4-a716-446655440000",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "a3bb189e-8bf9-4888-9912-ace4e6543002",
        "c9bf9e57-1685-4c89-bafb-ff5af830be8a",
        "2c5ea4c0-4067-4e8c-8bdc-fb1d6e1a7b3e",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "9f4c2b1a-6d3e-4f58-8a7b-1c0d9e8f7a6b",
        "5e2d7c90-1b4a-4e6f-93c8-d0a1b2c3d4e5",
    ],
}
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "response_types_supported": ["code"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": list(ALGORITHMS),
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
}
SECRETS = f"""[auth]
redirect_uri = "https://app.example/oauth2callback"
cookie_secret = "k8VxTzq4NfWm2RbYcJ7sLhPd-benchmark"
client_id = "{CLIENT_ID}"
client_secret = "a secret of the benchmark's client"
server_metadata_url = "{ISSUER}/.well-known/openid-configuration"
"""


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64_number(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _is_prime(number: int, source: random.Random) -> bool:
    """Miller and Rabin's test. For keys that protect nothing."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        power = pow(source.randrange(2, number - 1), odd, number)
        if power not in (1, number - 1) and all(pow(power, 2**i, number) != number - 1 for i in range(1, twos)):
            return False
    return True


def _rsa_key(source: random.Random) -> rsa.RSAPrivateKey:
    primes: list[int] = []
    while len(primes) < 2:
        candidate = source.getrandbits(1024) | 3 << 1022 | 1
        if candidate % 65537 != 1 and _is_prime(candidate, source):
            primes.append(candidate)
    p, q = primes
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    parts = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *parts, public).private_key()


def make_keys() -> dict[str, Any]:
    source = random.Random(SEED)
    return {
        "RS256": _rsa_key(source),
        "ES256": ec.derive_private_key(source.getrandbits(250), ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.from_private_bytes(source.randbytes(32)),
    }


def jwk(algorithm: str, key: Any) -> dict[str, str]:
    public = key.public_key()
    common = {"kid": algorithm, "alg": algorithm, "use": "sig"}
    if algorithm == "RS256":
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": b64_number(numbers.n), "e": b64_number(numbers.e), **common}
    if algorithm == "ES256":
        numbers = public.public_numbers()
        x, y = (b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **common}
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes_raw()), **common}


def sign(algorithm: str, key: Any, text: bytes) -> bytes:
    if algorithm == "RS256":
        return key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    if algorithm == "ES256":
        halves = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        return b"".join(half.to_bytes(32, "big") for half in halves)
    return key.sign(text)


def id_token(algorithm: str, key: Any, claims: dict[str, Any]) -> str:
    header = {"alg": algorithm, "kid": algorithm, "typ": "JWT"}
    signed = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return signed + "." + b64(sign(algorithm, key, signed.encode()))


def access_token_hash(name: str) -> str:
    digest = hashlib.new(name, ACCESS_TOKEN.encode()).digest()
    return b64(digest[: len(digest) // 2])


def make_claims(algorithm: str) -> dict[str, Any]:
    """An ID token's, except for the nonce."""
    now = int(time.time())
    protocol = {"iss": ISSUER, "aud": CLIENT_ID, "iat": now - 10, "exp": now + 6 * 3600}
    return {**USER, **protocol, "at_hash": access_token_hash("sha512" if algorithm == "EdDSA" else "sha256")}


def make_certificates(source: random.Random) -> dict[str, str]:
    """A server's certificate, and the system's authorities followed by the one that issued it."""
    keys = [ec.derive_private_key(source.getrandbits(250), ec.SECP256R1()) for _ in range(2)]
    common_name = x509.NameOID.COMMON_NAME
    names = [x509.Name([x509.NameAttribute(common_name, name)]) for name in ("authority", "provider on loopback")]
    now = datetime.datetime.now(datetime.UTC)
    made = []
    for key, name, is_authority in zip(keys, names, (True, False), strict=True):
        builder = x509.CertificateBuilder(names[0], name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(9))
        builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        if not is_authority:
            builder = builder.add_extension(here, critical=False)
        made.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode())
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return {
        "authorities.pem": SYSTEM_AUTHORITIES.read_text() + made[0],
        "server.pem": made[1],
        "server.key": keys[1].private_bytes(serialization.Encoding.PEM, *private).decode(),
    }


def make_inputs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    keys = make_keys()
    files = {
        "secrets": SECRETS,
        "nonce": NONCE,
        "user.json": json.dumps(USER),
        "metadata.json": json.dumps(METADATA),
        "jwks.json": json.dumps({"keys": [jwk(algorithm, key) for algorithm, key in keys.items()]}),
    }
    for algorithm, key in keys.items():
        claims = make_claims(algorithm)
        wrong = {**claims, "at_hash": claims["at_hash"][::-1]}
        files[f"claims.{algorithm}.json"] = json.dumps(claims, separators=(",", ":"))
        files[f"wrong_claims.{algorithm}.json"] = json.dumps(wrong, separators=(",", ":"))
        files[f"id_token.{algorithm}"] = id_token(algorithm, key, {**claims, "nonce": NONCE})
        files[f"jwk.{algorithm}.json"] = json.dumps(jwk(algorithm, key))
        pem = serialization.Encoding.PEM
        private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        files[f"key.{algorithm}"] = key.private_bytes(pem, *private).decode()
        public = serialization.PublicFormat.SubjectPublicKeyInfo
        files[f"public.{algorithm}"] = key.public_key().public_bytes(pem, public).decode()
    unusual = {**make_claims("EdDSA"), "nonce": NONCE, "at_hash": access_token_hash("sha256")}
    files["id_token_sha256.EdDSA"] = id_token("EdDSA", keys["EdDSA"], unusual)
    files |= make_certificates(random.Random(SEED))
    for name, text in files.items():
        (folder / name).write_text(text)
