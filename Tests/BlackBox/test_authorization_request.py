"""What is asked of the provider, and how: pushed (RFC 9126), signed (RFC 9101), with claims and acr values. The
provider checks every request strictly, and joserfc opens what is signed."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from provider import REMOVE, AssertionVerifier, Reply, RequestObjects
from victim import Victim, case, check, claims

PUSH = {"require_pushed_authorization_requests": True}
KEYS: dict[str, Key] = {
    "ES256": ECKey.generate_key("P-256"),
    "PS256": RSAKey.generate_key(2048),
    "EdDSA": OKPKey.generate_key("Ed25519"),
}


def asked(page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.target).query))


def keyed(provider, algorithm: str, **section) -> dict:
    """The section of a client with this key, which is registered with the provider."""
    key = KEYS[algorithm]
    public = type(key).import_key(key.as_dict(private=False))
    provider.request_objects = RequestObjects(provider.client_id, provider.issuer, algorithm, public)
    provider.assertions = AssertionVerifier(provider.client_id, provider.issuer, [algorithm], public)
    provider.client_secret = None
    own = {"client_private_key": key.as_pem(private=True).decode(), "request_object_signing_alg": algorithm}
    return own | {"token_endpoint_auth_signing_alg": algorithm} | section


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_pushed(start, new_provider, method):
    provider = new_provider()
    provider.pushes, provider.auth_method = True, method
    if method == "none":
        provider.client_secret = None
    site = start(provider, more={"default": {**PUSH, "token_endpoint_auth_method": method}})
    browser = site.browser()
    page = site.begin(browser)
    assert set(asked(page)) == {"client_id", "request_uri"}
    first = asked(page)["request_uri"]
    assert page.follow().follow().follow().status == 200
    site.log_in(browser)
    pushed = provider.seen("pushed")
    assert len(pushed) == 2 and asked(site.begin(browser))["request_uri"] != first
    assert {"state", "nonce", "code_challenge"} <= dict(pushed[0].form).keys()


def test_pushed_because_the_metadata_says_so(start, new_provider):
    provider = new_provider()
    provider.pushes = True
    provider.metadata({"require_pushed_authorization_requests": True})
    site = start(provider)
    site.log_in(site.browser())


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("pushed", [True, False])
@pytest.mark.parametrize("mode", ["query", "form_post.jwt"])
def test_signed(start, new_provider, algorithm, pushed, mode):
    """The FAPI 2.0 way as a whole: private_key_jwt, PAR, JAR, JARM."""
    provider = new_provider("op", "PS256")
    provider.pushes = pushed
    provider.metadata({"authorization_signing_alg_values_supported": ["PS256"]})
    kwargs = {"claims": {"id_token": {"email": {"essential": True}}}, "authorization_details": [{"type": "a"}]}
    section = keyed(provider, algorithm, response_mode=mode, client_kwargs=kwargs)
    site = start(provider, more={"default": section | (PUSH if pushed else {})})
    for _ in range(2):
        site.log_in(site.browser())
    objects, assertions = provider.request_objects.accepted, provider.assertions.accepted
    assert len(objects) == 2 and len(assertions) == (4 if pushed else 2)
    assert objects[0]["claims"]["claims"] == kwargs["claims"]
    assert objects[0]["claims"]["authorization_details"] == kwargs["authorization_details"]
    outside = provider.seen("authorize")[-1]
    assert outside.value("state") is outside.value("nonce") is None


def test_signature_that_the_provider_requires(start, new_provider):
    provider, safe = new_provider(), new_provider()
    provider.metadata({"require_signed_request_object": True})
    victim = Victim(start({"default": provider, "safe": safe}))
    page = site_refuses(victim, "configuration_invalid", status=500)
    assert "request_object_signing_alg" in victim.site.host.log() and page.cookies == []


def site_refuses(victim, code, status):
    page = victim.site.begin(victim.browser())
    assert (page.code, page.status) == (code, status), page.text[:300]
    assert page.cookies == [] and victim.provider.seen("authorize") == []
    return page


@pytest.fixture(scope="module")
def pushing(start_shared, new_provider) -> Victim:
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    providers["default"].pushes = True
    return Victim(start_shared(providers, more={"default": PUSH})).warm()


REFUSED, INVALID = "pushed_authorization_refused", "pushed_authorization_response_invalid"
ANSWERS = [
    (Reply(401, {"error": "invalid_client"}), "client_refused"),
    (Reply(400, {"error": "invalid_request", "error_description": "<script>"}), "pushed_authorization_refused"),
    (Reply(400, {"error": "a b"}), REFUSED), (Reply(400, {"error": 1}), REFUSED), (Reply(404), REFUSED),
    (Reply(302, b"", {"Location": "http://127.0.0.1:9/"}), REFUSED), (Reply(500), REFUSED),
    (Reply(503), "provider_unavailable"), (Reply(429), "provider_unavailable"),
    (Reply(400, {"error": "temporarily_unavailable"}), "provider_unavailable"),
    (Reply(201, "<html>"), INVALID), (Reply(201, b"[]"), INVALID), (Reply(201, b""), INVALID),
    (Reply(201, {"request_uri": "urn:x"}), INVALID), (Reply(201, {"expires_in": 60}), INVALID),
    *((Reply(201, {"request_uri": uri, "expires_in": 60}), INVALID) for uri in ("", 1, None, "a b", "x", "urn:\r\nX: y",
      "urn:\u00e4", "urn:" + "x" * 2000, ["urn:x"])),
    *((Reply(201, {"request_uri": "urn:x", "expires_in": time}), INVALID) for time in (0, -1, "60", 1.5, True, None)),
    (Reply(201, b'{"request_uri":"urn:a","request_uri":"urn:b","expires_in":60}'), INVALID),
    (Reply(201, {"x": "y" * 3_000_000}), "response_too_large"),
    (Reply(201, {"request_uri": "urn:x", "expires_in": 60}, cut=5), "provider_unreachable"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "code"), ANSWERS)
def test_push_that_fails_begins_no_login(pushing, reply, code):
    pushing.provider.behave()
    pushing.provider.respond("pushed", reply)
    pushing.refuses_to_begin(code)
    pushing.provider.behave()


def test_request_uri_cannot_add_parameters(pushing):
    pushing.provider.behave()
    uri = "urn:x&redirect_uri=https://evil.example#y"
    pushing.provider.respond("pushed", Reply(201, {"request_uri": uri, "expires_in": 60}))
    page = pushing.site.begin(pushing.browser())
    assert asked(page) == {"client_id": pushing.provider.client_id, "request_uri": uri}
    pushing.provider.behave()


def test_no_endpoint(start, new_provider):
    victim = Victim(start({"default": new_provider(), "safe": new_provider()}, more={"default": PUSH}))
    site_refuses(victim, "metadata_invalid", status=502)
    assert "pushed_authorization_request_endpoint" in victim.site.host.log()


# acr and claims.

GOLD = {"required_acr_values": ["gold", "silver"]}
ESSENTIAL = {"client_kwargs": {"claims": {"id_token": {"acr": {"essential": True, "values": ["gold", "silver"]}}}}}
ASTEXT = {"client_kwargs": {"claims": json.dumps(ESSENTIAL["client_kwargs"]["claims"])}}
CONTEXT = "id_token_context_mismatch"

CONTEXTS = [
    case("acr as asked for", None, lambda p: None),
    case("acr is the other one", None, claims({"acr": "silver"})),
    case("acr missing", CONTEXT, claims({"acr": REMOVE})),
    case("acr is less", CONTEXT, claims({"acr": "bronze"})),
    case("acr in capitals", CONTEXT, claims({"acr": "GOLD"})),
    case("acr is both", CONTEXT, claims({"acr": "gold silver"})),
    case("acr in a list", CONTEXT, claims({"acr": ["gold"]})),
    case("acr null", CONTEXT, claims({"acr": None})),
]


@pytest.fixture(scope="module", params=[GOLD, ESSENTIAL, ASTEXT], ids=["key", "claims", "JSON"])
def strict(start_shared, new_provider, request) -> Victim:
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    return Victim(start_shared(providers, more={"default": request.param})).warm()


@pytest.mark.parametrize(("bend", "codes"), CONTEXTS)
def test_acr(strict, bend, codes):
    check(strict, bend, codes)


def test_acr_is_asked_for(strict):
    strict.provider.behave()
    sent = asked(strict.site.begin(strict.browser()))
    assert json.loads(sent["claims"]) == ESSENTIAL["client_kwargs"]["claims"]
    assert sent.get("acr_values") in (None, "gold silver")


def test_voluntary_acr_is_not_enforced(start, new_provider):
    provider = new_provider()
    provider.id_token(claims={"acr": "bronze"})
    site = start(provider, more={"default": {"client_kwargs": {"acr_values": "gold"}}})
    site.log_in(site.browser())


def test_essential_auth_time(start, new_provider):
    kwargs = {"claims": {"id_token": {"auth_time": {"essential": True}}}}
    providers = {"default": new_provider(), "safe": new_provider()}
    victim = Victim(start(providers, more={"default": {"client_kwargs": kwargs}}))
    check(victim, claims({"auth_time": REMOVE}), "id_token_claim_invalid")
    check(victim, claims({"auth_time": 1}), None)
