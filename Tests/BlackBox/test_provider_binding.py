"""Each check of DPoP proofs and of client certificates that the scriptable provider makes can fail."""

from __future__ import annotations

import time

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from provider import DPoP, MutualTLS, OpenIDProvider, Request, jose
from provider.authorization import Forbidden
from provider.certificates import authority, self_signed, stranger
from provider.dpop import WantsNonce

KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
URL, TOKEN = "http://127.0.0.1:1/op/userinfo", "access-token"
NOW = int(time.time())


def request(endpoint: str = "userinfo", *proofs: str, url: str = URL) -> Request:
    headers = [("DPoP", proof) for proof in proofs]
    return Request(endpoint, "GET", url, headers, b"", url=url)


def proof(header: dict | None = None, claims: dict | None = None, signer=KEY) -> str:
    members = {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.as_dict(private=False), **(header or {})}
    members["jwk"] = {name: value for name, value in members["jwk"].items() if name != "kid"}
    payload = {"jti": "j" * 22, "htm": "GET", "htu": URL, "iat": NOW, "ath": jose.full_hash(TOKEN), **(claims or {})}
    payload = {name: value for name, value in payload.items() if value is not None}
    return jws.serialize_compact(members, jose.encode(payload), signer, algorithms=["ES256", "RS256"])


BAD = {
    "typ": proof({"typ": "JWT"}),
    "another header": proof({"kid": "x"}),
    "private jwk": proof({"jwk": KEY.as_dict(private=True)}),
    "another jwk": proof({"jwk": OTHER.as_dict(private=False)}),
    "another signer": proof(signer=OTHER),
    "alg": proof({"alg": "RS256"}, signer=RSAKey.generate_key(2048)),
    "htm": proof(claims={"htm": "POST"}),
    "htu of another": proof(claims={"htu": URL + "2"}),
    "htu with a query": proof(claims={"htu": URL + "?x=y"}),
    "iat of yesterday": proof(claims={"iat": NOW - 86_400}),
    "iat to come": proof(claims={"iat": NOW + 600}),
    "iat as text": proof(claims={"iat": str(NOW)}),
    "short jti": proof(claims={"jti": "j"}),
    "no jti": proof(claims={"jti": None}),
    "another ath": proof(claims={"ath": jose.full_hash("another")}),
    "no ath": proof(claims={"ath": None}),
    "another claim": proof(claims={"sub": "me"}),
    "a nonce that was never given": proof(claims={"nonce": "nonce"}),
    "nonsense": "x.y.z",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_proof(text):
    dpop = DPoP()
    with pytest.raises(Forbidden):
        dpop.confirm(request("userinfo", text), NOW, TOKEN)
    assert len(dpop.refused) == 1


def test_good_proof():
    dpop = DPoP()
    assert dpop.confirm(request("userinfo", proof()), NOW, TOKEN) == KEY.thumbprint()
    with pytest.raises(Forbidden, match="jti"):
        dpop.confirm(request("userinfo", proof()), NOW, TOKEN)


@pytest.mark.parametrize("proofs", [(), (proof(), proof(claims={"jti": "i" * 22}))])
def test_one_proof_and_no_more(proofs):
    with pytest.raises(Forbidden, match="proofs"):
        DPoP().confirm(request("userinfo", *proofs), NOW, TOKEN)


def test_nonces():
    """An old one is asked to be renewed, the other endpoint's is forbidden."""
    dpop = DPoP("userinfo")
    first = dpop.new_nonce("userinfo")["DPoP-Nonce"]
    elsewhere = dpop.new_nonce("token")["DPoP-Nonce"]
    for number, (nonce, outcome) in enumerate([(None, WantsNonce), (first, None), (elsewhere, Forbidden)]):
        text = request("userinfo", proof(claims={"nonce": nonce, "jti": f"{number}" * 22}))
        if outcome:
            with pytest.raises(outcome):
                dpop.confirm(text, NOW, TOKEN)
        else:
            dpop.confirm(text, NOW, TOKEN)
    dpop.new_nonce("userinfo")
    with pytest.raises(WantsNonce):
        dpop.confirm(request("userinfo", proof(claims={"nonce": first, "jti": "9" * 22})), NOW, TOKEN)


@pytest.mark.parametrize(
    ("bound", "scheme", "status"),
    [(KEY, "DPoP", 200), (OTHER, "DPoP", 401), (KEY, "Bearer", 401), (KEY, "dpop", 401), (None, "DPoP", 401)],
)
def test_token_that_is_bound(bound, scheme, status):
    provider = OpenIDProvider("op", "http://127.0.0.1:1")
    provider.dpop, provider.clock_offset = DPoP(), NOW - int(time.time())
    provider._tokens[TOKEN], provider._bindings[TOKEN] = {"sub": "x"}, {"jkt": bound.thumbprint()} if bound else {}
    asked = request("userinfo", proof())
    asked.headers.append(("Authorization", f"{scheme} {TOKEN}"))
    assert provider.answer(asked).status == status


CERTIFICATE = authority().client("client")
SIGNED_BY_ITSELF = self_signed("client")
ALIAS, PLAIN = "https://localhost:2", "https://localhost:1"


@pytest.mark.parametrize(
    ("registered", "shown", "origin", "good"),
    [
        (CERTIFICATE, CERTIFICATE, ALIAS, True), (CERTIFICATE, authority().client("client"), ALIAS, True),
        (CERTIFICATE, CERTIFICATE, PLAIN, False), (CERTIFICATE, None, ALIAS, False),
        (CERTIFICATE, authority().client("another"), ALIAS, False),
        (CERTIFICATE, stranger().client("client"), ALIAS, False),
        (CERTIFICATE, SIGNED_BY_ITSELF, ALIAS, False),
        (SIGNED_BY_ITSELF, SIGNED_BY_ITSELF, ALIAS, True), (SIGNED_BY_ITSELF, self_signed("client"), ALIAS, False),
    ],
)  # fmt: skip
def test_certificates(registered, shown, origin, good):
    method = "tls_client_auth" if registered is CERTIFICATE else "self_signed_tls_client_auth"
    known = MutualTLS(ALIAS, registered, method, authority())
    asked = request("token", url=origin + "/op/token")
    asked.certificate = shown and shown.der
    assert known.authenticates(asked) is good


@pytest.mark.parametrize(
    ("certificate", "status"), [(CERTIFICATE, 200), (authority().client("client"), 401), (None, 400)]
)
def test_token_that_is_bound_to_a_certificate(certificate, status):
    provider = OpenIDProvider("op", PLAIN)
    provider.mutual_tls = MutualTLS(ALIAS, CERTIFICATE, None, authority())
    asked = request("userinfo", url=ALIAS + "/op/userinfo")
    asked.certificate = CERTIFICATE.der
    provider._tokens[TOKEN], provider._bindings[TOKEN] = {"sub": "x"}, provider._confirmation(asked)
    asked.headers.append(("Authorization", f"Bearer {TOKEN}"))
    asked.certificate = certificate and certificate.der
    assert provider.answer(asked).status == status


def test_certificate_in_the_wrong_place():
    provider = OpenIDProvider("op", PLAIN)
    provider.mutual_tls = MutualTLS(ALIAS, CERTIFICATE, None, authority())
    for endpoint in ("metadata", "jwks", "token"):
        asked = request(endpoint, url=f"{PLAIN}/op/{endpoint}")
        asked.certificate = CERTIFICATE.der
        assert provider.answer(asked).status == 400
