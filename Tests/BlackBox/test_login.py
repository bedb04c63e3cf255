"""Logging in: the way there and the way back, beyond what test_scenarios.py has every host do."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from refusal import assert_refused


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    names = ["default", "google", "Two_Words"]
    more = {
        "google": {"client_kwargs": {"scope": "openid email", "prompt": "login", "ui_locales": "fi", "max_age": 300}},
        "Two_Words": {"token_endpoint_auth_method": "client_secret_post"},
    }
    return start_shared({name: new_provider(name) for name in names}, more=more)


@pytest.fixture(autouse=True)
def _provider_behaves(site):
    yield
    for provider in site.providers.values():
        provider.behave()


def test_provider_with_client_kwargs(site):
    provider = site.providers["google"]
    provider.id_token(claims={"auth_time": provider.now()})
    user = site.log_in(site.browser(), "google")
    assert (user["provider"], user["sub"]) == ("google", "user-of-" + provider.name)


@pytest.mark.parametrize("name", ["Google", "GOOGLE", "two_words", "../google", "%00", "x" * 5000])
def test_unknown_provider(site, name):
    page = site.begin(site.browser(), name)
    assert_refused(site, page, "provider_unknown", named=False)
    assert page.cookies == []


@pytest.mark.parametrize("path", ["/", "/%C3%A4/?", "/a?b=%2F%2Fc", "/x?return_to=/y"])
def test_returns_to_deep_link(site, path):
    answer = site.login(site.browser(), None, path)
    assert answer.status == 200 and answer.history[-1].header("Location") == path


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/x", "http://localhost:1/x", "junk", "http://localhost@evil/x"]
)
def test_foreign_referer_is_no_return_target(site, referer):
    browser = site.browser()
    answer = site.begin(browser, Referer=referer).follow().follow()
    assert answer.header("Location") == "/"


@pytest.mark.conformance("oidcc-client-test-nonce-unless-code-flow")
def test_authorization_request(site):
    query = parse_qs(urlsplit(site.begin(site.browser()).target).query, strict_parsing=True)
    assert {name: values for name, values in query.items() if name not in ("state", "nonce", "code_challenge")} == {
        "response_type": ["code"],
        "client_id": [site.providers["default"].client_id],
        "redirect_uri": [site.redirect_uri],
        "scope": ["openid profile email"],
        "prompt": ["select_account"],
        "code_challenge_method": ["S256"],
    }
    assert len(query["code_challenge"][0]) == 43 and len(query["state"][0]) >= 22 and len(query["nonce"][0]) >= 22


def test_client_kwargs_reach_the_authorization_request(site):
    query = dict(parse_qsl(urlsplit(site.begin(site.browser(), "google").target).query))
    assert {name: query[name] for name in ("scope", "prompt", "ui_locales", "max_age")} == {
        "scope": "openid email",
        "prompt": "login",
        "ui_locales": "fi",
        "max_age": "300",
    }


def test_state_nonce_and_verifier_are_fresh(site):
    seen = set()
    for _ in range(10):
        browser = site.browser()
        query = dict(parse_qsl(urlsplit(site.begin(browser).target).query))
        seen |= {query["state"], query["nonce"], query["code_challenge"]}
    assert len(seen) == 30
    for _ in range(2):
        site.log_in(site.browser())
    verifiers = [request.value("code_verifier") for request in site.providers["default"].seen("token")]
    assert len(set(verifiers)) == 2 and all(43 <= len(verifier) <= 128 for verifier in verifiers)


def test_metadata_query_of_the_authorization_endpoint_stays(start, new_provider):
    """RFC 6749 3.1: the endpoint's own query component must be retained."""
    provider = new_provider()
    provider.metadata(lambda m: m.update(authorization_endpoint=m["authorization_endpoint"] + "?tenant=a%26b"))
    site = start(provider)
    assert ("tenant", "a&b") in parse_qsl(urlsplit(site.begin(site.browser()).target).query)
    site.log_in(site.browser())


def test_cold_login_asks_for_metadata_and_keys_once(start, new_provider):
    provider = new_provider()
    site = start(provider)
    site.log_in(site.browser())
    assert [request.endpoint for request in provider.requests] == ["metadata", "authorize", "token", "jwks"]


def test_warm_login_makes_one_request(site):
    site.log_in(site.browser())
    provider = site.providers["default"]
    provider.requests.clear()
    site.log_in(site.browser())
    assert [request.endpoint for request in provider.requests] == ["authorize", "token"]


def test_token_request(site):
    provider = site.providers["default"]
    site.log_in(site.browser())
    request = provider.seen("token")[-1]
    assert request.method == "POST" and request.header("Content-Type") == "application/x-www-form-urlencoded"
    names = sorted(name for name, _ in request.form)
    assert names in (
        ["code", "code_verifier", "grant_type", "redirect_uri"],
        ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"],
    )
    assert (request.header("Authorization") or "").startswith("Basic ")


def test_neighbours_of_the_library_paths_are_the_apps(site):
    for path in ("/oauth2callback2", "/auth/loginx", "/auth/login/x", "/auth", "/Auth/Login", "/x/oauth2callback"):
        assert site.browser().open(site.url(path), follow=False).status == 200, path


def test_other_paths_by_configuration(start, new_provider):
    site = start(new_provider(), callback="/cb/x", login_path="/in", logout_path="/out")
    browser = site.browser()
    browser.open(site.url("/in?" + urlencode({"return_to": "/z"})))
    assert site.is_signed_in(browser)
    assert browser.open(site.url("/")).submit("/out", follow=False).status == 303
    assert not site.is_signed_in(browser)


def test_port_in_redirect_uri(start, new_provider):
    provider = new_provider()
    site = start(provider, redirect_uri="http://localhost:{port}/oauth2callback", port=12345)
    page = site.begin(site.browser(), Host="localhost:12345")
    query = dict(parse_qsl(urlsplit(page.target).query))
    assert query["redirect_uri"] == "http://localhost:12345/oauth2callback"


def test_redirect_uri_is_never_taken_from_the_request(site):
    """D61: Host and forwarded headers say nothing about where the user comes back to."""
    for headers in ({"Host": "evil.example"}, {"X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example"}):
        page = site.begin(site.browser(), **headers)
        # Under another name, the login first goes to the site's own.
        here = urlsplit(site.redirect_uri)
        assert urlsplit(page.target).netloc == here.netloc and "evil" not in page.target
        at_provider = page.follow().target
        assert parse_qs(urlsplit(at_provider).query)["redirect_uri"] == [site.redirect_uri]
