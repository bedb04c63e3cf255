"""private_key_jwt and client_secret_jwt (OIDC Core 9, RFC 7523), judged by joserfc at the provider's token endpoint."""

from __future__ import annotations

import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from provider import AssertionVerifier, Reply
from provider.assertion import JWT_BEARER
from victim import Victim

KEYS: dict[str, Key] = {
    "RSA": RSAKey.generate_key(2048),
    "P-256": ECKey.generate_key("P-256"),
    "P-384": ECKey.generate_key("P-384"),
    "P-521": ECKey.generate_key("P-521"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
    "Ed448": OKPKey.generate_key("Ed448"),
}


def pem(key: Key) -> str:
    return key.as_pem(private=True).decode()


def jwk(key: Key, **members: str) -> str:
    return json.dumps(key.as_dict(private=True) | members, indent=1)


def public(key: Key) -> Key:
    return type(key).import_key(key.as_dict(private=False))


def written(form: str, text: str, folder, monkeypatch) -> dict[str, str] | str:
    """The value of client_private_key, with the text where it says."""
    if form == "file":
        path = folder / "client-key"
        path.write_text(text + "\n")
        path.chmod(0o600)
        return {"file": str(path)}
    if form == "env":
        monkeypatch.setenv("BLACK_BOX_CLIENT_KEY", text)
        return {"env": "BLACK_BOX_CLIENT_KEY"}
    return text


def knows(provider, key: Key, *algorithms: str, audience: str | None = None) -> AssertionVerifier:
    provider.client_secret = None
    provider.assertions = AssertionVerifier(
        provider.client_id, audience or provider.issuer, list(algorithms), public(key)
    )
    return provider.assertions


def assert_key_is_nowhere(site, key: Key) -> None:
    lines = [line for line in pem(key).splitlines() if len(line) > 40]
    log = site.host.log()
    assert not [line for line in [*lines, key.as_dict(private=True)["d"]] if line in log]


# Key, how it is written, where, more keys of the section, and the algorithm to come.
CASES = [
    ("RSA", pem, "file", {}, "RS256"),
    ("RSA", pem, "file", {"token_endpoint_auth_signing_alg": "PS256"}, "PS256"),
    ("P-256", pem, "file", {}, "ES256"),
    ("Ed25519", pem, "file", {}, "EdDSA"),
    ("RSA", jwk, "file", {}, "RS256"),
    ("RSA", jwk, "env", {"token_endpoint_auth_signing_alg": "PS512"}, "PS512"),
    ("P-256", jwk, "file", {}, "ES256"),
    ("P-384", jwk, "place", {}, "ES384"),
    ("P-521", pem, "env", {}, "ES512"),
    ("Ed25519", jwk, "env", {}, "EdDSA"),
    ("Ed448", pem, "place", {}, "EdDSA"),
]


@pytest.mark.parametrize(("name", "form", "where", "section", "algorithm"), CASES)
def test_private_key(start, new_provider, tmp_path, monkeypatch, name, form, where, section, algorithm):
    key, provider = KEYS[name], new_provider()
    verifier = knows(provider, key, algorithm)
    value = written(where, form(key), tmp_path, monkeypatch)
    site = start(provider, more={"default": {"client_private_key": value, **section}})
    for _ in range(2):
        site.log_in(site.browser())
    first, second = verifier.accepted
    assert first["claims"]["jti"] != second["claims"]["jti"]
    assert first["header"] == {"alg": algorithm, "typ": "JWT"}
    assert first["claims"]["exp"] - first["claims"]["iat"] == 60
    assert "client_assertion" not in provider.seen("authorize")[-1].path
    assert_key_is_nowhere(site, key)


@pytest.mark.parametrize(
    ("members", "section", "kid"),
    [
        ({"kid": "mine"}, {}, "mine"),
        ({"kid": "mine"}, {"client_private_key_id": "theirs"}, "theirs"),
        ({}, {"client_private_key_id": "Ü \"1\""}, "Ü \"1\""),
    ],
)  # fmt: skip
def test_key_id(start, new_provider, members, section, kid):
    key, provider = KEYS["P-256"], new_provider()
    verifier = knows(provider, key, "ES256")
    site = start(provider, more={"default": {"client_private_key": jwk(key, **members), **section}})
    site.log_in(site.browser())
    assert verifier.accepted[-1]["header"]["kid"] == kid


def test_algorithm_is_chosen_by_metadata(start, new_provider):
    """The provider lists PS256 and not RS256, as those of FAPI 2.0 do."""
    key, provider = KEYS["RSA"], new_provider()
    provider.metadata({
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["PS256", "ES256"],
    })  # fmt: skip
    verifier = knows(provider, key, "PS256")
    site = start(provider, more={"default": {"client_private_key": pem(key)}})
    site.log_in(site.browser())
    assert verifier.accepted[-1]["header"]["alg"] == "PS256"


def test_audience_of_older_servers(start, new_provider):
    key, provider = KEYS["P-256"], new_provider()
    knows(provider, key, "ES256", audience=provider.issuer + "/token")
    section = {"client_private_key": pem(key), "client_assertion_audience": "token_endpoint"}
    site = start(provider, more={"default": section})
    site.log_in(site.browser())


@pytest.mark.parametrize("algorithm", [None, "HS256", "HS384", "HS512"])
def test_client_secret_jwt(start, new_provider, algorithm):
    provider = new_provider()
    provider.client_secret = "a secret of 64 bytes: " + "0123456789" * 4 + "ab"
    expected = algorithm or "HS256"
    secret = OctKey.import_key(provider.client_secret)
    verifier = AssertionVerifier(provider.client_id, provider.issuer, [expected], secret)
    provider.assertions = verifier
    section = {"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": algorithm}
    site = start(provider, more={"default": section})
    for _ in range(2):
        site.log_in(site.browser())
    assert [seen["header"] for seen in verifier.accepted] == [{"alg": expected, "typ": "JWT"}] * 2
    assert provider.client_secret not in site.host.log()
    assert provider.client_secret.encode() not in provider.seen("token")[-1].body


def test_the_clock_of_the_host_counts(start, new_provider):
    key, provider = KEYS["P-256"], new_provider()
    knows(provider, key, "ES256")
    site = start(provider, own_clock=True, more={"default": {"client_private_key": pem(key)}})
    site.wait(3600)
    site.log_in(site.browser())


@pytest.fixture
def victim(start, new_provider) -> Victim:
    """Signed in elsewhere, at a host whose client has a key."""
    bad, safe = new_provider("bad"), new_provider("safe")
    bad.client_secret = None
    site = start({"default": bad, "safe": safe}, more={"default": {"client_private_key": pem(KEYS["P-256"])}})
    return Victim(site)


def test_another_key_is_refused(victim):
    """The provider's own word is on the page, and the session before stays."""
    knows(victim.provider, ECKey.generate_key("P-256"), "ES256")
    victim.refuses_login("client_refused")
    assert victim.provider.assertions.accepted == []
    assert_key_is_nowhere(victim.site, KEYS["P-256"])
    knows(victim.provider, KEYS["P-256"], "ES256")
    victim.accepts_login()


def test_error_that_repeats_the_assertion(victim):
    """Whatever a provider writes beside its error code is not shown."""

    def reply(request):
        return Reply(401, {"error": "invalid_client", "error_description": request.value("client_assertion")})

    victim.provider.respond("token", reply)
    page = victim.refuses_login("client_refused")
    assertion = victim.provider.seen("token")[-1].value("client_assertion")
    assert assertion and assertion not in page.text and assertion not in victim.site.host.log()


BAD = {
    "good": {},
    "iss": {"iss": "other"},
    "sub": {"sub": "other"},
    "aud": {"aud": "https://other.example.com"},
    "aud list": {"aud": ["https://op.example.com", "https://other.example.com"]},
    "exp": {"exp": 0},
    "far exp": {"exp": int(time.time()) + 7200},
    "no jti": {"jti": ""},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_the_verifier_itself(change):
    """Each check of the provider's can fail."""
    key, now = KEYS["P-256"], int(time.time())
    verifier = AssertionVerifier("client", "https://op.example.com", ["ES256"], public(key))
    claims = {"iss": "client", "sub": "client", "aud": "https://op.example.com", "jti": "j" * 22, "iat": now}
    claims = {**claims, "exp": now + 60, **change}

    def form(signer: Key) -> dict[str, str]:
        token = jwt.encode({"alg": "ES256"}, claims, signer)
        return {"client_id": "client", "client_assertion_type": JWT_BEARER, "client_assertion": token}

    assert not verifier.accepts(form(ECKey.generate_key("P-256")))
    assert verifier.accepts(form(key)) is (not change)
    assert not verifier.accepts(form(key)), "once"
