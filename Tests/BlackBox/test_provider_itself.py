"""The scripted provider and the browser, checked against code that is not ours: PyJWT and urllib."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import ssl
import urllib.error
import urllib.request
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import jwt
import pytest

from browser import Browser, Step
from cookies import Jar
from provider import OpenIDProvider, ProviderServer, Reply, certificates, jose

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
VERIFIER = "v" * 43
REDIRECT = "http://localhost:1/oauth2callback"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def fetch(url: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None):
    """Status, headers and body, for good and bad statuses alike."""
    data = urlencode(form).encode() if form else None
    try:
        response = OPENER.open(urllib.request.Request(url, data, headers or {}), timeout=5)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return response.status, response.headers, response.read()


def request_of(provider: OpenIDProvider, **more: str) -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    query = {"response_type": "code", "client_id": provider.client_id, "redirect_uri": REDIRECT, "scope": "openid"}
    query |= {"code_challenge": challenge, "code_challenge_method": "S256", "nonce": "no", "state": "st"}
    return query | more


def authorize(provider: OpenIDProvider, **more: str) -> dict[str, str]:
    status, headers, _ = fetch(provider.issuer + "/authorize?" + urlencode(request_of(provider, **more)))
    assert status == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(headers["Location"]).query).items()}


def redeem(provider: OpenIDProvider, code: str, **more: str):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    form |= {"client_id": provider.client_id, "client_secret": provider.client_secret or "", **more}
    status, _, body = fetch(provider.issuer + "/token", form)
    return status, json.loads(body)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_id_token_verifies_with_another_library(new_provider, algorithm):
    provider = new_provider("self", algorithm)
    answer = authorize(provider)
    assert answer["state"] == "st" and answer["iss"] == provider.issuer
    status, tokens = redeem(provider, answer["code"])
    assert status == 200
    metadata = json.loads(fetch(provider.issuer + "/.well-known/openid-configuration")[2])
    keys = jwt.PyJWKSet.from_dict(json.loads(fetch(metadata["jwks_uri"])[2]))
    key = keys[jwt.get_unverified_header(tokens["id_token"])["kid"]]
    claims = jwt.decode(tokens["id_token"], key, [algorithm], audience=provider.client_id, issuer=provider.issuer)
    assert claims["nonce"] == "no" and claims["sub"] == provider.claims["sub"]
    assert claims["at_hash"] == jose.half_hash(algorithm, tokens["access_token"])
    status, _, body = fetch(metadata["userinfo_endpoint"], None, {"Authorization": "Bearer " + tokens["access_token"]})
    assert status == 200 and json.loads(body)["email"] == "ada@example.org"


def test_hs256_and_none(new_provider):
    provider = new_provider()
    provider.id_token(algorithm="HS256", key=b"k" * 32)
    token = redeem(provider, authorize(provider)["code"])[1]["id_token"]
    assert jwt.decode(token, b"k" * 32, ["HS256"], audience=provider.client_id)["nonce"] == "no"
    provider.id_token(algorithm="none")
    token = redeem(provider, authorize(provider)["code"])[1]["id_token"]
    assert token.endswith(".") and jwt.get_unverified_header(token)["alg"] == "none"


def test_code_serves_once(new_provider):
    provider = new_provider()
    code = authorize(provider)["code"]
    assert redeem(provider, code)[0] == 200
    assert redeem(provider, code) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "x" * 43}, {"redirect_uri": REDIRECT + "/"}, {"code": "code-other"}],
    ids=lambda w: next(iter(w)),
)
def test_token_endpoint_checks_the_grant(new_provider, wrong):
    provider = new_provider()
    assert redeem(provider, **{"code": authorize(provider)["code"], **wrong})[0] == 400


def test_token_endpoint_checks_the_client(new_provider):
    provider = new_provider()
    assert redeem(provider, authorize(provider)["code"], client_secret="wrong")[0] == 401
    provider.client_secret = "a:b%c+d ü"
    basic = base64.b64encode(f"{provider.client_id}:{quote_plus(provider.client_secret)}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": authorize(provider)["code"], "redirect_uri": REDIRECT}
    headers = {"Authorization": "Basic " + basic}
    assert fetch(provider.issuer + "/token", form | {"code_verifier": VERIFIER}, headers)[0] == 200
    provider.auth_method = "client_secret_post"
    form["code"] = authorize(provider)["code"]
    assert fetch(provider.issuer + "/token", form | {"code_verifier": VERIFIER}, headers)[0] == 401


def test_rotation_withdraws_the_old_key(new_provider):
    provider = new_provider()
    old = provider.keys.current.kid
    provider.keys.rotate()
    assert [key["kid"] for key in provider.keys.jwk_set()["keys"]] == [provider.keys.current.kid] != [old]


def test_scripted_replies(new_provider, pytestconfig):
    if pytestconfig.getoption("--polite"):
        pytest.skip("a polite provider ignores scripts")
    provider = new_provider()
    url = provider.issuer + "/jwks"
    provider.respond("jwks", Reply(503, "<b>down</b>", {"Retry-After": "1"}))
    assert fetch(url)[0] == 503
    provider.respond("jwks", Reply(body=b"0123456789", cut=4))
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        fetch(url)
    provider.respond("jwks", Reply(raw=b"nonsense"))
    with pytest.raises(http.client.BadStatusLine):
        fetch(url)
    provider.respond("jwks", Reply(body=b"{}", trickle=0.001))
    assert fetch(url)[2] == b"{}"
    assert len(provider.seen("jwks")) == 4
    provider.behave()
    assert provider.requests == [] and fetch(url)[0] == 200


def test_tls_server_with_a_certificate_of_ours(tmp_path):
    server = ProviderServer(certificates.authority().server_context(), "localhost")
    try:
        provider = server.add("tls")
        context = ssl.create_default_context(cadata=certificates.authority().pem.decode())
        with urllib.request.urlopen(provider.issuer + "/jwks", context=context, timeout=5) as response:
            assert json.load(response)["keys"]
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(provider.issuer + "/jwks", timeout=5)
    finally:
        server.close()


def test_old_tls_is_really_spoken():
    """The server of the TLS 1.1 attack serves a client that wants it, so a refusal is the library's."""
    from test_attack_tls import old_tls

    server = ProviderServer(old_tls(), "localhost")
    try:
        context = ssl.create_default_context(cadata=certificates.authority().pem.decode())
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        with urllib.request.urlopen(server.add("tls").issuer + "/jwks", context=context, timeout=5) as response:
            assert response.status == 200
    finally:
        server.close()


HTTP, HTTPS = urlsplit("http://localhost:1/a/b"), urlsplit("https://app.example/a/b")


@pytest.mark.parametrize(
    ("url", "header", "kept"),
    [
        (HTTP, "a=1", True),
        (HTTP, "a=1; Secure", True),
        (HTTP, "a=1; Secure; SameSite=None", True),
        (HTTP, "__Host-a=1; Secure; Path=/", False),
        (urlsplit("http://app.example/"), "a=1; Secure", False),
        (HTTPS, "a=1; Secure", True),
        (HTTPS, "__Host-a=1; Secure; Path=/", True),
        (HTTPS, "__Host-a=1; Secure", False),
        (HTTPS, "__host-a=1; Path=/", False),
        (HTTPS, "a=1; SameSite=None", False),
        (HTTPS, "a=" + "x" * 4096, False),
        (HTTPS, "a=1; Domain=example", False),
    ],
)
def test_jar_takes_what_browsers_take(url, header, kept):
    jar = Jar()
    jar.store(url, header)
    assert (len(jar.cookies), len(jar.refused)) == ((1, 0) if kept else (0, 1))


def test_jar_sends_what_browsers_send():
    jar = Jar()
    for header in ("root=1; Path=/", "deep=1; Path=/a/b", "else=1; Path=/c", "strict=1; Path=/; SameSite=Strict"):
        jar.store(HTTP, header)
    assert jar.header(HTTP, True, True) == "deep=1; root=1; strict=1"
    assert jar.header(HTTP, False, True) == "deep=1; root=1"
    assert jar.header(HTTP, False, False) is None
    jar.store(HTTP, "root=; Path=/; Max-Age=0")
    assert jar.header(HTTP, False, True) == "deep=1"
    jar.store(HTTP, "deep=; Path=/a/b; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert jar.header(HTTP, False, True) is None


def test_fetch_metadata_follows_the_initiator():
    app, other = "http://localhost:1/page?q", "http://127.0.0.1:2/x"
    typed = Step("GET", app)
    assert typed.all_headers()["Sec-Fetch-Site"] == "none" and "Referer" not in typed.all_headers()
    link = Step("GET", "http://localhost:1/next", initiator=app)
    assert link.all_headers()["Sec-Fetch-Site"] == "same-origin" and link.all_headers()["Referer"] == app
    form = Step("POST", app, initiator=other)
    assert form.all_headers()["Sec-Fetch-Site"] == "cross-site" and form.all_headers()["Origin"] == "http://127.0.0.1:2"
    assert form.all_headers()["Referer"] == "http://127.0.0.1:2/"
    assert link.redirected("http://localhost:1/next", other, 302).distance == "cross-site"
    assert link.redirected("http://localhost:1/next", other, 302).redirected(other, app, 302).distance == "cross-site"
    assert form.redirected(app, app, 303).method == "GET"


def test_browser_follows_to_the_provider_and_back(new_provider):
    provider = new_provider()
    browser = Browser()
    asked = request_of(provider, redirect_uri=provider.issuer + "/jwks")
    page = browser.open(provider.issuer + "/authorize?" + urlencode(asked))
    assert page.status == 200 and "code=code-" in page.url and len(page.history) == 1
