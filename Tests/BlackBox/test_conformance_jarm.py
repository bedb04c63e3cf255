"""Signed authorization responses (JARM): the rows of the FAPI 2.0 message signing plan, and what else must not pass."""

from __future__ import annotations

import pytest

from provider import REMOVE, jose
from refusal import assert_goes_on, assert_refused
from victim import Victim, case

FAPI = "fapi2-security-profile-final-client-test-ensure-jarm-{}".format
MALFORMED, AUDIENCE, ISSUER = "response_malformed", "response_audience_mismatch", "response_issuer_mismatch"
ALGORITHM, SIGNATURE, EXPIRED = "response_algorithm_refused", "response_signature_invalid", "response_expired"


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim(response_mode="jwt")


def jarm(**script):
    return lambda provider: provider.signed_response(**script)


def changed(name, bend):
    return jarm(claims=lambda claims: claims.update({name: bend(claims[name])}))


def damaged(response):
    """Another byte in the signature."""
    head, _, signature = response.rpartition(".")
    data = bytearray(jose.unb64(signature))
    data[-1] ^= 0x5A
    return head + "." + jose.b64(bytes(data))


def renamed(header):
    header["kid"] = "another"


ROWS = [
    case(FAPI("signature-is-not-none"), ALGORITHM, jarm(algorithm="none")),
    case(FAPI("with-expired-exp-fails"), EXPIRED, changed("exp", lambda exp: exp - 300 - 360)),
    case(FAPI("with-invalid-aud-fails"), AUDIENCE, changed("aud", lambda aud: aud + "1")),
    case(FAPI("with-invalid-iss-fails"), ISSUER, changed("iss", lambda iss: iss + "1")),
    case(FAPI("with-invalid-sig-fails"), SIGNATURE, jarm(raw=damaged)),
    case(FAPI("without-aud-fails"), AUDIENCE, jarm(claims={"aud": REMOVE})),
    case(FAPI("without-exp-fails"), MALFORMED, jarm(claims={"exp": REMOVE})),
    case(FAPI("without-iss-fails"), "response_issuer_missing", jarm(claims={"iss": REMOVE})),
    case("None in capitals", ALGORITHM, jarm(algorithm="None")),
    case("an algorithm that is not listed", ALGORITHM, jarm(algorithm="RS384", header={"alg": "RS384"})),
    case("another key under the right kid", SIGNATURE, jarm(key=jose.rsa_key(7))),
    case("a key that is nowhere", "response_key_unknown", jarm(header=renamed)),
    case("aud with a stranger", AUDIENCE, changed("aud", lambda aud: [aud, "stranger"])),
    case("exp as text", MALFORMED, changed("exp", str)),
    case("iss as a list", "response_issuer_missing", changed("iss", lambda iss: [iss])),
    case("code twice", MALFORMED, jarm(claims=lambda c: b'{"code":"x",' + jose.encode(c)[1:])),
    case("code and error", MALFORMED, jarm(claims={"error": "access_denied"})),
    case("no code", MALFORMED, jarm(claims={"code": REMOVE})),
    case("an error that is signed", "authorization_refused", jarm(claims={"code": REMOVE, "error": "access_denied"})),
    case("an ID token", MALFORMED, jarm(claims={"code": REMOVE, "sub": "user"})),
]  # fmt: skip


# Those whose claims cannot be read name no login.
NAMELESS = {"code twice"}


@pytest.mark.parametrize(("bend", "codes"), ROWS)
def test_refused_without_a_token_request(victim, request, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    page = victim.login()
    victim.refuses(page, codes, named=not any(name in request.node.name for name in NAMELESS))
    assert victim.provider.seen("token") == []


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (jarm(claims={"state": REMOVE}), "state_missing"), (changed("state", lambda s: s + "1"), "state_mismatch"),
        (jarm(raw=lambda _: "x.y.z"), MALFORMED), (jarm(raw=lambda t: t + "." + t), MALFORMED),
        (jarm(raw=lambda _: ""), MALFORMED), (jarm(raw=lambda t: t + "." + "x" * 9_000), MALFORMED),
    ],
)  # fmt: skip
def test_response_of_no_login(victim, bend, code):
    victim.provider.behave()
    bend(victim.provider)
    victim.ignores_response(code)


@pytest.mark.parametrize("more", ["&code=x", "&error=x", "&state=x", "&response=x.y.z"])
def test_plain_parameters_beside_the_response(victim, more):
    victim.provider.behave()
    for browser in (victim.site.browser(), victim.browser()):
        page = browser.open(victim.site.callback(browser) + more, follow=False)
        # A plain state names the login in its place; two responses name none.
        if more == "&state=x" and victim.site.is_signed_in(browser):
            assert_goes_on(victim.site, page)
        else:
            assert_refused(victim.site, page, {MALFORMED, "state_mismatch"}, named=more in ("&code=x", "&error=x"))
    assert victim.site.user(browser)["provider"] == "safe" and victim.provider.seen("token") == []


def test_plain_response_is_refused(victim):
    victim.provider.behave()
    browser = victim.browser()
    asked = dict(pair.split("=") for pair in victim.site.begin(browser).target.partition("?")[2].split("&"))
    page = browser.open(victim.site.redirect_uri + f"?code=x&state={asked['state']}&iss={victim.provider.issuer}")
    victim.refuses(page, MALFORMED)


@pytest.mark.parametrize("mode", ["jwt", "query.jwt", "form_post.jwt"])
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_good_responses(start, new_provider, mode, algorithm):
    provider = new_provider("op", algorithm)
    section = {"response_mode": mode, "authorization_signed_response_alg": [algorithm, "ES512"]}
    site = start(provider, more={"default": section})
    browser = site.browser()
    site.log_in(browser)
    assert browser.jar.refused == []
    assert provider.seen("authorize")[-1].value("response_mode") == mode


def test_algorithms_of_the_metadata(start, new_provider):
    provider = new_provider("op", "PS256")
    provider.metadata({"authorization_signing_alg_values_supported": ["PS256"]})
    site = start(provider, more={"default": {"response_mode": "jwt"}})
    site.log_in(site.browser())


def test_new_key_is_fetched_once(new_victim):
    victim = new_victim(response_mode="jwt")
    victim.accepts_login()
    victim.provider.keys.rotate()
    victim.provider.requests.clear()
    victim.accepts_login()
    assert len(victim.provider.seen("jwks")) == 1
