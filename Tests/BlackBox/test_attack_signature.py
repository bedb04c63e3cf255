"""Section A: ID tokens whose signature, algorithm or form is wrong. Each is refused, whoever is signed in already."""

from __future__ import annotations

import json
import random

import pytest
from cryptography.hazmat.primitives import serialization

from provider import OpenIDProvider, Reply, Sink, jose
from victim import Victim, case, check, header, raw

FORM, SIGNATURE, ALGORITHM = "id_token_malformed", "id_token_signature_invalid", "id_token_algorithm_refused"
ATTACKER = jose.rsa_key(2)


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim()


@pytest.fixture(scope="module")
def pinned(shared_victim) -> Victim:
    return shared_victim(id_token_signed_response_alg="RS256")


@pytest.fixture(scope="module")
def elliptic(shared_victim) -> Victim:
    return shared_victim("ES256")


def segments(change):
    """A change of the list of a token's segments."""
    return raw(lambda token: ".".join(change(token.split("."))))


def signature(change):
    """A change of the signature's bytes."""
    return segments(lambda s: [s[0], s[1], jose.b64(change(jose.unb64(s[2])))])


def unsigned(name, drop=False):
    def bend(provider: OpenIDProvider) -> None:
        provider.id_token(
            header=lambda h: h.pop("alg") and None if drop else h.update(alg=name), sign=lambda _data: b""
        )

    return bend


def loose_bits(token: str) -> str:
    """The same signature bytes in another spelling: the last character's unused bits are not zero."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


def standard_alphabet(token: str) -> str:
    head, _, last = token.rpartition(".")
    swapped = last.replace("-", "+").replace("_", "/")
    assert swapped != last
    return head + "." + swapped


NESTED_HEADER = jose.b64(b'{"alg":"RSA-OAEP","enc":"A256GCM"}')
PBES2 = jose.b64(b'{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647,"p2s":"c2FsdHNhbHQ"}')
ZIPPED = jose.b64(b'{"alg":"dir","enc":"A256GCM","zip":"DEF"}')

TOKENS = [
    case("A1 oidcc-client-test-idtoken-sig-none fapi2-invalid-null-alg", ALGORITHM, unsigned("none")),
    *(case(f"A2 alg {name!r}", {ALGORITHM, FORM}, unsigned(name))
      for name in ("None", "NONE", "nOnE", " none", "none\n", "")),
    *(case(f"A2 alg {name!r}", {ALGORITHM, FORM}, header({"alg": name}))
      for name in ("rs256", "RS256 ", "RS255", "SHA256")),
    *(case(f"A2 alg {name!r}", {ALGORITHM, FORM}, header({"alg": name})) for name in (None, 256, True, ["RS256"], {})),
    case("A2 alg missing", {ALGORITHM, FORM}, unsigned("", drop=True)),
    case("A4 HS256 with the client_secret", ALGORITHM,
         lambda p: p.id_token(algorithm="HS256", key=p.client_secret.encode())),
    case("A6 oidcc-client-test-invalid-sig-rs256", SIGNATURE, signature(lambda b: b[:-1] + bytes([b[-1] ^ 0x5A]))),
    case("A6 signed by a stranger with the right kid", SIGNATURE, lambda p: p.id_token(key=ATTACKER)),
    case("A6 PS256 signature called RS256", SIGNATURE,
         lambda p: p.id_token(sign=lambda data: jose.sign("PS256", p.keys.current.private, data))),
    case("A6 RS512 signature called RS256", SIGNATURE,
         lambda p: p.id_token(sign=lambda data: jose.sign("RS512", p.keys.current.private, data))),
    case("A7 signature truncated", SIGNATURE, signature(lambda b: b[:-1])),
    case("A7 signature extended", SIGNATURE, signature(lambda b: b + b"\0")),
    case("A7 signature with a leading zero", SIGNATURE, signature(lambda b: b"\0" + b)),
    case("A7 signature empty", SIGNATURE, signature(lambda _: b"")),
    case("A7 signature all zeros", SIGNATURE, signature(lambda b: bytes(len(b)))),
    case("A7 signature of 20 kB", SIGNATURE, signature(lambda b: b * 80)),
    case("A7 1 segment", FORM, segments(lambda s: s[1:2])),
    case("A7 2 segments", FORM, segments(lambda s: s[:2])),
    case("A7 4 segments", FORM, segments(lambda s: [*s, s[2]])),
    case("A7 6 segments", FORM, segments(lambda s: s + s)),
    case("A7 leading dot", FORM, raw(lambda t: "." + t)),
    case("A7 trailing dot", FORM, raw(lambda t: t + ".")),
    case("A7 only dots", FORM, raw(lambda _: "..")),
    case("A7 leading space", FORM, raw(lambda t: " " + t)),
    case("A7 trailing newline", FORM, raw(lambda t: t + "\n")),
    case("A7 newline inside", FORM, segments(lambda s: [s[0], s[1][:9] + "\n" + s[1][9:], s[2]])),
    case("A7 padded header", FORM, segments(lambda s: [s[0] + "=", s[1], s[2]])),
    case("A7 padded signature", FORM, raw(lambda t: t + "==")),
    case("A7 standard alphabet", FORM, raw(standard_alphabet)),
    case("A7 unused bits not zero", FORM, raw(loose_bits)),
    case("A7 not ASCII", FORM, raw(lambda t: t + "ä")),
    case("A7 NUL", {FORM, "token_response_invalid"}, raw(lambda t: t + "\0")),
    case("A7 empty", FORM, raw(lambda _: "")),
    *(case(f"A7 id_token is {value!r}", FORM, raw(lambda _, value=value: value)) for value in (1, True, [], {})),
    case("A7 id_token is null", "id_token_missing", raw(lambda _: None)),
    case("A14 crit unknown", FORM, header({"crit": ["urn:x"], "urn:x": True})),
    case("A14 crit b64 false", FORM, header({"crit": ["b64"], "b64": False})),
    case("A14 b64 false", FORM, header({"b64": False})),
    case("A14 crit names a known member", FORM, header({"crit": ["alg"]})),
    case("A14 crit empty", FORM, header({"crit": []})),
    case("A15 JWE", FORM, raw(lambda _: ".".join([NESTED_HEADER, "a2V5", "aXY", "Y2lwaGVydGV4dA", "dGFn"]))),
    case("A15 JWE with zip", FORM, raw(lambda _: ".".join([ZIPPED, "", "aXY", "Y2lwaGVydGV4dA", "dGFn"]))),
    case("A16 PBES2 with 2^31-1 rounds", FORM,
         raw(lambda _: ".".join([PBES2, "a2V5", "aXY", "Y2lwaGVydGV4dA", "dGFn"]))),
    case("A15 JWS in a JWS", FORM, lambda p: p.id_token(header={"cty": "JWT"}, claims=b"e30.e30.AA")),
    case("A15 zip", FORM, header({"zip": "DEF"})),
    *(case(f"A18 typ {typ}", "id_token_type_refused", header({"typ": typ}))
      for typ in ("at+jwt", "dpop+jwt", "logout+jwt")),
    case("A18 typ application/at+jwt", "id_token_type_refused", header({"typ": "application/at+jwt"})),
    *(case(f"A18 typ {typ!r}", FORM, header({"typ": typ})) for typ in (1, ["JWT"])),
    case("A2 header is a list", FORM, header(b'["RS256"]')),
    case("A2 header is empty", FORM, header(b"")),
    case("A2 header has alg twice", FORM, header(b'{"alg":"none","alg":"RS256"}')),
    case("A2 header has trailing bytes", FORM, header(b'{"alg":"RS256"}{}')),
    case("A2 header is not UTF-8", FORM, header(b'{"alg":"RS256","x":"\xff"}')),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), TOKENS)
def test_token(victim, bend, codes):
    check(victim, bend, codes)


GOOD = [
    case("A18 typ absent", None, header(lambda h: h.pop("typ") and None)),
    case("A18 typ jwt", None, header({"typ": "jwt"})),
    *(case(f"A18 {name} {value!r}", None, header({name: value})) for name in ("kid", "typ") for value in (None, "")),
    case("A11 unknown header members", None, header({"x": {"y": [1]}, "cty": ""})),
    case("A11 oidcc-client-test-kid-absent-single-jwks", None, header(lambda h: h.pop("kid") and None)),
    case("oidcc-client-test-idtoken-sig-rs256", None, lambda p: p.id_token(algorithm="RS256")),
]


@pytest.mark.parametrize(("bend", "codes"), GOOD)
def test_good_token(victim, bend, codes):
    check(victim, bend, codes)


@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "payload", "signature"])
def test_a6_one_bit_flipped(victim, part):
    """A sample of positions, the same in every run."""
    chosen = random.Random(part)

    def flip(token: str, where: float) -> str:
        parts = token.split(".")
        data = bytearray(jose.unb64(parts[part]))
        data[int(where * len(data))] ^= 1 << chosen.randrange(8)
        parts[part] = jose.b64(bytes(data))
        return ".".join(parts)

    for where in [0, 0.999, *(chosen.random() for _ in range(10))]:
        victim.provider.behave()
        victim.provider.id_token(raw=lambda token, where=where: flip(token, where))
        page = victim.login()
        assert (page.code or "").startswith("id_token_"), f"{where}: {page.status} {page.code}"
        victim.refuses(page, page.code)


def public_forms() -> dict[str, bytes]:
    """What an attacker might hope that a verifier takes for an HMAC key."""
    public = jose.rsa_key().public_key()
    encodings, formats = serialization.Encoding, serialization.PublicFormat
    pem = public.public_bytes(encodings.PEM, formats.SubjectPublicKeyInfo)
    numbers, jwk = public.public_numbers(), jose.public_jwk(jose.rsa_key())
    return {
        "PEM": pem,
        "PEM without newline": pem.rstrip(b"\n"),
        "PKCS#1 PEM": public.public_bytes(encodings.PEM, formats.PKCS1),
        "DER": public.public_bytes(encodings.DER, formats.SubjectPublicKeyInfo),
        "PKCS#1 DER": public.public_bytes(encodings.DER, formats.PKCS1),
        "JWK": json.dumps(jwk, separators=(",", ":")).encode(),
        "JWK with spaces": json.dumps(jwk).encode(),
        "modulus": numbers.n.to_bytes(256, "big"),
        "modulus in base64url": jwk["n"].encode(),
        "empty": b"",
    }


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("form", public_forms())
def test_a3_hmac_with_the_public_key(victim, algorithm, form):
    victim.provider.keys.use("RS256")
    assert victim.provider.keys.current.private is jose.rsa_key()
    check(victim, lambda p: p.id_token(algorithm=algorithm, key=public_forms()[form]), ALGORITHM)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256"])
def test_a5_fapi2_invalid_alternate_alg(pinned, algorithm):
    """A good signature with another algorithm than the one that is pinned; the key is published."""
    key = pinned.provider.client_secret.encode() if algorithm == "HS256" else jose.key_for(algorithm)
    check(pinned, lambda p: p.id_token(algorithm=algorithm, key=key), ALGORITHM)


@pytest.mark.parametrize(
    "algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
)
def test_every_algorithm_is_understood(new_victim, algorithm):
    victim = new_victim(algorithm)
    victim.accepts_login()
    victim.provider.behave()
    check(victim, signature(lambda b: bytes([b[0] ^ 1]) + b[1:]), SIGNATURE)


def test_a5_algorithm_that_the_provider_does_not_list(new_victim):
    victim = new_victim("ES256")
    victim.provider.metadata({"id_token_signing_alg_values_supported": ["RS256", "PS256"]})
    victim.refuses_login(ALGORITHM)


def test_a1_none_is_refused_even_if_the_provider_lists_it(new_victim):
    victim = new_victim()
    victim.provider.metadata({"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]})
    victim.provider.id_token(algorithm="none")
    victim.refuses_login(ALGORITHM)
    victim.provider.id_token(algorithm="HS256", key=victim.provider.client_secret.encode())
    victim.refuses_login(ALGORITHM, token_requests=2)


@pytest.mark.conformance("oidcc-client-test-invalid-sig-hs256")
def test_a4_pinned_hs256(new_victim):
    victim = new_victim(id_token_signed_response_alg="HS256")
    secret = victim.provider.client_secret.encode()
    victim.provider.id_token(algorithm="HS256", key=secret)
    victim.accepts_login()
    for key in (secret + b"x", b"", jose.public_jwk(jose.rsa_key())["n"].encode()):
        check(victim, lambda p, key=key: p.id_token(algorithm="HS256", key=key), SIGNATURE)
    check(victim, lambda p: p.id_token(), ALGORITHM)


ES = [
    case("A6 oidcc-client-test-invalid-sig-es256", SIGNATURE, signature(lambda b: b[:-1] + bytes([b[-1] ^ 1]))),
    case("A8 DER", SIGNATURE, lambda p: p.id_token(sign=lambda data: der(p.keys.current.private, data))),
    case("A8 psychic: r and s are 0", SIGNATURE, signature(lambda b: bytes(64))),
    case("A8 r is 0", SIGNATURE, signature(lambda b: bytes(32) + b[32:])),
    case("A8 s is 0", SIGNATURE, signature(lambda b: b[:32] + bytes(32))),
    case("A8 r is n", SIGNATURE, signature(lambda b: N256 + b[32:])),
    case("A8 s is n", SIGNATURE, signature(lambda b: b[:32] + N256)),
    case("A8 r is s is 1", SIGNATURE, signature(lambda b: (bytes(31) + b"\1") * 2)),
    case("A8 all ones", SIGNATURE, signature(lambda b: b"\xff" * 64)),
    case("A8 halves swapped", SIGNATURE, signature(lambda b: b[32:] + b[:32])),
    case("A8 63 bytes", SIGNATURE, signature(lambda b: b[:63])),
    case("A8 65 bytes", SIGNATURE, signature(lambda b: b + b"\0")),
    case("A8 96 bytes, each half padded", SIGNATURE, signature(lambda b: bytes(16) + b[:32] + bytes(16) + b[32:])),
    case("A8 empty", SIGNATURE, signature(lambda b: b"")),
    case("A9 ES384 with the P-256 key", {SIGNATURE, "id_token_key_unknown"},
         lambda p: p.id_token(header={"alg": "ES384"}, sign=lambda d: jose.sign("ES384", p.keys.current.private, d))),
    case("A6 RS256 with the EC key's kid", {SIGNATURE, "id_token_key_unknown"},
         lambda p: p.id_token(algorithm="RS256", key=ATTACKER)),
]  # fmt: skip
N256 = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")


def der(key, data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    return key.sign(data, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(("bend", "codes"), ES)
def test_elliptic_signature(elliptic, bend, codes):
    check(elliptic, bend, codes)


@pytest.mark.parametrize("with_kid", [True, False], ids=["right kid", "no kid"])
@pytest.mark.parametrize("member", ["jku", "x5u", "jwk", "x5c"])
def test_a13_keys_in_the_header_are_ignored(victim, member, with_kid):
    """The attacker's key verifies the token, and the token says where it is. Nobody goes there."""
    jwk = jose.public_jwk(ATTACKER, kid=victim.provider.keys.current.kid, use="sig", alg="RS256")
    sink = Sink(Reply(body={"keys": [jwk]}))
    value = {"jku": sink.origin + "/jwks", "x5u": sink.origin + "/x5u", "jwk": jwk, "x5c": ["MIIB"]}[member]

    def change(head):
        head[member] = value
        if not with_kid:
            del head["kid"]

    try:
        check(victim, lambda p: p.id_token(header=change, key=ATTACKER), SIGNATURE)
        assert sink.requests == []
    finally:
        sink.close()
