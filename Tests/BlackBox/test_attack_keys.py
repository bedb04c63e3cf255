"""Sections A9 to A12 and C41 to C43: what a JWK set may hold, and what a kid may be."""

from __future__ import annotations

import hashlib

import pytest

from provider import OpenIDProvider, Reply, jose
from victim import Victim, case, check, header

SIGNATURE, UNKNOWN = "id_token_signature_invalid", "id_token_key_unknown"
REFUSED = {SIGNATURE, UNKNOWN}


def current(provider: OpenIDProvider, **members) -> dict:
    """The JWK of the signing key, with other members; None removes one."""
    jwk = provider.keys.current.jwk() | members
    return {name: value for name, value in jwk.items() if value is not None}


def published(*keys):
    """A JWK set with these keys: functions of the provider, or dicts."""
    return lambda p: p.jwk_set({"keys": [key(p) if callable(key) else key for key in keys]})


def member(**members):
    return published(lambda p: current(p, **members))


def strangers_key(provider):
    """Another key with the kid of ours."""
    return jose.public_jwk(jose.rsa_key(2), kid=provider.keys.current.kid, use="sig")


def off_curve(provider):
    point = provider.keys.current.private.public_key().public_numbers()
    return current(provider, y=jose.b64_number(point.y ^ 1, 32))


def weak_rsa(bits, exponent=65537):
    def bend(provider):
        provider.keys.current.private = jose.rsa_key(9, bits, exponent)

    return bend


def forged_with_exponent_3(provider):
    """Bleichenbacher's forgery of 2006: for e = 3 a cube root gives a signature that lax parsers take."""
    key = jose.rsa_key(8, 2048, 3)
    provider.jwk_set({"keys": [jose.public_jwk(key, kid=provider.keys.current.kid, use="sig", alg="RS256")]})

    def sign(data: bytes) -> bytes:
        info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
        block = int.from_bytes(b"\0\1" + b"\xff" * 8 + b"\0" + info + bytes(256 - 11 - len(info)), "big")
        return cube_root(block + (1 << 8 * (256 - 11 - len(info))) - 1).to_bytes(256, "big")

    provider.id_token(sign=sign)


def cube_root(number: int) -> int:
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


def exponent_1(provider):
    """With e = 1 the padded hash is its own signature."""
    number = provider.keys.current.private.public_key().public_numbers().n
    provider.jwk_set({"keys": [current(provider, e="AQ", n=jose.b64_number(number))]})

    def sign(data: bytes) -> bytes:
        info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
        return b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info

    provider.id_token(sign=sign)


def small_order(point):
    """With a point of small order, this signature is good for every message half of the time or always."""

    def bend(provider):
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": jose.b64(point), "kid": "weak", "use": "sig", "alg": "EdDSA"}
        provider.jwk_set({"keys": [jwk]})
        signature = b"\1" + bytes(31) + bytes(32)
        provider.id_token(header={"alg": "EdDSA", "kid": "weak"}, sign=lambda _data: signature)

    return bend


KEYS = [
    case("A10 RSA of 1024 bits", REFUSED, weak_rsa(1024), algorithm="RS256"),
    case("A10 RSA with e = 3", REFUSED, weak_rsa(2048, 3), algorithm="RS256"),
    case("A10 RSA with e = 3, forged", REFUSED, forged_with_exponent_3, algorithm="RS256"),
    case("A10 RSA with e = 1, forged", REFUSED, exponent_1, algorithm="RS256"),
    case("A10 RSA with e = 0", REFUSED, member(e="AA"), algorithm="RS256"),
    case("A10 RSA with an even modulus", REFUSED, member(n=jose.b64(b"\xff" * 255 + b"\xfe")), algorithm="RS256"),
    case("A10 RSA modulus of 32,768 bits", REFUSED, member(n=jose.b64(b"\xff" * 4096)), algorithm="RS256"),
    case("A10 RSA without e", REFUSED, member(e=None), algorithm="RS256"),
    case("A10 RSA n as a number", REFUSED, member(n=123), algorithm="RS256"),
    case("A10 RSA n in standard base64", REFUSED, member(n="+/+/"), algorithm="RS256"),
    case("A9 point off the curve", REFUSED, published(off_curve), algorithm="ES256"),
    case("A9 point 0, 0", REFUSED, member(x=jose.b64(bytes(32)), y=jose.b64(bytes(32))), algorithm="ES256"),
    case("A9 short coordinate", REFUSED, member(x=jose.b64(bytes(31))), algorithm="ES256"),
    case("A9 curve secp256k1", REFUSED, member(crv="secp256k1"), algorithm="ES256"),
    case("A9 curve missing", REFUSED, member(crv=None), algorithm="ES256"),
    case("A9 ES256 with a P-384 key", REFUSED,
         lambda p: p.jwk_set({"keys": [jose.public_jwk(jose.ec_key("P-384"), kid="k")]})
         or p.id_token(header={"kid": "k"}, sign=lambda d: jose.sign("ES256", jose.ec_key("P-384"), d)),
         algorithm="ES256"),
    case("A9 Ed25519 point of order 1", REFUSED, small_order(b"\1" + bytes(31)), algorithm="EdDSA"),
    case("A9 Ed25519 point of order 2", REFUSED, small_order(b"\xec" + b"\xff" * 30 + b"\x7f"), algorithm="EdDSA"),
    case("A9 Ed25519 point of order 4", REFUSED, small_order(bytes(32)), algorithm="EdDSA"),
    case("A9 Ed25519 all ones", REFUSED, small_order(b"\xff" * 32), algorithm="EdDSA"),
    case("A9 Ed25519 as X25519", REFUSED, member(crv="X25519"), algorithm="EdDSA"),
    case("C42 private key published", REFUSED,
         member(d="AQAB"), algorithm="RS256"),
    case("C42 oct key", REFUSED,
         lambda p: p.jwk_set({"keys": [{"kty": "oct", "k": jose.b64(b"k" * 32), "kid": "k", "alg": "HS256"}]})
         or p.id_token(header={"kid": "k"}), algorithm="RS256"),
    case("C43 use enc", REFUSED, member(use="enc"), algorithm="RS256"),
    case("C43 key_ops encrypt", REFUSED, member(key_ops=["encrypt"]), algorithm="RS256"),
    case("C43 alg of the key is another", REFUSED, member(alg="RS512"), algorithm="RS256"),
    case("C43 alg of the key is PS256", REFUSED, member(alg="PS256"), algorithm="RS256"),
    case("C43 alg of the key is not text", REFUSED, member(alg=1), algorithm="RS256"),
    case("C41 no keys", UNKNOWN, published(), algorithm="RS256"),
    case("C41 other kty", UNKNOWN, member(kty="AKP"), algorithm="RS256"),
    case("C41 kty missing", UNKNOWN, member(kty=None), algorithm="RS256"),
    case("C41 kty in small letters", UNKNOWN, member(kty="rsa"), algorithm="RS256"),
    case("C41 one kid, two keys, ours second", REFUSED,
         published(strangers_key, current), algorithm="RS256"),
    case("C41 one kid, two keys, ours first", REFUSED,
         published(current, strangers_key), algorithm="RS256"),
    case("C41 other kid", UNKNOWN, member(kid="other"), algorithm="RS256"),
    case("C41 kid is a number", UNKNOWN, member(kid=1), algorithm="RS256"),
    case("C41 keys is an object", "jwk_set_invalid",
         lambda p: p.jwk_set({"keys": {"a": current(p)}}), algorithm="RS256"),
    case("C41 a list", "jwk_set_invalid", lambda p: p.jwk_set([current(p)]), algorithm="RS256"),
    case("C41 keys missing", "jwk_set_invalid", lambda p: p.jwk_set({}), algorithm="RS256"),
    case("C41 empty", "jwk_set_invalid", lambda p: p.jwk_set(b""), algorithm="RS256"),
    case("C41 keys twice", "jwk_set_invalid", lambda p: p.jwk_set(b'{"keys":[],"keys":[]}'), algorithm="RS256"),
    case("C41 HTML", "jwk_set_invalid", lambda p: p.respond("jwks", Reply(body="<html>")), algorithm="RS256"),
    case("C41 status 404", "provider_status", lambda p: p.respond("jwks", Reply(404)), algorithm="RS256"),
    case("C41 status 500", "provider_status", lambda p: p.respond("jwks", Reply(500, {"keys": []})), algorithm="RS256"),
    case("C41 3 MB", "response_too_large", published(*[{"kty": "x", "pad": "y" * 100_000}] * 30), algorithm="RS256"),
    case("C41 20,000 keys", {"jwk_set_invalid", "response_too_large"},
         published(*[{"kty": "RSA"}] * 20_000), algorithm="RS256"),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes", "algorithm"), KEYS)
def test_key(new_victim, bend, codes, algorithm):
    victim = new_victim(algorithm)
    bend(victim.provider)
    victim.refuses_login(codes)


GOOD = [
    case("C41 among unknown ones", None,
         published({"kty": "AKP"}, {}, {"kty": "EC", "crv": "P-999"}, {"kty": "oct", "k": "AA"}, current)),
    case("C41 among things that are no objects", None, published(1, "x", None, [], current)),
    case("C41 key of 4096 bits without use, alg and key_ops", None,
         lambda p: p.keys.current.__setattr__("private", jose.rsa_key(7, 4096)) or member(use=None, alg=None)(p)),
    case("C41 key_ops verify", None, member(use=None, key_ops=["verify"])),
    case("C41 unknown members", None, member(x5t="AA", foo={"bar": []})),
    case("C41 one kid for keys of two types", None,
         published(lambda p: jose.public_jwk(jose.ec_key(), kid=p.keys.current.kid, use="sig", alg="ES256"), current)),
    case("C41 content type", None,
         lambda p: p.respond("jwks", Reply(200, p.keys.jwk_set(), {"Content-Type": "application/jwk-set+json"}))),
    case("A11 oidcc-client-test-kid-absent-single-jwks", None,
         lambda p: member(kid=None)(p) or p.id_token(header=lambda h: h.pop("kid") and None)),
    case("A11 oidcc-client-test-kid-absent-multiple-jwks", None,
         lambda p: published(*[jose.public_jwk(jose.rsa_key(i)) for i in (1, 2)], lambda p: current(p, kid=None))(p)
         or p.id_token(header=lambda h: h.pop("kid") and None)),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), GOOD)
def test_good_key(new_victim, bend, codes):
    victim = new_victim()
    bend(victim.provider)
    victim.accepts_login()


KIDS = [
    *(case(f"A12 kid {kid[:24]!r}", UNKNOWN, header({"kid": kid})) for kid in
      ("../../../../dev/null", "' OR 1=1--", "key-1 ", "KEY-1", "x" * 20_000, "http://127.0.0.1:9/", "ä\n",
       "%s%n")),
    *(case(f"A12 kid {kid!r}", {UNKNOWN, "id_token_malformed"}, header({"kid": kid}))
      for kid in (1, {}, [], True)),
    case("A12 kid with NUL", {UNKNOWN, "id_token_malformed"}, header(lambda h: h.update(kid=h["kid"] + "\0"))),
]  # fmt: skip


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim()


@pytest.mark.parametrize(("bend", "codes"), KIDS)
def test_kid(victim, bend, codes):
    check(victim, bend, codes)
