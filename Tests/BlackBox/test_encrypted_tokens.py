"""ID tokens and UserInfo that are encrypted for the client (OIDC Core 10.2): by joserfc, and in every wrong way."""

from __future__ import annotations

import dataclasses
import json

import pytest
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from provider import REMOVE, Encryption, OpenIDProvider, jose
from provider.encryption import CONTENT_KEY, symmetric_key
from victim import Bend, Victim, claims, raw

RSA, EC, OTHER_EC = RSAKey.generate_key(2048), ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
CURVES = [EC, ECKey.generate_key("P-384"), ECKey.generate_key("P-521")]
MALFORMED, UNDECRYPTABLE = "id_token_malformed", "id_token_undecryptable"
SECRET = "a secret of 64 bytes: " + "0123456789" * 4 + "ab"


def public(key: Key) -> Key:
    return type(key).import_key(key.as_dict(private=False))


def pem(key: Key) -> str:
    return key.as_pem(private=True).decode()


def jwk(key: Key, **members: str) -> str:
    return json.dumps(key.as_dict(private=True) | members)


def registered(provider: OpenIDProvider, algorithm: str, encryption: str, key: Key | None, kid=None) -> Encryption:
    if key is None:
        provider.client_secret = SECRET
    return Encryption(algorithm, encryption, public(key) if key else SECRET, kid)


def section(what: str, way: Encryption, key: Key | None) -> dict:
    prefix = f"{what}_encrypted_response_"
    keys = {prefix + "alg": way.algorithm, prefix + "enc": way.encryption}
    return keys | ({"client_decryption_key": pem(key)} if key else {"client_secret": SECRET})


WAYS = [
    *(("RSA-OAEP", encryption, RSA) for encryption in CONTENT_KEY),
    *(("ECDH-ES", encryption, EC) for encryption in CONTENT_KEY),
    *(("dir", encryption, None) for encryption in CONTENT_KEY),
    *((algorithm, "A256CBC-HS512", None) for algorithm in ("A128KW", "A192KW", "A256KW")),
    *(("ECDH-ES" + wrapping, "A128CBC-HS256", key) for wrapping in ("", "+A128KW", "+A256KW") for key in CURVES),
    ("ECDH-ES+A192KW", "A192GCM", EC), ("RSA-OAEP-256", "A256GCM", RSA), ("RSA-OAEP-256", "A128CBC-HS256", RSA),
]  # fmt: skip


@pytest.mark.parametrize(("algorithm", "encryption", "key"), WAYS)
def test_every_way(start, new_provider, algorithm, encryption, key):
    """Of the ID token, and of UserInfo that is signed inside."""
    provider = new_provider()
    way = registered(provider, algorithm, encryption, key)
    provider.id_token_encryption = provider.userinfo_encryption = way
    provider.signs_userinfo = True
    keys = section("id_token", way, key) | section("userinfo", way, key)
    keys |= {"userinfo": True, "userinfo_signed_response_alg": ["RS256"]}
    site = start(provider, more={"default": keys})
    provider.userinfo_claims = {"nickname": "Countess"}
    user = site.log_in(site.browser())
    assert user["nickname"] == "Countess"
    assert key is None or not [line for line in pem(key).splitlines()[1:-1] if line in site.host.log()]


@pytest.mark.parametrize("signed", [False, True])
def test_userinfo_alone(start, new_provider, signed):
    """Encrypted without a signature inside is a form of its own (OIDC Core 5.3.2)."""
    provider = new_provider()
    provider.userinfo_encryption = way = registered(provider, "ECDH-ES+A128KW", "A128GCM", EC)
    provider.signs_userinfo = signed
    more = {"userinfo": True, "userinfo_signed_response_alg": ["RS256"] if signed else None}
    site = start(provider, more={"default": section("userinfo", way, EC) | more})
    provider.userinfo_claims = {"nickname": "Countess"}
    assert site.log_in(site.browser())["nickname"] == "Countess"


def test_enc_that_is_not_written(start, new_provider):
    """OIDC Registration 2: then it is A128CBC-HS256."""
    provider = new_provider()
    provider.id_token_encryption = way = registered(provider, "RSA-OAEP-256", "A128CBC-HS256", RSA)
    keys = section("id_token", way, RSA) | {"id_token_encrypted_response_enc": None}
    site = start(provider, more={"default": keys})
    site.log_in(site.browser())


@pytest.mark.parametrize("form", ["pem with an id", "jwk", "no kid in the token"])
def test_key_id(start, new_provider, form):
    provider = new_provider()
    kid = None if form == "no kid in the token" else "mine"
    provider.id_token_encryption = way = registered(provider, "ECDH-ES", "A128GCM", EC, kid)
    keys = section("id_token", way, EC)
    if form == "pem with an id":
        keys["client_decryption_key_id"] = "mine"
    else:
        keys["client_decryption_key"] = jwk(EC, kid="mine", use="enc")
    site = start(provider, more={"default": keys})
    site.log_in(site.browser())


def encrypted(**script) -> Bend:
    return lambda provider: provider.encrypted(**script)


def way(**changes) -> Bend:
    return encrypted(using=lambda registered: dataclasses.replace(registered, **changes))


def header(change) -> Bend:
    """After the encryption, so that the tag is wrong besides."""

    def bent(token: str) -> str:
        head, _, rest = token.partition(".")
        members = json.loads(jose.unb64(head))
        change(members)
        return jose.b64(jose.encode(members)) + "." + rest

    return encrypted(raw=bent)


def part(index: int, change) -> Bend:
    def bent(token: str) -> str:
        parts = token.split(".")
        parts[index] = jose.b64(change(jose.unb64(parts[index])))
        return ".".join(parts)

    return encrypted(raw=bent)


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def unsigned(token: str) -> str:
    return jose.unb64(token.split(".")[1]).decode()


REFUSALS = {
    "not encrypted": (MALFORMED, encrypted(plain=True)),
    "another key": (UNDECRYPTABLE, way(key=public(OTHER_EC))),
    "another kid": (UNDECRYPTABLE, way(kid="another")),
    "another alg": (UNDECRYPTABLE, way(algorithm="ECDH-ES")),
    "another enc": (UNDECRYPTABLE, way(encryption="A256GCM")),
    "an alg with a key of the sender's choice": (
        UNDECRYPTABLE, way(algorithm="dir", encryption="A128GCM", key="0" * 64)),
    "RSA1_5": (UNDECRYPTABLE, way(algorithm="RSA1_5", key=public(RSA))),
    "compressed": (UNDECRYPTABLE, encrypted(header={"zip": "DEF"})),
    "no cty": (UNDECRYPTABLE, encrypted(header={"cty": REMOVE})),
    "another cty": (UNDECRYPTABLE, encrypted(header={"cty": "json"})),
    "another typ": (UNDECRYPTABLE, encrypted(header={"typ": "at+jwt"})),
    "crit": (UNDECRYPTABLE, header(lambda h: h.update(crit=["exp"], exp=1))),
    "no epk": (UNDECRYPTABLE, header(lambda h: h.pop("epk"))),
    "epk off the curve": (UNDECRYPTABLE, header(lambda h: h["epk"].update(y=h["epk"]["x"]))),
    "epk of another curve": (
        UNDECRYPTABLE, header(lambda h: h.update(epk=public(CURVES[1]).as_dict(private=False)))),
    "epk with a private half": (UNDECRYPTABLE, header(lambda h: h["epk"].update(d=h["epk"]["x"]))),
    "epk that is text": (UNDECRYPTABLE, header(lambda h: h.update(epk="x"))),
    "apu that is no base64url": (UNDECRYPTABLE, header(lambda h: h.update(apu="=!"))),
    "a header that is a list": (UNDECRYPTABLE, encrypted(raw=lambda t: jose.b64(b"[]") + t[t.index("."):])),
    **{f"part {i} changed": (UNDECRYPTABLE, part(i, flipped)) for i in range(5)},
    **{f"part {i} empty": (UNDECRYPTABLE, part(i, lambda _: b"")) for i in range(5)},
    "a shorter tag": (UNDECRYPTABLE, part(4, lambda tag: tag[:12])),
    "four parts": (MALFORMED, encrypted(raw=lambda t: t.rpartition(".")[0])),
    "six parts": (MALFORMED, encrypted(raw=lambda t: t + ".x")),
    "too long": (UNDECRYPTABLE, part(3, lambda text: text * 200)),
    "no token": (MALFORMED, encrypted(raw=lambda _: 7)),
    "encrypted claims, unsigned": (MALFORMED, encrypted(content=unsigned)),
    "encrypted nonsense": (MALFORMED, encrypted(content=lambda _: b"\xff\xfe\x00")),
    "nothing inside": (MALFORMED, encrypted(content=lambda _: "")),
    "an unsigned token inside": (
        "id_token_algorithm_refused", lambda p: p.id_token(algorithm="none")),
    "a wrong signature inside": ("id_token_signature_invalid", lambda p: p.id_token(key=jose.rsa_key(7))),
    "another audience inside": ("id_token_audience_mismatch", claims({"aud": "another"})),
    "another nonce inside": ("id_token_nonce_mismatch", claims({"nonce": "another"})),
    "text around the token inside": (MALFORMED, raw(lambda token: " " + token)),
}  # fmt: skip


@pytest.fixture(scope="module")
def victim(start_shared, new_provider) -> Victim:
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    way = registered(providers["default"], "ECDH-ES+A128KW", "A128GCM", EC, "mine")
    providers["default"].id_token_encryption = way
    keys = section("id_token", way, EC) | {"client_decryption_key_id": "mine"}
    return Victim(start_shared(providers, more={"default": keys})).warm()


@pytest.mark.filterwarnings("ignore:JWE algorithm .RSA1_5.")
@pytest.mark.parametrize("name", REFUSALS)
def test_refused(victim, name):
    code, bend = REFUSALS[name]
    victim.provider.behave()
    bend(victim.provider)
    victim.refuses_login(code)


def test_good_between_the_refused(victim):
    victim.provider.behave()
    victim.accepts_login()


def test_encrypted_twice(victim):
    """A token in a token in a token: only one envelope is opened."""
    victim.provider.behave()
    provider = victim.provider
    honest = provider.encryption
    provider.encrypted(content=lambda token: honest.make(token, provider.id_token_encryption, nested=True))
    victim.refuses_login(MALFORMED)


@pytest.mark.parametrize("alg", ["dir", "A128KW"])
@pytest.mark.parametrize("secret", ["another secret", "the secret itself"])
def test_symmetric_key_of_another_secret(start, new_provider, alg, secret):
    bad, safe = new_provider("bad"), new_provider("safe")
    bad.id_token_encryption = registered(bad, alg, "A128GCM", None)
    keys = section("id_token", bad.id_token_encryption, None)
    victim = Victim(start({"default": bad, "safe": safe}, more={"default": keys}))
    victim.accepts_login()
    victim.provider.requests.clear()
    key = symmetric_key(secret, 16) if secret == "another secret" else OctKey.import_key(SECRET[:16])
    way(key=key)(bad)
    victim.refuses_login(UNDECRYPTABLE)


def test_dir_with_an_encrypted_key(start, new_provider):
    bad, safe = new_provider("bad"), new_provider("safe")
    bad.id_token_encryption = way = registered(bad, "dir", "A128GCM", None)
    victim = Victim(start({"default": bad, "safe": safe}, more={"default": section("id_token", way, None)}))
    part(1, lambda _: b"x" * 24)(bad)
    victim.refuses_login(UNDECRYPTABLE)


def test_encrypted_where_none_is_registered(new_victim):
    victim = new_victim()
    victim.provider.id_token_encryption = Encryption("ECDH-ES", "A128GCM", public(EC))
    victim.refuses_login(MALFORMED)


USERINFO_REFUSALS = {
    "not encrypted": ("userinfo_invalid", encrypted(plain=True)),
    "another key": ("userinfo_undecryptable", way(key=public(OTHER_EC))),
    "another enc": ("userinfo_undecryptable", way(encryption="A256GCM")),
    "changed": ("userinfo_undecryptable", part(3, flipped)),
    "no cty": ("userinfo_undecryptable", encrypted(header={"cty": REMOVE})),
    "unsigned inside": ("userinfo_invalid", encrypted(content=unsigned)),
    "nonsense inside": ("userinfo_invalid", encrypted(content=lambda _: b"\xff")),
    "a wrong signature inside": ("userinfo_signature_invalid", lambda p: p.signed_userinfo(key=jose.rsa_key(7))),
    "another sub inside": ("userinfo_subject_mismatch", lambda p: p.userinfo({"sub": "another"})),
}


@pytest.fixture(scope="module")
def asking(start_shared, new_provider) -> Victim:
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    bad = providers["default"]
    bad.userinfo_encryption, bad.signs_userinfo = registered(bad, "ECDH-ES+A128KW", "A128GCM", EC), True
    keys = section("userinfo", bad.userinfo_encryption, EC) | {
        "userinfo": True,
        "userinfo_signed_response_alg": ["RS256"],
    }
    return Victim(start_shared(providers, more={"default": keys})).warm()


@pytest.mark.parametrize("name", USERINFO_REFUSALS)
def test_userinfo_refused(asking, name):
    code, bend = USERINFO_REFUSALS[name]
    asking.provider.behave()
    bend(asking.provider)
    asking.refuses_userinfo(code)


def test_encrypted_userinfo_that_should_be_unsigned(start, new_provider):
    """A signed token where claims are registered."""
    bad, safe = new_provider("bad"), new_provider("safe")
    bad.userinfo_encryption = registered(bad, "ECDH-ES", "A128GCM", EC)
    keys = section("userinfo", bad.userinfo_encryption, EC) | {"userinfo": True}
    victim = Victim(start({"default": bad, "safe": safe}, more={"default": keys}))
    victim.accepts_login()
    victim.provider.requests.clear()
    bad.signs_userinfo = True
    victim.refuses_userinfo("userinfo_undecryptable")


def test_logout_shows_the_provider_what_it_can_read(start, new_provider):
    """The hint is the signed token inside, which the strict provider verifies; and the app gets that one."""
    provider = new_provider()
    way = registered(provider, "ECDH-ES", "A128GCM", EC)
    provider.id_token_encryption = way
    site = start(provider, expose_tokens=["id"], more={"default": section("id_token", way, EC)})
    provider.offer_logout(site.redirect_uri)
    browser = site.browser()
    assert site.log_in(browser)["tokens"]["id"].count(".") == 2
    browser.open(site.url("/")).submit("/auth/logout")
    assert provider.end_session.refused == [] and len(provider.end_session.ended) == 1
