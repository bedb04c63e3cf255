"""Signed UserInfo (OIDC Core 5.3.2)."""

from __future__ import annotations

import pytest

from provider import REMOVE, Encryption, Reply, jose
from test_encrypted_tokens import EC, public
from victim import Victim, case

INVALID = "userinfo_invalid"


@pytest.fixture(scope="module")
def signed(start_shared, new_provider) -> Victim:
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    providers["default"].signs_userinfo = True
    keys = {"userinfo": True, "userinfo_signed_response_alg": ["RS256"]}
    return Victim(start_shared(providers, more={"default": keys})).warm()


@pytest.mark.conformance("oidcc-client-test-userinfo-signed")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_signed(start, new_provider, algorithm):
    provider = new_provider("op", algorithm)
    provider.signs_userinfo = True
    site = start(provider, more={"default": {"userinfo": True, "userinfo_signed_response_alg": [algorithm]}})
    provider.userinfo_claims = {"nickname": "Countess"}
    user = site.log_in(site.browser())
    assert user["nickname"] == "Countess"
    assert user["iss"] == provider.issuer and provider.seen("userinfo")[-1].header("Accept") == "application/jwt"


@pytest.mark.parametrize("claim", ["aud", "iss"])
def test_without_a_claim(signed, claim):
    """Which OIDC Core 5.3.2 only recommends."""
    signed.provider.behave()
    signed.provider.signed_userinfo(claims={claim: REMOVE})
    try:
        signed.accepts_login()
    finally:
        signed.provider.behave()


def test_with_the_client_secret(start, new_provider):
    provider = new_provider()
    provider.client_secret = "a secret of 64 bytes: " + "0123456789" * 4 + "ab"
    provider.signs_userinfo = True
    site = start(provider, more={"default": {"userinfo": True, "userinfo_signed_response_alg": ["HS256"]}})
    provider.userinfo_token.algorithm, provider.userinfo_token.key = "HS256", provider.client_secret.encode()
    site.log_in(site.browser())


def jwt(**script):
    return lambda provider: provider.signed_userinfo(**script)


def without_type(provider):
    """As JSON, whatever it is."""

    def reply(request):
        made = provider._answer_userinfo(request)
        made.headers["Content-Type"] = "application/json"
        return made

    provider.respond("userinfo", reply)


def encrypts(provider):
    if not provider.polite:
        provider.userinfo_encryption = Encryption("ECDH-ES", "A128GCM", public(EC))


ROWS = [
    case("plain", INVALID, lambda p: p.respond("userinfo", Reply(body=p.claims))),
    case("plain as a JWT", INVALID,
         lambda p: p.respond("userinfo", Reply(body=p.claims, headers={"Content-Type": "application/jwt"}))),
    case("a JWT as JSON", INVALID, without_type),
    case("empty", INVALID, lambda p: p.respond("userinfo", Reply(headers={"Content-Type": "application/jwt"}))),
    case("no UTF-8", INVALID,
         lambda p: p.respond("userinfo", Reply(body=b"\xff.\xff.\xff", headers={"Content-Type": "application/jwt"}))),
    case("unsigned", INVALID, jwt(algorithm="none")),
    case("an algorithm that is not registered", INVALID, jwt(algorithm="RS384")),
    case("the public key as a secret", INVALID, jwt(algorithm="HS256", key=b"x" * 32)),
    case("another key", "userinfo_signature_invalid", jwt(key=jose.rsa_key(7))),
    case("a key that is nowhere", "userinfo_key_unknown", jwt(header={"kid": "nowhere"})),
    case("another iss", INVALID, jwt(claims={"iss": "https://op.example.com"})),
    case("another aud", INVALID, jwt(claims={"aud": "another"})),
    case("expired", INVALID, jwt(claims={"exp": 1})),
    case("exp as text", INVALID, jwt(claims={"exp": "9999999999"})),
    case("not yet valid", INVALID, jwt(claims={"nbf": 9_999_999_999})),
    case("another typ", INVALID, jwt(header={"typ": "at+jwt"})),
    case("another sub", "userinfo_subject_mismatch", jwt(claims={"sub": "another"})),
    case("sub missing", "userinfo_subject_mismatch", jwt(claims={"sub": REMOVE})),
    case("encrypted besides", INVALID, encrypts),
    case("500", "provider_status", lambda p: p.respond("userinfo", Reply(500))),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), ROWS)
def test_refused(signed, bend, codes):
    signed.provider.behave()
    bend(signed.provider)
    try:
        signed.refuses_userinfo(codes)
    finally:
        signed.provider.userinfo_encryption = None
        signed.provider.behave()


def test_signed_where_none_is_registered(new_victim):
    victim = new_victim(userinfo=True)
    provider = victim.provider
    token = provider.userinfo_token.make(provider.claims, provider.keys.current)
    provider.respond("userinfo", Reply(body=token.encode(), headers={"Content-Type": "application/jwt"}))
    victim.refuses_userinfo(INVALID)


def test_new_key_is_fetched_once(start, new_provider):
    provider = new_provider()
    provider.signs_userinfo = True
    site = start(provider, more={"default": {"userinfo": True, "userinfo_signed_response_alg": ["RS256"]}})
    site.log_in(site.browser())
    provider.requests.clear()
    provider.respond("userinfo", lambda _request: provider.keys.rotate() and None)
    site.log_in(site.browser())
    assert len(provider.seen("jwks")) == (0 if provider.polite else 1)
