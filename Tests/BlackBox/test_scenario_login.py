"""Logging in, for every host: the way there, the way back, and what the app then knows."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from refusal import assert_nothing_leaked, assert_refused


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


def test_anonymous_page(site):
    browser = site.browser()
    page = browser.open(site.url("/any/page?with=query"))
    assert page.status == 200 and page.cookies == []
    assert site.user(browser) == {"is_logged_in": False}
    assert browser.jar.names() == []


def test_login_gives_the_claims(site):
    user = site.log_in(site.browser())
    assert user["is_logged_in"] is True and user["provider"] == "default"
    assert user["sub"] == "user-of-" + site.providers["default"].name and user["email"] == "ada@example.org"
    assert user["iss"] == site.providers["default"].issuer
    assert not {"nonce", "at_hash", "c_hash"} & user.keys()
    assert_nothing_leaked(site)


@pytest.mark.parametrize("name", ["default", "google", "Two_Words"])
def test_named_provider(site, name):
    site.providers[name].id_token(claims={"auth_time": site.providers[name].now()})
    user = site.log_in(site.browser(), name)
    assert (user["provider"], user["sub"]) == (name, "user-of-" + site.providers[name].name)


@pytest.mark.parametrize("name", ["nobody", "Google", "GOOGLE", "two_words", "../google", "%00", "x" * 5000])
def test_unknown_provider(site, name):
    page = site.begin(site.browser(), name)
    assert_refused(site, page, "provider_unknown", named=False)
    assert page.cookies == []


def test_login_by_the_app(site):
    """The app's own page calls st_login(NAME)."""
    browser = site.browser()
    page = browser.open(site.url("/login?provider=Two_Words"), follow=False)
    assert page.status == 302 and page.target.startswith(site.providers["Two_Words"].issuer + "/authorize?")
    assert page.header("Cache-Control") == "no-store"
    answer = page.follow().follow()
    assert answer.status == 302, answer.text
    assert site.user(browser)["provider"] == "Two_Words"


def test_login_by_the_app_comes_back_to_its_page(site):
    page = site.browser().open(site.url("/login?provider=google&q=a%20b&x=%C3%A4"), follow=False)
    site.providers["google"].id_token(claims={"auth_time": site.providers["google"].now()})
    answer = page.follow().follow()
    assert answer.target == site.url("/login?provider=google&q=a%20b&x=%C3%A4")


def test_unknown_provider_by_the_app(site):
    page = site.browser().open(site.url("/login?provider=nobody"), follow=False)
    assert page.status == 404 and not page.redirects


@pytest.mark.parametrize("path", ["/deep/link?id=3&name=a%20b", "/", "/%C3%A4/?", "/a?b=%2F%2Fc", "/x?return_to=/y"])
def test_returns_to_deep_link(site, path):
    answer = site.login(site.browser(), None, path)
    assert answer.status == 200 and answer.history[-1].header("Location") == path


def test_login_link_returns_to_the_page_that_had_it(site):
    browser = site.browser()
    page = browser.open(site.url("/report?id=3&x=y")).click("/auth/login?provider=Two_Words")
    assert page.url == site.url("/report?id=3&x=y")
    assert site.user(browser)["provider"] == "Two_Words"


def test_login_form_of_a_page(site):
    browser = site.browser()
    page = browser.open(site.url("/report?id=4")).submit("/auth/login?provider=Two_Words")
    assert page.url == site.url("/report?id=4")
    assert site.user(browser)["provider"] == "Two_Words"


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/x", "http://localhost:1/x", "junk", "http://localhost@evil/x"]
)
def test_foreign_referer_is_no_return_target(site, referer):
    browser = site.browser()
    answer = site.begin(browser, Referer=referer).follow().follow()
    assert answer.header("Location") == "/"


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


def test_callback_response(site):
    browser = site.browser()
    callback = site.callback(browser)
    page = browser.open(callback, follow=False)
    assert page.status == 302 and page.header("Location") == "/" and page.header("Cache-Control") == "no-store"
    session = [cookie for cookie in page.cookies if cookie.name == site.session_cookie]
    assert len(session) == 1 and not session[0].deletes
    removed = [cookie for cookie in page.cookies if cookie.deletes and cookie.name.startswith(site.login_cookie)]
    assert len(removed) == 1 and site.pending(browser) == []


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/oauth2callback"), ("PUT", "/oauth2callback"), ("PUT", "/auth/login"), ("DELETE", "/auth/login"),
    ("PUT", "/auth/logout"), ("DELETE", "/auth/logout"),
])  # fmt: skip
def test_other_methods(site, method, path):
    page = site.browser().go(method, site.url(path), follow=False)
    allowed = {"/oauth2callback": {"GET"}, "/auth/login": {"GET", "POST"}, "/auth/logout": {"GET", "POST"}}[path]
    assert page.status == 405
    assert {name.strip() for name in (page.header("Allow") or "").split(",")} - {"HEAD"} == allowed


def test_neighbours_of_the_library_paths_are_the_apps(site):
    for path in ("/oauth2callback2", "/auth/loginx", "/auth/login/x", "/auth", "/Auth/Login", "/x/oauth2callback"):
        assert site.browser().open(site.url(path), follow=False).status == 200, path


def test_base_path(start, new_provider):
    site = start(new_provider(), callback="/app/oauth2callback")
    browser = site.browser()
    assert site.login(browser).url == site.url("/app/")
    assert site.is_signed_in(browser)
    page = browser.open(site.url("/app/")).submit("/app/auth/logout", follow=False)
    assert (page.status, page.header("Location")) == (303, "/app/")
    assert not site.is_signed_in(browser)


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
    query = dict(parse_qsl(urlsplit(site.begin(site.browser()).target).query))
    assert query["redirect_uri"] == "http://localhost:12345/oauth2callback"


def test_redirect_uri_is_never_taken_from_the_request(site):
    """D61: Host and forwarded headers say nothing about where the user comes back to."""
    for headers in ({"Host": "evil.example"}, {"X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example"}):
        page = site.begin(site.browser(), **headers)
        assert dict(parse_qsl(urlsplit(page.target).query))["redirect_uri"] == site.redirect_uri
