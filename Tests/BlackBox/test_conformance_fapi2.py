"""FAPI 2.0 (profile = "fapi2"): the rows of the security profile plan, at a provider that takes nothing less."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey

from provider import REMOVE, AssertionVerifier, DPoP, OpenIDProvider, RequestObjects, Rotation
from victim import Victim, case, check, claims

FAPI = "fapi2-security-profile-final-client-test-{}".format
AUDIENCE, CLAIM, ISSUER = "id_token_audience_mismatch", "id_token_claim_invalid", "id_token_issuer_mismatch"
NONCE, ALGORITHM = "id_token_nonce_mismatch", "id_token_algorithm_refused"
KEY = ECKey.generate_key("P-256")
SECTION = {"client_secret": None, "client_private_key": KEY.as_pem(private=True).decode(), "userinfo": True}


def demanding(provider: OpenIDProvider, dpop: DPoP) -> OpenIDProvider:
    public = ECKey.import_key(KEY.as_dict(private=False))
    provider.fapi2(AssertionVerifier(provider.client_id, provider.issuer, ["ES256"], public), dpop)
    return provider


@pytest.fixture
def make(start, new_provider) -> Callable[..., Victim]:
    def make(dpop: DPoP | None = None, **section) -> Victim:
        provider = demanding(new_provider("bad", "PS256"), dpop or DPoP("token", "userinfo"))
        site = {"default": provider, "safe": new_provider("safe")}
        return Victim(start(site, more={"default": {**SECTION, "profile": "fapi2", **section}}))

    return make


@pytest.fixture(scope="module")
def victim(start_shared, new_provider) -> Victim:
    providers = {"default": demanding(new_provider("bad", "PS256"), DPoP()), "safe": new_provider("safe")}
    return Victim(start_shared(providers, more={"default": {**SECTION, "profile": "fapi2"}})).warm()


def request_of(victim: Victim) -> dict[str, list[str]]:
    """What the browser carries to the provider."""
    return parse_qs(urlsplit(victim.site.begin(victim.browser()).target).query, strict_parsing=True)


@pytest.mark.parametrize("demands", [
    pytest.param(("token", "userinfo"), marks=pytest.mark.conformance(FAPI("happy-path"))),
    pytest.param((), marks=pytest.mark.conformance(FAPI("happy-path-no-dpop-nonce"))),
])  # fmt: skip
def test_login(make, demands):
    dpop = DPoP(*demands)
    victim = make(dpop)
    victim.accepts_login()
    assert len(victim.provider.seen("pushed")) == len(victim.provider.seen("userinfo")) - len(demands) // 2 == 1
    assert dpop.refused == []
    assert {proof["endpoint"] for proof in dpop.accepted} == {"token", "userinfo"}
    assert set(request_of(victim)) == {"client_id", "request_uri"}


@pytest.mark.conformance("fapi2-security-profile-final-client-refresh-token-test")
def test_refreshes(start, new_provider):
    provider = demanding(new_provider("bad", "PS256"), DPoP("token", "userinfo"))
    provider.rotation = Rotation()
    section = {"default": {**SECTION, "profile": "fapi2"}}
    site = start(provider, more=section, own_clock=True, refresh_claims="30s")
    browser = site.browser()
    site.log_in(browser)
    for _ in range(2):
        site.wait(30)
        assert site.is_signed_in(browser)
    forms = [dict(request.form) for request in provider.seen("token")]
    sent = [form["refresh_token"] for form in forms if form["grant_type"] == "refresh_token"]
    assert len(set(sent)) == 2 and provider.rotation.revoked == 0, "the second is that of the first response"
    assert provider.dpop.refused == [] and site.host.log().count("event=tokens_refreshed") == 2
    used = {request.header("Authorization") for request in provider.seen("userinfo")}
    assert len(used) == 3 and all(value.startswith("DPoP ") for value in used)


def test_login_with_signed_messages(make):
    victim = make(profile="fapi2-message-signing")
    provider = victim.provider
    public = ECKey.import_key(KEY.as_dict(private=False))
    provider.request_objects = RequestObjects(provider.client_id, provider.issuer, "ES256", public)
    victim.accepts_login()
    assert provider.seen("authorize") and len(provider.request_objects.accepted) == 1
    pushed = victim.provider.seen("pushed")[-1]
    assert pushed.value("request") and pushed.value("redirect_uri") is None
    assert set(request_of(victim)) == {"client_id", "request_uri"}


def changed(name, bend):
    return claims(lambda c: c.update({name: bend(c[name])}))


ROWS = [
    case(FAPI("invalid-alternate-alg"), ALGORITHM, lambda p: p.id_token(algorithm="RS256")),
    case(FAPI("invalid-null-alg"), ALGORITHM, lambda p: p.id_token(algorithm="none")),
    case(FAPI("invalid-aud"), AUDIENCE, changed("aud", lambda aud: aud + "1")),
    case(FAPI("invalid-missing-aud"), {AUDIENCE, CLAIM}, claims({"aud": REMOVE})),
    case(FAPI("invalid-secondary-aud"), AUDIENCE, changed("aud", lambda aud: [aud, "stranger"])),
    case(FAPI("invalid-iss"), ISSUER, changed("iss", lambda iss: iss + "1")),
    case(FAPI("invalid-missing-iss"), {ISSUER, CLAIM}, claims({"iss": REMOVE})),
    case(FAPI("invalid-expired-exp"), "id_token_expired", claims(lambda c: c.update(exp=c["iat"] - 360))),
    case(FAPI("invalid-missing-exp"), CLAIM, claims({"exp": REMOVE})),
    case(FAPI("invalid-nonce"), NONCE, changed("nonce", lambda nonce: nonce + "1")),
    case(FAPI("invalid-missing-nonce"), NONCE, claims({"nonce": REMOVE})),
    case(FAPI("valid-aud-as-array"), None, changed("aud", lambda aud: [aud])),
    case(FAPI("token-endpoint-response-without-expires_in"), None, lambda p: p.token_response({"expires_in": REMOVE})),
    case(FAPI("token-type-case-insensitivity"), None, lambda p: p.token_response({"token_type": "dPoP"})),
    case("a token that is not bound", "token_response_invalid", lambda p: p.token_response({"token_type": "Bearer"})),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), ROWS)
def test_tokens(victim, bend, codes):
    check(victim, bend, codes)


def answer(change):
    return lambda provider: provider.authorization_response(
        lambda pairs: [(name, value) for name, value in change(dict(pairs)).items() if value is not None]
    )


ISSUERS = [
    case(FAPI("invalid-authorization-response-iss"), "response_issuer_mismatch",
         answer(lambda response: response | {"iss": response["iss"] + "1"})),
    case(FAPI("remove-authorization-response-iss"), "response_issuer_missing",
         answer(lambda response: response | {"iss": None})),
]  # fmt: skip


@pytest.mark.parametrize("announced", [True, False, REMOVE])
@pytest.mark.parametrize(("bend", "codes"), ISSUERS)
def test_issuer_of_the_response(make, bend, codes, announced):
    """Whatever the metadata says: the profile wants it in every response."""
    victim = make()
    victim.provider.metadata({"authorization_response_iss_parameter_supported": announced})
    bend(victim.provider)
    victim.refuses_login(codes, token_requests=0)


STATES = [
    case(FAPI("ensure-authorization-response-with-invalid-state-fails"), "state_mismatch",
         answer(lambda response: response | {"state": response["state"] + "1"})),
    case(FAPI("ensure-authorization-response-with-invalid-missing-state-fails"), "state_missing",
         answer(lambda response: response | {"state": None})),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), STATES)
def test_state_of_the_response(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    victim.ignores_response(codes)


@pytest.mark.conformance(FAPI("discovery-issuer-mismatch"))
def test_metadata_of_another_issuer(make):
    victim = make()
    victim.provider.metadata({"issuer": victim.provider.issuer + "INVALID"})
    victim.refuses_to_begin("metadata_issuer_mismatch")


@pytest.mark.conformance(FAPI("rs-dpop-auth-scheme-case-insensitivity"))
@pytest.mark.parametrize("scheme", ["dpop", "DPOP", "dPoP"])
def test_scheme_of_the_challenge(make, scheme):
    victim = make(DPoP("userinfo"))
    victim.provider.bend_dpop(scheme=scheme)
    victim.accepts_login()
    assert len(victim.provider.seen("userinfo")) == 2


def test_provider_that_takes_no_pushed_requests(make):
    """There is no way back to an ordinary request."""
    victim = make()
    victim.provider.metadata({"pushed_authorization_request_endpoint": REMOVE})
    victim.refuses_to_begin("metadata_invalid")
