"""Compact JWS with any algorithm, written here so that a token can be wrong in every way."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
CURVE_OF_ALGORITHM = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64_number(number: int, length: int | None = None) -> str:
    return b64(number.to_bytes(length or (number.bit_length() + 7) // 8 or 1, "big"))


@functools.cache
def _rsa_key(index: int, bits: int, exponent: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def rsa_key(index: int = 0, bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """Generating RSA keys is slow, so the tests share a few, told apart by their index."""
    return _rsa_key(index, bits, exponent)


@functools.cache
def ec_key(curve: str = "P-256", index: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVES[curve])


@functools.cache
def ed_key(index: int = 0) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def key_for(algorithm: str, index: int = 0) -> Any:
    """A private key that can sign with this algorithm."""
    if algorithm in CURVE_OF_ALGORITHM:
        return ec_key(CURVE_OF_ALGORITHM[algorithm], index)
    return ed_key(index) if algorithm == "EdDSA" else rsa_key(index)


def sign(algorithm: str, key: Any, data: bytes) -> bytes:
    """The signature as RFC 7518 and RFC 8037 say; `key` is bytes for HMAC."""
    if algorithm.lower() == "none":
        return b""
    if algorithm == "EdDSA":
        return key.sign(data)
    digest = HASHES[algorithm[2:]]
    if algorithm.startswith("HS"):
        return hmac.new(key, data, digest.name).digest()
    if algorithm.startswith("RS"):
        return key.sign(data, padding.PKCS1v15(), digest)
    if algorithm.startswith("PS"):
        return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
    length = (key.curve.key_size + 7) // 8
    return r.to_bytes(length, "big") + s.to_bytes(length, "big")


def public_jwk(key: Any, **members: Any) -> dict[str, Any]:
    """The public half of `key` as a JWK, with more members such as kid, use and alg."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        jwk = {"kty": "RSA", "n": b64_number(numbers.n), "e": b64_number(numbers.e)}
    elif isinstance(public, ec.EllipticCurvePublicKey):
        point, length = public.public_numbers(), (public.curve.key_size + 7) // 8
        name = next(name for name, curve in CURVES.items() if curve.name == public.curve.name)
        jwk = {"kty": "EC", "crv": name, "x": b64_number(point.x, length), "y": b64_number(point.y, length)}
    else:
        name = "Ed448" if isinstance(public, ed448.Ed448PublicKey) else "Ed25519"
        jwk = {"kty": "OKP", "crv": name, "x": b64(public.public_bytes_raw())}
    return {**jwk, **members}


def encode(value: Any) -> bytes:
    """JSON as most providers write it; bytes stay as they are, so that a test can send what is not JSON."""
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def compact(header: Any, payload: Any, algorithm: str, key: Any) -> str:
    signing_input = b64(encode(header)) + "." + b64(encode(payload))
    return signing_input + "." + b64(sign(algorithm, key, signing_input.encode()))


def full_hash(text: str) -> str:
    """ath (RFC 9449 4.2)."""
    return b64(hashlib.sha256(text.encode()).digest())


def half_hash(algorithm: str, text: str) -> str:
    """at_hash (Core 3.1.3.6): the left half of the hash that belongs to the algorithm; Ed25519 goes with SHA-512."""
    name = "sha512" if algorithm == "EdDSA" else "sha" + algorithm[2:] if algorithm[2:] in HASHES else "sha256"
    digest = hashlib.new(name, text.encode()).digest()
    return b64(digest[: len(digest) // 2])
