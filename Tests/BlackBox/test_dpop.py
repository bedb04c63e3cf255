"""Access tokens that are bound to a key (DPoP, RFC 9449). The provider judges each proof: see provider/dpop.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from joserfc.jwk import ECKey

from provider import REMOVE, AssertionVerifier, DPoP, OpenIDProvider, Reply
from victim import Bend, Victim

REFUSED, INVALID, STATUS = "token_request_refused", "token_response_invalid", "provider_status"
Make = Callable[..., Victim]


@pytest.fixture
def victim(start, new_provider) -> Make:
    """Makes a victim whose bad provider binds access tokens, and asks for UserInfo."""

    def make(dpop: DPoP, own_clock: bool = False, **section) -> Victim:
        providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
        providers["default"].dpop = dpop
        section = {"dpop_bound_access_tokens": True, "userinfo": True, **section}
        return Victim(start(providers, more={"default": section}, own_clock=own_clock))

    return make


def endpoints(victim: Victim) -> list[str]:
    """Where something was sent to with a proof."""
    return [request.endpoint for request in victim.provider.requests if request.header("DPoP")]


@pytest.mark.parametrize("renews", [False, True])
def test_without_nonces_that_are_demanded(victim, renews):
    """One request to each endpoint. A nonce that comes by the way is used from then on."""
    victim = victim(DPoP(renews=renews))
    for _ in range(3):
        victim.accepts_login()
    proofs = victim.provider.dpop.accepted
    assert endpoints(victim) == ["token", "userinfo"] * 3 and victim.provider.dpop.refused == []
    assert [("nonce" in proof["claims"]) for proof in proofs] == [False, False] + [renews] * 4
    keys = [proof["thumbprint"] for proof in proofs]
    assert keys[::2] == keys[1::2] and len(set(keys)) == 3, "one key for each login"


ENDPOINTS = [("token",), ("userinfo",), ("token", "userinfo")]


@pytest.mark.parametrize("demands", ENDPOINTS, ids="+".join)
@pytest.mark.parametrize("renews", [False, True])
def test_nonces_that_are_demanded(victim, demands, renews):
    """The first login has to ask for them. The next has them."""
    victim = victim(DPoP(*demands, renews=renews))
    expected = [name for name in ("token", "userinfo") for _ in range(1 + (name in demands))]
    for answer in (expected, ["token", "userinfo"]):
        victim.accepts_login()
        assert endpoints(victim) == answer and victim.provider.dpop.refused == []
        victim.provider.requests.clear()


def test_nonce_that_is_too_old(victim):
    """A provider that gives another one with each refusal and no success: asked for once per endpoint and login."""
    dpop = DPoP("token", "userinfo")
    victim = victim(dpop)
    victim.accepts_login()
    for endpoint in ("token", "userinfo"):
        dpop.new_nonce(endpoint)
    victim.provider.requests.clear()
    victim.accepts_login()
    assert endpoints(victim) == ["token", "token", "userinfo", "userinfo"] and dpop.refused == []


def test_the_second_request_is_new(victim):
    """With another jti in the proof and in the client's assertion, and else the same."""
    key = ECKey.generate_key("P-256")
    victim = victim(DPoP("token"), client_private_key=key.as_pem(private=True).decode(), client_secret=None)
    provider = victim.provider
    public = ECKey.import_key(key.as_dict(private=False))
    provider.client_secret = None
    provider.assertions = AssertionVerifier(provider.client_id, provider.issuer, ["ES256"], public)
    victim.accepts_login()
    first, second = provider.seen("token")
    assert first.value("client_assertion") != second.value("client_assertion")
    assert len(provider.assertions.accepted) == 2, "the provider takes no jti twice"
    same = ("code", "code_verifier", "redirect_uri", "grant_type", "client_id")
    assert [first.value(name) for name in same] == [second.value(name) for name in same]


@pytest.mark.parametrize("profile", [DPoP("token", "userinfo"), DPoP(renews=True)])
def test_with_everything_of_fapi2(start, new_provider, profile):
    """Pushed requests and a client key beside it."""
    key, provider = ECKey.generate_key("P-256"), new_provider("op", "PS256")
    public = ECKey.import_key(key.as_dict(private=False))
    provider.fapi2(AssertionVerifier(provider.client_id, provider.issuer, ["ES256"], public), profile)
    section = {
        "client_secret": None, "client_private_key": key.as_pem(private=True).decode(), "userinfo": True,
        "dpop_bound_access_tokens": True, "require_pushed_authorization_requests": True,
    }  # fmt: skip
    site = start(provider, more={"default": section})
    for _ in range(2):
        site.log_in(site.browser())
    assert profile.refused == []


@pytest.mark.parametrize("token_type", ["dpop", "DPOP", "dPoP"])
def test_token_type_in_other_letters(victim, token_type):
    victim = victim(DPoP())
    victim.provider.token_response({"token_type": token_type})
    victim.accepts_login()
    assert endpoints(victim) == ["token", "userinfo"]


SCHEMES = ["DPoP", "dpop", "DPOP", "dPoP", 'Bearer realm="x", DPoP', 'Bearer error="invalid_token",DPoP']


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_of_the_challenge(victim, scheme):
    victim = victim(DPoP("userinfo"))
    victim.provider.bend_dpop(scheme=scheme)
    victim.accepts_login()
    assert endpoints(victim) == ["token", "userinfo", "userinfo"] and victim.provider.dpop.refused == []


def answers(endpoint: str, reply: Reply) -> Bend:
    """Whatever is sent, with a nonce that changes nothing."""
    return lambda provider: provider.respond(endpoint, reply)


def dpop(**changes) -> Bend:
    return lambda provider: provider.bend_dpop(**changes)


NONCE = {"DPoP-Nonce": "nonce-of-the-provider"}
CHALLENGE = {"WWW-Authenticate": 'DPoP error="use_dpop_nonce"'}
WANTS_NONCE = {"error": "use_dpop_nonce"}

# Name, error code, requests to each endpoint, what bends the provider.
REFUSALS: list[tuple[str, str, int, int, Bend]] = [
    ("Bearer in spite of it", INVALID, 1, 0, lambda p: p.token_response({"token_type": "Bearer"})),
    ("no token_type", INVALID, 1, 0, lambda p: p.token_response({"token_type": REMOVE})),
    ("token_type N_A", INVALID, 1, 0, lambda p: p.token_response({"token_type": "N_A"})),
    ("nonces without end", REFUSED, 2, 0, dpop(endless=True, demands=("token",))),
    ("nonces without end at UserInfo", STATUS, 1, 2, dpop(endless=True, demands=("userinfo",))),
    ("a nonce that is not told", REFUSED, 1, 0, dpop(hides=True, demands=("token",))),
    ("a nonce that UserInfo does not tell", STATUS, 1, 1, dpop(hides=True, demands=("userinfo",))),
    ("another scheme at UserInfo", STATUS, 1, 1, dpop(scheme="Bearer", demands=("userinfo",))),
    ("a scheme that ends in DPoP", STATUS, 1, 1, dpop(scheme="XDPoP", demands=("userinfo",))),
    ("another error at UserInfo", STATUS, 1, 1,
     dpop(challenge='DPoP error="invalid_dpop_proof"', demands=("userinfo",))),
    ("no challenge at UserInfo", STATUS, 1, 1, answers("userinfo", Reply(401, b"", NONCE))),
    ("403 at UserInfo", STATUS, 1, 1, answers("userinfo", Reply(403, b"", NONCE | CHALLENGE))),
    ("401 at the token endpoint", REFUSED, 1, 0, answers("token", Reply(401, WANTS_NONCE, NONCE))),
    ("another error", REFUSED, 1, 0, answers("token", Reply(400, {"error": "invalid_dpop_proof"}, NONCE))),
    ("an error that is not text", REFUSED, 1, 0, answers("token", Reply(400, {"error": ["use_dpop_nonce"]}, NONCE))),
    ("an empty nonce", REFUSED, 1, 0, answers("token", Reply(400, WANTS_NONCE, {"DPoP-Nonce": ""}))),
    ("a nonce with a quote", REFUSED, 1, 0, answers("token", Reply(400, WANTS_NONCE, {"DPoP-Nonce": 'a"b'}))),
    ("a nonce with a space", REFUSED, 1, 0, answers("token", Reply(400, WANTS_NONCE, {"DPoP-Nonce": "a b"}))),
    ("a long nonce", REFUSED, 1, 0, answers("token", Reply(400, WANTS_NONCE, {"DPoP-Nonce": "n" * 5_000}))),
    ("two nonces", REFUSED, 1, 0,
     answers("token", Reply(400, WANTS_NONCE, {"DPoP-Nonce": "one", "dpop-nonce": "two"}))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "tokens", "userinfos", "bend"), [row[1:] for row in REFUSALS],
                         ids=[row[0] for row in REFUSALS])  # fmt: skip
def test_refused(victim, code, tokens, userinfos, bend):
    """After so many requests and no more."""
    victim = victim(DPoP())
    bend(victim.provider)
    page = victim.login()
    assert endpoints(victim) == ["token"] * tokens + ["userinfo"] * userinfos
    victim.provider.requests.clear()
    victim.refuses(page, code)


def test_provider_that_binds_nothing(victim):
    """It knows no DPoP, and answers with a Bearer token: anyone could use that."""
    victim = victim(DPoP())
    victim.provider.dpop = None
    victim.refuses_login(INVALID)


def test_token_of_another_key_is_refused_by_the_provider(victim):
    """That the provider checks at all: the next request's token is exchanged for that of the login before."""
    victim = victim(DPoP())
    victim.accepts_login()
    _, token = victim.provider.seen("userinfo")[-1].header("Authorization").split(" ")
    victim.provider.token_response({"access_token": token})
    victim.provider.id_token(claims={"at_hash": REMOVE})
    page = victim.login()
    assert endpoints(victim) == ["token", "userinfo"] * 2
    victim.provider.requests.clear()
    victim.refuses(page, STATUS)


def test_the_clock_of_the_host_counts(victim):
    victim = victim(DPoP(), own_clock=True)
    victim.site.wait(3600)
    victim.accepts_login()


def test_off_by_default(start, new_provider):
    provider = new_provider()
    site = start(provider, more={"default": {"userinfo": True}})
    site.log_in(site.browser())
    assert [request for request in provider.requests if request.header("DPoP")] == []


def test_logins_at_once(victim):
    """Nonces are shared by logins, and none is confused by another's."""
    victim = victim(DPoP("token", "userinfo"))
    browsers = [victim.site.browser() for _ in range(4)]
    pages = [victim.site.begin(browser) for browser in browsers]
    while pages[0].redirects:
        pages = [page.follow() if page.redirects else page for page in pages]
    assert all(victim.site.is_signed_in(browser) for browser in browsers)
    assert victim.provider.dpop.refused == []


def test_public_client(start, new_provider):
    provider: OpenIDProvider = new_provider()
    provider.client_secret, provider.dpop = None, DPoP("token")
    section = {"client_secret": None, "token_endpoint_auth_method": "none", "dpop_bound_access_tokens": True}
    site = start(provider, more={"default": section})
    site.log_in(site.browser())
