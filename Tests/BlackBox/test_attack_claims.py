"""Section B: well-signed ID tokens with wrong claims (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

import json

import pytest

from provider import REMOVE
from victim import Victim, case, check, claims

FORM, CLAIM = "id_token_malformed", "id_token_claim_invalid"
ISSUER, AUDIENCE, PARTY = "id_token_issuer_mismatch", "id_token_audience_mismatch", "id_token_authorized_party_mismatch"
SUBJECT, NONCE, HASH = "id_token_subject_invalid", "id_token_nonce_mismatch", "id_token_access_token_hash_mismatch"
WEEK = 7 * 86400


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim(trusted_audiences=["friend"])


def shifted(name, seconds):
    """A time claim, so many seconds from now."""
    return claims(lambda c: c.update({name: c["iat"] + seconds}))


def literal(name, text):
    """A claim written as this JSON text, for what Python's encoder would not write."""

    def change(payload):
        payload[name] = "@"
        return json.dumps(payload).replace('"@"', text).encode()

    return claims(change)


def payload(text):
    return claims(lambda _: text if isinstance(text, bytes) else text.encode())


def changed(name, bend):
    return claims(lambda c: c.update({name: bend(c[name])}))


def replaced(pattern, text):
    """The payload as text, with a piece replaced."""
    return claims(lambda c: json.dumps(c).replace(pattern, text, 1).encode())


IDENTITY = [
    case("B20 fapi2-invalid-missing-iss", {ISSUER, CLAIM}, claims({"iss": REMOVE})),
    case("B20 oidcc-client-test-invalid-iss", ISSUER, changed("iss", lambda s: s + "1")),
    case("B20 iss truncated", ISSUER, changed("iss", lambda s: s[:-1])),
    case("B20 iss with a slash", ISSUER, changed("iss", lambda s: s + "/")),
    case("B20 iss in capitals", ISSUER, changed("iss", lambda s: s.upper())),
    case("B20 iss https", ISSUER, changed("iss", lambda s: s.replace("http:", "https:"))),
    case("B20 iss percent-encoded", ISSUER, changed("iss", lambda s: s.replace("bad", "%62ad"))),
    case("B20 iss homograph", ISSUER, changed("iss", lambda s: s.replace("a", "\u0430"))),
    case("B20 iss with a space", ISSUER, changed("iss", lambda s: s + " ")),
    case("B20 iss of the other provider", ISSUER, changed("iss", lambda s: s.rpartition("/")[0] + "/safe")),
    *(case(f"B20 iss {value!r}", {ISSUER, CLAIM}, claims({"iss": value})) for value in ("", None, 1, True, [], {})),
    case("B20 iss in a list", {ISSUER, CLAIM}, changed("iss", lambda s: [s])),
    case("B21 oidcc-client-test-missing-aud", {AUDIENCE, CLAIM}, claims({"aud": REMOVE})),
    case("B21 oidcc-client-test-invalid-aud", AUDIENCE, changed("aud", lambda s: s + "1")),
    case("B21 aud is a prefix", AUDIENCE, changed("aud", lambda s: s[:-1])),
    case("B21 aud in capitals", AUDIENCE, changed("aud", lambda s: s.upper())),
    case("B21 aud of another client", AUDIENCE, claims({"aud": "another"})),
    case("B21 aud of a trusted audience alone", AUDIENCE, claims({"aud": "friend"})),
    *(case(f"B21 aud {value!r}", {AUDIENCE, CLAIM}, claims({"aud": value}))
      for value in ("", None, 1, True, [], {}, [1])),
    case("B21 aud with a number", {AUDIENCE, CLAIM}, changed("aud", lambda s: [s, 1])),
    case("B21 aud nested", {AUDIENCE, CLAIM}, changed("aud", lambda s: [[s]])),
    case("B21 aud as text of a list", AUDIENCE, changed("aud", lambda s: json.dumps([s]))),
    case("B22 fapi2-invalid-secondary-aud", {AUDIENCE, PARTY}, changed("aud", lambda s: [s, "stranger"])),
    case("B22 stranger in aud, azp is us", AUDIENCE,
         claims(lambda c: c.update(azp=c["aud"], aud=[c["aud"], "stranger"]))),
    case("B22 friend in aud, no azp", PARTY, changed("aud", lambda s: [s, "friend"])),
    case("B22 friend in aud, azp is the friend", PARTY,
         claims(lambda c: c.update(azp="friend", aud=[c["aud"], "friend"]))),
    *(case(f"B22 azp {value!r}", {PARTY, CLAIM}, claims({"azp": value})) for value in ("another", 1, [])),
    case("B22 azp + 1", PARTY, claims(lambda c: c.update(azp=c["aud"] + "1"))),
    case("A19 access token as ID token", {AUDIENCE, ISSUER, NONCE},
         claims(lambda c: c.update(aud="https://api.example", scope="openid") or (c.pop("nonce") and None))),
    case("B27 fapi2-invalid-missing-nonce", NONCE, claims({"nonce": REMOVE})),
    case("B27 oidcc-client-test-nonce-invalid", NONCE, changed("nonce", lambda s: s + "1")),
    case("B27 nonce truncated", NONCE, changed("nonce", lambda s: s[:-1])),
    case("B27 nonce in other letters", NONCE, changed("nonce", lambda s: s.swapcase())),
    *(case(f"B27 nonce {value!r}", {NONCE, CLAIM}, claims({"nonce": value})) for value in ("", None, 1, [], True)),
    case("B28 oidcc-client-test-missing-sub", SUBJECT, claims({"sub": REMOVE})),
    *(case(f"B28 sub {value!r}", SUBJECT, claims({"sub": value}))
      for value in ("", None, 1, True, [], {}, "ä", "a\nb", "\x7f")),
    case("B28 sub of 256 characters", SUBJECT, claims({"sub": "s" * 256})),
    case("B28 sub with NUL", {SUBJECT, FORM}, claims({"sub": "a\0b"})),
    case("B29 oidcc-client-test-invalid-athash", HASH, changed("at_hash", lambda s: s + "1")),
    case("B29 at_hash truncated", HASH, changed("at_hash", lambda s: s[:-2])),
    case("B29 at_hash padded", HASH, changed("at_hash", lambda s: s + "==")),
    *(case(f"B29 at_hash {value!r}", {HASH, CLAIM}, claims({"at_hash": value})) for value in (1, [], "a")),
]  # fmt: skip

TIMES = [
    case("B23 fapi2-invalid-missing-exp", CLAIM, claims({"exp": REMOVE})),
    case("B23 fapi2-invalid-expired-exp", "id_token_expired", shifted("exp", -360)),
    case("B23 exp 61 seconds ago", "id_token_expired", shifted("exp", -61)),
    case("B23 exp 60 seconds ago", "id_token_expired", shifted("exp", -60)),
    case("B24 oidcc-client-test-missing-iat", CLAIM, claims({"iat": REMOVE})),
    case("B24 iat in the future", "id_token_issued_in_future", shifted("iat", 65)),
    case("B24 iat a week old", "id_token_too_old", shifted("iat", -WEEK)),
    case("B25 nbf in the future", "id_token_not_yet_valid", shifted("nbf", 65)),
    case("B26 exp 0", "id_token_expired", claims({"exp": 0})),
    case("B26 exp 1.5e9", "id_token_expired", literal("exp", "1.5e9")),
    *(case(f"B26 {name} {text}", {CLAIM, FORM}, literal(name, text))
      for name in ("exp", "iat", "nbf", "auth_time")
      for text in ('"123"', '"1e10"', "-1", "1e400", "-1e400", "NaN", "Infinity", "true", "[1795426392]", "{}",
                   "9223372036854775807", "9223372036854775808", "1e18", "1e300", "-9223372036854775808", "-0.5")),
    *(case(f"B26 {name} {text}", {CLAIM, "id_token_issued_in_future", "id_token_not_yet_valid"}, literal(name, text))
      for name in ("iat", "nbf") for text in ("9007199254740993", "253402300799", "4294967296")),
    *(case(f"B26 {name} null", CLAIM, claims({name: None})) for name in ("exp", "iat")),
    case("B26 exp 2^53+1", CLAIM, literal("exp", "9007199254740993")),
]  # fmt: skip

SHAPES = [
    case("B31 sub twice", FORM, replaced('"sub"', '"sub":"admin","sub"')),
    case("B31 iss twice", FORM, replaced('"iss"', '"iss":"x","iss"')),
    case("B31 sub twice, once escaped", FORM, replaced('"sub"', '"s\\u0075b":"admin","sub"')),
    case("B31 twice deep inside", FORM, replaced('"sub"', '"address":{"a":1,"a":2},"sub"')),
    *(case(f"B32 payload {text!r}", FORM, payload(text))
      for text in ("[]", '"text"', "null", "1", "", "{", "{}x", "{'a':1}")),
    case("B32 payload in a list", FORM, claims(lambda c: [c])),
    case("B32 BOM", FORM, claims(lambda c: b"\xef\xbb\xbf" + json.dumps(c).encode())),
    case("B32 UTF-16", FORM, claims(lambda c: json.dumps(c).encode("utf-16"))),
    case("B32 UTF-32", FORM, claims(lambda c: json.dumps(c).encode("utf-32-le"))),
    case("B32 Latin-1", FORM, claims(lambda c: json.dumps(c | {"name": "\xe4"}, ensure_ascii=False).encode("latin-1"))),
    case("B32 overlong UTF-8", FORM, claims(lambda c: json.dumps(c).encode().replace(b"Ada", b"\xc0\xaf"))),
    case("B32 UTF-8 surrogate", FORM, claims(lambda c: json.dumps(c).encode().replace(b"Ada", b"\xed\xa0\x80"))),
    case("B32 lone surrogate", FORM, replaced("Ada", "\\ud800")),
    case("B32 control character in a text", FORM, replaced("Ada", "\n")),
    case("B32 trailing bytes", FORM, claims(lambda c: json.dumps(c).encode() + b"\0")),
    case("B33 2047 deep", FORM, literal("x", "[" * 2047 + "]" * 2047)),
    case("B33 20,000 deep", FORM, literal("x", "[" * 20_000 + "]" * 20_000)),
    case("B33 20,000 deep and never closed", FORM, payload("[" * 20_000)),
    case("B33 objects 5,000 deep", FORM, literal("x", '{"a":' * 5000 + "1" + "}" * 5000)),
    case("B33 a token above 256 KiB", FORM, claims({"x": "y" * 200_000})),
    case("B33 a token of 600 kB", FORM, claims({"x": "y" * 450_000})),
    case("B33 a token of 10 MB", "response_too_large", claims({"x": "y" * 7_500_000})),
    case("B33 a token just below 256 KiB", "session_too_large", claims({"x": "y" * 195_000})),
    case("B33 4500 members", "id_token_malformed", claims(lambda c: c.update({f"m{i}": 0 for i in range(4500)}))),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), IDENTITY + TIMES + SHAPES)
def test_claims(victim, bend, codes):
    check(victim, bend, codes)


GOOD = [
    case("B22 fapi2-valid-aud-as-array", None, changed("aud", lambda s: [s])),
    case("B22 trusted audience and azp", None, claims(lambda c: c.update(azp=c["aud"], aud=[c["aud"], "friend"]))),
    case("B22 azp is us", None, claims(lambda c: c.update(azp=c["aud"]))),
    case("B23 exp 57 seconds ago", None, shifted("exp", -57)),
    case("B24 iat 60 seconds ahead", None, shifted("iat", 60)),
    case("B24 iat 20 hours old", None, shifted("iat", -20 * 3600)),
    case("B25 nbf 60 seconds ahead", None, shifted("nbf", 60)),
    case("B25 nbf past", None, shifted("nbf", -WEEK)),
    case("B26 fractions", None, claims(lambda c: c.update(exp=c["exp"] + 0.9, iat=c["iat"] - 0.1))),
    case("B26 exp in exponent form", None, literal("exp", "1.9e9")),
    case("B26 exp after 2038", None, claims({"exp": 2**32 + 5})),
    case("B28 sub of 255 characters", None, claims({"sub": "s" * 255})),
    case("B28 sub with punctuation", None, claims({"sub": "auth0|a b;c=\"d\",'e'\\<f>&%00"})),
    *(case(f"B26 {name} null", None, claims({name: None})) for name in ("nbf", "auth_time", "azp", "at_hash")),
    *(case(f"B22 {name} empty", None, claims({name: ""})) for name in ("azp", "at_hash")),
    case("B29 at_hash absent", None, claims({"at_hash": REMOVE})),
    case("B33 60 deep", None, literal("x", "[" * 60 + "]" * 60)),
    case("B34 names of prototypes", None, claims({"__proto__": {"a": 1}, "constructor": 1, "toString": None})),
    case("E71 aggregated and distributed claims", None,
         claims({"_claim_names": {"x": "s"}, "_claim_sources": {"s": {"endpoint": "http://127.0.0.1:9/"}}})),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), GOOD)
def test_good_claims(victim, bend, codes):
    check(victim, bend, codes)


def test_b27_nonce_of_another_pending_login(victim):
    """D51, too: a code of one login, answered with the ID token of another."""
    victim.provider.behave()
    browser = victim.browser()
    first = victim.site.begin(browser)
    nonce = dict(pair.split("=") for pair in first.target.partition("?")[2].split("&"))["nonce"]
    victim.provider.id_token(claims={"nonce": nonce})
    victim.refuses(victim.login(browser), NONCE)


@pytest.mark.parametrize("algorithm", ["RS512", "ES384", "EdDSA"])
def test_b29_at_hash_goes_with_the_algorithm(new_victim, algorithm):
    """T-28: the hash is the algorithm's own: SHA-512 for RS512 and Ed25519, SHA-384 for ES384."""
    victim = new_victim(algorithm)
    victim.accepts_login()
    victim.provider.behave()
    check(victim, changed("at_hash", lambda s: s[:21] + "A"), HASH)
    check(victim, lambda p: p.id_token(claims=lambda c: c.update(at_hash=c["at_hash"][:22])), HASH)


MAX_AGE = [
    case("B30 auth_time missing", CLAIM, claims({})),
    case("B30 auth_time too old", "id_token_authentication_too_old", shifted("auth_time", -365)),
    case("B30 auth_time 0", "id_token_authentication_too_old", claims({"auth_time": 0})),
    case("B30 auth_time in the future", "id_token_authentication_too_old", shifted("auth_time", 65)),
    case("B30 auth_time as text", CLAIM, claims(lambda c: c.update(auth_time=str(c["iat"])))),
    case("B30 auth_time within the leeway", None, shifted("auth_time", -355)),
]


@pytest.fixture(scope="module")
def hasty(start_shared, new_provider) -> Victim:
    """Wants users who signed in at the provider within five minutes."""
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    return Victim(start_shared(providers, more={"default": {"client_kwargs": {"max_age": 300}}}))


@pytest.mark.parametrize(("bend", "codes"), MAX_AGE)
def test_max_age(hasty, bend, codes):
    check(hasty, bend, codes)
