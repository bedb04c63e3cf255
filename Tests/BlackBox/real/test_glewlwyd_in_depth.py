"""Logins at glewlwyd with what goes beyond the plain code flow. Each case is a client of its own there, by its name."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc.jwk import ECKey

import glewlwyd
import sign_in
from browser import Browser, Page
from glewlwyd_admin import ALICE
from glewlwyd_in_depth import (
    DEMANDING,
    EC_KEY,
    OPTIONAL,
    RSA_KEY,
    WITHOUT_ISSUER,
    Case,
    InDepth,
    encrypted,
    encrypted_id_token,
    pem,
)
from hosts import Host, RunningHost
from providers import free_port
from site_under_test import COOKIE_SECRET, SiteUnderTest
from toml_writer import write_secrets
from user_agent import Answer, UserAgent

# Parts that cases are made of. glewlwyd's properties are what it needs, or what makes it refuse a login without them.
PUSHED = Case(plugin=DEMANDING)
SIGNED_REQUEST = Case({"request_object_signing_alg": "ES256"}, {"request_object_signing_alg": "ES256"})
JARM = Case(settings={"response_mode": "jwt"})
JARM_FORM_POST = Case(settings={"response_mode": "form_post.jwt", "authorization_signed_response_alg": "PS256"})
PROOFS = Case(settings={"dpop_bound_access_tokens": True})
DPOP = PROOFS | Case({"dpop_bound_access_tokens": "1"})
SIGNED_USERINFO = Case(settings={"userinfo": True, "userinfo_signed_response_alg": "PS256"})

# A login of these has to succeed.
CASES = {
    "private_key_jwt": Case(),
    "form_post": Case(settings={"response_mode": "form_post"}, plugin=WITHOUT_ISSUER),
    "jarm": JARM,
    "jarm_form_post": JARM_FORM_POST,
    "pushed": PUSHED,
    "signed_request": SIGNED_REQUEST,
    "signed_request_jarm": SIGNED_REQUEST | JARM,
    "signed_request_pushed": SIGNED_REQUEST | PUSHED,
    "dpop": DPOP,
    "dpop_userinfo": DPOP | Case(settings={"userinfo": True}),
    "rsa_oaep_256_gcm": encrypted_id_token(RSA_KEY, "RSA-OAEP-256", "A256GCM"),
    "rsa_oaep_cbc": encrypted(RSA_KEY, "RSA-OAEP", "A256CBC-HS512"),
    "ecdh_es_cbc": encrypted_id_token(EC_KEY, "ECDH-ES", "A128CBC-HS256"),
    "ecdh_es_gcm": encrypted(EC_KEY, "ECDH-ES", "A128GCM"),
    "signed_userinfo": SIGNED_USERINFO,
    # All that glewlwyd can do together: it takes no response_mode from a pushed request.
    "all_pushed": PUSHED | SIGNED_REQUEST | PROOFS | encrypted(EC_KEY, "ECDH-ES", "A256GCM"),
    "all_signed": SIGNED_REQUEST | JARM_FORM_POST | DPOP | encrypted(RSA_KEY, "RSA-OAEP-256", "A128CBC-HS256"),
}
# A login of these has to be refused, with the error code and status that stand beside: it shows that the feature does
# its work, at glewlwyd or here.
REFUSED = {
    "key_of_a_stranger": (
        Case(settings={"client_private_key": pem(ECKey.generate_key("P-256"))}),
        ("token_request_refused", 502),
    ),
    "form_post_of_another_issuer": (Case(settings={"response_mode": "form_post"}), ("response_issuer_mismatch", 400)),
    "jarm_pinned": (
        JARM | Case(settings={"authorization_signed_response_alg": "ES256"}),
        ("response_algorithm_refused", 400),
    ),
    # glewlwyd answers in the clear where a signed answer was asked for.
    "jarm_pushed": (JARM | PUSHED, ("response_malformed", 400)),
    "without_proofs": (Case(DPOP.properties), ("token_request_refused", 502)),
    "encrypted_unexpectedly": (
        Case(encrypted_id_token(RSA_KEY, "RSA-OAEP-256", "A256GCM").properties),
        ("id_token_malformed", 403),
    ),
    "encrypted_for_another": (
        encrypted_id_token(RSA_KEY, "RSA-OAEP-256", "A256GCM")
        | Case(settings=encrypted_id_token(EC_KEY, "ECDH-ES", "A256GCM").settings),
        ("id_token_undecryptable", 403),
    ),
    "encrypted_otherwise": (
        encrypted_id_token(EC_KEY, "ECDH-ES", "A128GCM")
        | Case(settings={"id_token_encrypted_response_enc": "A256GCM"}),
        ("id_token_undecryptable", 403),
    ),
    "unencrypted": (
        Case(settings=encrypted_id_token(EC_KEY, "ECDH-ES", "A256GCM").settings),
        ("id_token_malformed", 403),
    ),
    "signed_userinfo_pinned": (
        SIGNED_USERINFO | Case(settings={"userinfo_signed_response_alg": "ES256"}),
        ("userinfo_invalid", 502),
    ),
}

# The library's cookie of a form_post login is Secure. A proxy that ends TLS gives the site this origin.
ORIGIN = "https://dashboard.stauth.example"
CALLBACK = "/oauth2callback"


@pytest.fixture(scope="module")
def site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    folder = tmp_path_factory.mktemp
    cases = CASES | {name: case for name, (case, _) in REFUSED.items()}
    with glewlwyd.glewlwyd(folder("glewlwyd"), ORIGIN + CALLBACK) as server:
        in_depth = InDepth(server, ORIGIN + CALLBACK, cases)
        secrets = folder("site") / "secrets.toml"
        shared = {"redirect_uri": ORIGIN + CALLBACK, "cookie_secret": COOKIE_SECRET}
        secrets.write_text(write_secrets(shared, in_depth.sections()))
        secrets.chmod(0o600)
        running = RunningHost(host, secrets, free_port())
        yield SiteUnderTest(running, server, ORIGIN)
        assert running.stop() == 0, running.log()[-2000:]


def log_in(site: SiteUnderTest, browser: Browser, name: str) -> Page:
    """With ECDH-ES once more, or twice, where a token cannot be decrypted: glewlwyd's librhonabwy leaves out leading
    zeros of coordinates and of the shared secret (RFC 7518 4.6.2, 6.2.1.2), and so spoils 3 of 256 tokens."""
    with_ecdh_es = CASES[name].settings.get("id_token_encrypted_response_alg") == "ECDH-ES"
    page = come_back(site, browser, *sign_in_at(site, browser, name))
    for _ in range(2):
        if not with_ecdh_es or not (page.code or "").endswith("_undecryptable"):
            break
        page = come_back(site, browser, *sign_in_at(site, browser, name))
    return page


@pytest.mark.parametrize("name", CASES)
def test_login_shows_the_user(site: SiteUnderTest, name: str) -> None:
    """Twice, for the second login finds what the first one has left in caches, such as a DPoP nonce that is used up."""
    for _ in range(2):
        browser = site.browser()
        page = log_in(site, browser, name)
        assert page.status == 200, f"{page.status} {page.code}\n{site.host.log()[-2000:]}"
        user = site.user(browser)
        assert user["sub"]
        assert (
            user.items() >= {"is_logged_in": True, "provider": name, "name": ALICE.name, "email": ALICE.email}.items()
        )


@pytest.mark.parametrize("name", REFUSED)
def test_login_is_refused(site: SiteUnderTest, name: str) -> None:
    browser = site.browser()
    page = come_back(site, browser, *sign_in_at(site, browser, name))
    site.assert_refused(page, *REFUSED[name][1])
    assert site.user(browser) == {"is_logged_in": False}


@pytest.mark.parametrize("name", ["pushed", "signed_request_pushed", "all_pushed"])
def test_pushed_request_is_all_that_the_browser_carries(site: SiteUnderTest, name: str) -> None:
    request = parameters(site.begin(site.browser(), f"/login?provider={name}"))
    assert set(request) == {"client_id", "request_uri"}
    assert request["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")


def test_request_that_is_not_pushed_is_refused_where_it_has_to_be(site: SiteUnderTest) -> None:
    request = site.begin(site.browser(), "/login?provider=private_key_jwt")
    user_agent = UserAgent(site.glewlwyd.ca_file)
    assert user_agent.get(request).status == 302
    assert user_agent.get(request.replace(f"/{OPTIONAL}/", f"/{DEMANDING}/")).status == 403


def test_signed_request_has_everything_inside(site: SiteUnderTest) -> None:
    request = parameters(site.begin(site.browser(), "/login?provider=signed_request_jarm"))
    # RFC 9101 5 lets a server want these outside as well.
    assert set(request) == {"response_type", "client_id", "request", "redirect_uri", "scope"}


def test_signed_request_that_was_changed_is_refused(site: SiteUnderTest) -> None:
    request = site.begin(site.browser(), "/login?provider=signed_request")
    user_agent = UserAgent(site.glewlwyd.ca_file)
    assert "login.html" in user_agent.get(request).redirect
    refusal = user_agent.get(with_changed_claim(request, "request", "scope", "openid"))
    assert "error" in parameters(refusal.redirect)


@pytest.mark.parametrize("name", ["jarm", "signed_request_jarm"])
def test_signed_response_has_everything_inside(site: SiteUnderTest, name: str) -> None:
    _, answer = sign_in_at(site, site.browser(), name)
    assert set(parameters(answer.redirect)) == {"response"}


def test_signed_response_that_was_changed_is_refused(site: SiteUnderTest) -> None:
    browser = site.browser()
    request, answer = sign_in_at(site, browser, "jarm")
    page = site.come_back(browser, request, with_changed_claim(answer.redirect, "response", "code", "another"))
    site.assert_refused(page, "response_signature_invalid", 400)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("form_post", {"state", "code"}), ("jarm_form_post", {"response"}), ("all_signed", {"response"})],
)
def test_response_by_form_is_not_in_an_address(site: SiteUnderTest, name: str, expected: set[str]) -> None:
    browser = site.browser()
    request, answer = sign_in_at(site, browser, name)
    assert answer.headers["Location"] is None
    _, fields = sign_in.form_of_glewlwyd(answer.text)
    assert set(fields) == expected
    # Who got hold of its parameters cannot make a link of them.
    in_address = browser.go("GET", site.url(CALLBACK + "?" + urlencode(fields)), initiator=request)
    site.assert_refused(in_address, "response_mode_mismatch", 400)
    assert site.user(browser) == {"is_logged_in": False}


def test_response_by_form_in_another_browser_is_refused(site: SiteUnderTest) -> None:
    other = site.browser()
    page = come_back(site, other, *sign_in_at(site, site.browser(), "form_post"))
    site.assert_refused(page, "state_mismatch", 400)
    assert site.user(other) == {"is_logged_in": False}


def sign_in_at(site: SiteUnderTest, browser: Browser, name: str) -> tuple[str, Answer]:
    """The authorization request, and what the provider answers after the user's part."""
    request = site.begin(browser, f"/login?provider={name}")
    return request, sign_in.answer_of_glewlwyd(request, site.glewlwyd.ca_file)


def come_back(site: SiteUnderTest, browser: Browser, request: str, answer: Answer) -> Page:
    """The browser goes where the provider sends it, by a redirect or with a form."""
    if answer.headers["Location"]:
        return site.come_back(browser, request, answer.redirect)
    action, fields = sign_in.form_of_glewlwyd(answer.text)
    assert action == site.url(CALLBACK)
    return browser.go("POST", action, body=urlencode(fields).encode(), initiator=request)


def parameters(url: str) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url).query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def with_changed_claim(url: str, name: str, claim: str, value: str) -> str:
    """The address with another value of a claim in the JWT that this parameter is, and the signature as it was."""
    token = parameters(url)[name]
    header, payload, signature = token.split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    assert claims[claim] != value
    changed = urlsafe_b64encode(json.dumps(claims | {claim: value}).encode()).rstrip(b"=").decode()
    assert token in url
    return url.replace(token, f"{header}.{changed}.{signature}")
