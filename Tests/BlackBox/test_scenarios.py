"""What every host passes, in every language: all that depends on how it is wired to the library.

Nothing here looks at the HTML of the host's own pages, which some draw by script. Each host is started five times:
`site`, `restarted`, `old`, `below`, and for a bound session.
"""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from browser import Browser, send_raw
from device import Device
from provider import ProofKey, Reply, access_token, logout_token, opaque_token, report_logout
from refusal import altered, assert_goes_on, assert_nothing_leaked, assert_refused
from scenario_fixtures import *


def test_anonymous_page(site):
    browser = site.browser()
    page = browser.open(site.url("/any/page?with=query"))
    assert page.status == 200 and site.cookies_of(page) == []
    assert (page.header("Content-Type") or "").startswith("text/html")
    assert site.user(browser) == ANONYMOUS


def test_login_and_claims(site):
    browser, provider = site.browser(), site.providers["Two_Words"]
    page = browser.open(site.callback(browser, "Two_Words"), follow=False)
    assert (page.status, page.header("Location"), page.header("Cache-Control")) == (302, "/", "no-store")
    session, pending = sorted(site.cookies_of(page), key=lambda cookie: cookie.deletes)
    assert session.name == site.session_cookie and pending.name.startswith(site.login_cookie) and pending.deletes
    user = site.user(browser)
    assert (user["is_logged_in"], user["provider"], user["iss"]) == (True, "Two_Words", provider.issuer)
    assert provider.claims.items() <= user.items() and not {"nonce", "at_hash", "c_hash"} & user.keys()
    assert_nothing_leaked(site, page)


@pytest.mark.parametrize("path", ["/deep/link?id=3&name=a%20b", "/%C3%A4/%2Fx?y=%2F%2Fz&return_to=/w"])
def test_return_to_deep_link(site, path):
    page = site.login(site.browser(), None, path)
    assert page.status == 200 and page.history[-1].header("Location") == path


@pytest.mark.parametrize("path", ["/report?id=3&x=y", "/%C3%A4/%2Fb?name=a%20b"])
def test_login_link_of_a_page(site, path):
    browser = site.browser()
    page = browser.open(site.url(path)).click("/auth/login?provider=Two_Words")
    assert page.url == site.url(path) and site.user(browser)["provider"] == "Two_Words"


@pytest.mark.parametrize(("action", "fields", "target"), [
    ("/auth/login?provider=Two_Words", {}, "/report?id=4"),
    ("/auth/login", {"provider": "Two_Words", "return_to": "/x?y=%2F+z"}, "/x?y=%2F+z"),
], ids=["by query", "by body"])  # fmt: skip
def test_login_form_of_a_page(site, action, fields, target):
    browser = site.browser()
    page = browser.open(site.url("/report?id=4")).submit(action, fields)
    assert page.url == site.url(target) and site.user(browser)["provider"] == "Two_Words"


def test_login_by_the_app(site):
    """It comes back to the page that called st_login()."""
    browser, path = site.browser(), "/login?provider=Two_Words&q=a%20b&x=%C3%A4"
    page = browser.open(site.url(path), follow=False)
    assert page.status == 302 and page.target.startswith(site.providers["Two_Words"].issuer + "/authorize?")
    assert page.header("Cache-Control") == "no-store"
    assert page.follow().follow().target == site.url(path)
    assert site.user(browser)["provider"] == "Two_Words"


@pytest.mark.parametrize("path", ["/auth/login?provider=other&return_to=%2Fx%26y", "/login?provider=other"])
def test_other_name_of_the_site(site, path):
    """A development server prints 127.0.0.1, and redirect_uri has localhost: the login begins where it can end."""
    browser, printed = Browser(), site.public.replace("localhost", "127.0.0.1")
    page = browser.open(printed + path, follow=False)
    assert (page.status, page.header("Location")) == (302, site.url(path))
    assert f"event=other_site_name seen={printed} expected={site.public}" in site.host.log()
    assert not site.pending(browser)
    page.follow().follow().follow()
    assert site.user(browser)["provider"] == "other"


def test_form_at_another_name_of_the_site(site):
    browser, printed = Browser(), site.public.replace("localhost", "127.0.0.1")
    page = browser.open(printed + "/report?id=4").submit("/auth/login", {"provider": "other"}, follow=False)
    assert page.status == 303 and page.target.startswith(site.url("/auth/login?provider=other&return_to="))


@pytest.mark.parametrize(("header", "value", "seen"), [
    ("Host", "www.{name}", "http://www.{name}"), ("X-Forwarded-Proto", "https", "https://{name}"),
    ("X-Forwarded-Host", "example.org, proxy", "http://example.org"), ("Host", "localhost:1", "http://localhost:1"),
], ids=["name", "scheme", "name before the proxy", "port"])  # fmt: skip
def test_name_that_a_server_in_front_hides(site, header, value, seen):
    """The login begins all the same, a redirect later: the address in the browser may be right."""
    browser, name = site.browser(), urlsplit(site.public).netloc
    asked = {header.replace("-", "_"): value.format(name=name)}
    first = site.begin(browser, "other", "/x", **asked)
    if not lets_through(site, asked.get("Host", name)):
        assert first.status == 400
        return
    assert first.target.startswith(site.url("/auth/login?"))
    assert f"seen={seen.format(name=name)} " in site.host.log()
    again = site.begin(browser, "other", "/x", **asked)
    assert again.target.startswith(site.providers["other"].issuer)


def test_login_that_begins_again_where_a_server_in_front_hides_the_name(site):
    """At the callback the name is right: the login goes to the provider, not to a callback that is spent."""
    browser, provider = site.browser(), site.providers["other"]
    at_provider = site.begin(browser, "other", "/x").target
    state = parse_qs(urlsplit(at_provider).query)["state"][0]
    answer = {"error": "temporarily_unavailable", "error_description": "authentication_expired", "state": state}
    callback = site.url("/oauth2callback?" + urlencode(answer | {"iss": provider.issuer}))
    again = browser.open(callback, follow=False, Host="backend")
    if not lets_through(site, "backend"):
        assert again.status == 400
        return
    assert again.target.startswith(provider.issuer + "/authorize?")
    assert again.follow().follow().target == site.url("/x")


@pytest.mark.parametrize("asked", [
    {"X_Forwarded_Host": "{name}", "Host": "backend"}, {"X_Forwarded_Proto": "http"},
    {"Host": "[::"}, {"Host": "{NAME}"},
], ids=["forwarded", "same scheme", "no name", "case"])  # fmt: skip
def test_right_name_of_the_site(site, asked):
    name = urlsplit(site.public).netloc
    given = {key: value.format(name=name, NAME=name.upper()) for key, value in asked.items()}
    begun = site.begin(site.browser(), "other", "/x", **given)
    if not lets_through(site, given.get("Host", name)):
        assert begun.status == 400
    else:
        assert begun.target.startswith(site.providers["other"].issuer)


def test_unknown_provider(site, browser):
    page = site.begin(browser, "nobody")
    assert_refused(site, page, "provider_unknown", named=False)
    by_the_app = site.browser().open(site.url("/login?provider=nobody"), follow=False)
    assert by_the_app.status == 404 and not by_the_app.redirects
    assert site.cookies_of(page) == site.cookies_of(by_the_app) == []


def test_provider_down(site, browser):
    site.providers["down"].respond("metadata", Reply(503, "down"))
    assert_refused(site, site.begin(browser, "down"), "provider_status", named=False)
    assert site.cookies_of(browser.open(site.url("/login?provider=down"), follow=False)) == []
    stranger = site.browser()
    page = stranger.open(site.url("/login?provider=down"), follow=False)
    assert page.status in (502, 503, 504) and not page.redirects and site.cookies_of(page) == []
    assert page.code == "provider_status" and site.providers["down"].issuer not in page.text, "not for visitors"
    site.log_in(stranger)


def test_cancelled_login(site, browser):
    site.providers["default"].authorization_response(
        lambda answer: [("error", "access_denied"), ("error_description", "no <b>thanks</b>"), *answer[1:]]
    )
    page = site.login(browser)
    assert_refused(site, page, "authorization_refused")
    assert "<b>thanks" not in page.text and site.pending(browser) == []


@pytest.mark.parametrize(("state", "code"), [("x" * 43, "state_mismatch"), (None, "state_missing")])
def test_wrong_state_or_none(site, state, code):
    browser = site.browser()
    callback = site.callback(browser)
    assert_refused(site, browser.open(altered(callback, state=state), follow=False), code, named=False)
    assert site.providers["default"].seen("token") == []
    assert browser.copy().open(callback, follow=False).status == 302, "the pending login is still good"


def test_replayed_callback(site):
    browser = site.browser()
    callback = site.callback(browser)
    assert browser.copy().open(callback, follow=False).status == 302
    # Workers do not share what they remember; then the provider refuses the code.
    assert_refused(site, browser.open(callback, follow=False), {"login_replayed", "token_request_refused"})


def test_callback_of_a_user_who_is_signed_in(site, browser):
    """The back button, a restored tab, a link of an attacker's: whoever is signed in goes on, as who they are."""
    callback = site.callback(site.browser())
    assert_goes_on(site, browser.open(callback, follow=False))
    assert_goes_on(site, browser.open(altered(callback, state="x" * 43), follow=False))
    assert site.providers["default"].seen("token") == []
    assert "event=already_signed_in instead_of=state_mismatch" in site.host.log()


def test_two_tabs(site):
    browser = site.browser()
    first, second = site.callback(browser), site.callback(browser, "other")
    assert len(site.pending(browser)) == 2
    assert browser.open(second).status == 200 and site.user(browser)["provider"] == "other"
    assert browser.open(first).status == 200 and site.user(browser)["provider"] == "default"
    assert site.pending(browser) == []


def test_new_tab(site, browser):
    assert browser.open(site.url("/another/page")).status == 200
    assert site.is_signed_in(browser) and not site.is_signed_in(browser.another_device())


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
def test_logout(site, path):
    browser = site.browser()
    site.log_in(browser, "other")
    copy = browser.copy()
    page = browser.open(site.url("/some/page")).submit(path, follow=False)
    assert (page.status, page.header("Location"), page.header("Cache-Control")) == (303, "/", "no-store")
    assert [(cookie.name, cookie.deletes) for cookie in site.cookies_of(page)] == [(site.session_cookie, True)]
    assert site.user(browser) == ANONYMOUS
    # Each process has a memory of its own.
    assert site.user(copy) == ANONYMOUS or site.host.processes > 1, "a copied cookie is worth nothing"


def test_logout_reported_by_the_provider(site):
    """A form that no page of this site sends, without cookies, whatever a framework thinks of that."""
    provider, browser = site.providers["reporting"], site.browser()
    provider.claims["sid"] = "session-of-reporting"
    site.log_in(browser, "reporting")
    url, claims = site.url("/auth/backchannel-logout"), {"sid": "session-of-reporting"}
    for bent, status in (({"aud": "another"}, 400), ({}, 200)):
        answer = report_logout(url, site.host.port, logout_token(provider, claims | bent))
        assert (answer[0], answer[1]["cache-control"]) == (status, "no-store")
        # Each process has a memory of its own.
        assert site.is_signed_in(browser) == (status == 400) or site.host.processes > 1


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
def test_logout_at_the_provider(site, path):
    """The host passes on a redirect to another site, and all cookies that go."""
    browser, end_session = site.browser(), site.providers["leaving"].end_session
    site.log_in(browser, "leaving")
    before = len(end_session.ended)
    page = browser.open(site.url("/some/page")).submit(path)
    assert (page.status, page.url, end_session.refused) == (200, site.url("/"), [])
    assert len(end_session.ended) == before + 1 and site.user(browser) == ANONYMOUS


@pytest.mark.parametrize("path", [BY_PATH, BY_APP])
@pytest.mark.parametrize(("fetch_site", "origin"), [("cross-site", ""), ("", "https://evil.example")])
def test_cross_site_logout(site, browser, path, fetch_site, origin):
    # With its cookies, as if SameSite were no help: the library has to see it by itself.
    headers = {"Sec-Fetch-Site": fetch_site, "Origin": origin}
    headers["Cookie"] = f"{site.session_cookie}={browser.jar.get(site.session_cookie)}"
    page = browser.go("POST", site.url(path), headers=headers, follow=False)
    assert page.status == 403 and site.cookies_of(page) == []
    if path == BY_PATH:
        assert_refused(site, page, "cross_site_request", named=False)


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"])
@pytest.mark.parametrize("path", ["/auth/login", "/login?provider=Two_Words", "/oauth2callback?code=x&state=y"])
def test_request_ahead_of_the_user(site, path, header):
    """Begins nothing, and its answer serves no visit. The host has to pass the header on."""
    page = site.browser().open(site.url(path), follow=False, **{header: "prefetch;prerender"})
    assert (page.status, page.header("Cache-Control"), page.body) == (503, "no-store", b"")
    assert site.cookies_of(page) == [] and page.header("Location") is None


def test_get_asks_before_logout(site):
    browser = site.browser()
    site.log_in(browser, "other")
    page = browser.open(site.url("/")).click(BY_PATH)
    assert page.status == 200 and site.cookies_of(page) == [] and site.is_signed_in(browser)
    assert "<form" in page.text and 'method="post"' in page.text.lower()
    assert page.submit(BY_PATH, follow=False).status == 303 and not site.is_signed_in(browser)


@pytest.mark.parametrize("path", ALLOWED)
def test_other_methods(site, path):
    for method in sorted({"POST", "PUT", "DELETE"} - ALLOWED[path]):
        page = site.browser().go(method, site.url(path), follow=False)
        assert page.status == 405
        assert {name.strip() for name in (page.header("Allow") or "").split(",")} - {"HEAD"} == ALLOWED[path]


@pytest.mark.parametrize("path", ["/", "/login?provider=default", "/auth/login", BY_PATH, "/oauth2callback?state=x"])
def test_head(site, path):
    request = f"HEAD {path} HTTP/1.1\r\nHost: {urlsplit(site.public).netloc}\r\nConnection: close\r\n\r\n"
    head, blank, body = send_raw(site.host.port, request.encode(), hang_up=False).partition(b"\r\n\r\n")
    assert head[9:10] in (b"2", b"3", b"4") and blank and body == b""


def test_tampered_cookie(site, signed_in):
    browser, value = signed_in.copy(), signed_in.jar.get(site.session_cookie)
    for position in (0, len(value) // 2, len(value) - 2):
        other = "A" if value[position] != "A" else "B"
        browser.jar.set(site.session_cookie, value[:position] + other + value[position + 1 :])
        assert site.user(browser) == ANONYMOUS and browser.open(site.url("/")).status == 200


def test_claims_of_every_kind(site):
    user = site.log_in(site.browser(), "odd")
    assert {name: user[name] for name in ODD} == ODD


def test_large_session(site):
    browser = site.browser()
    assert site.log_in(browser, "large")["groups"] == LARGE
    assert len(browser.jar.cookies) == 2
    assert browser.open(site.url("/")).submit(BY_PATH, follow=False).status == 303
    assert site.user(browser) == ANONYMOUS and browser.jar.cookies == []


def call(site, token, path="/user.json", scheme="Bearer", browser=None, **headers):
    """What a program gets, which keeps no cookies."""
    headers |= {"Authorization": f"{scheme} {token}", "Accept": "application/json"}
    headers |= {"Sec_Fetch_Mode": "", "Sec_Fetch_Dest": "", "Sec_Fetch_Site": ""}
    page = (browser or site.browser()).open(site.url(path), follow=False, **headers)
    assert site.cookies_of(page) == []
    return page


def assert_no_access(site, page, code="access_token_invalid", error="invalid_token"):
    assert (page.status, json.loads(page.body)) == (401, {"error": error, "error_description": code})
    assert (page.header("WWW-Authenticate") or "").startswith(f'Bearer realm="{site.public}"')
    assert f'error="{error}"' in page.header("WWW-Authenticate") and page.header("Cache-Control") == "no-store"


def test_access_token_of_a_program(site):
    provider = site.providers["other"]
    page = call(site, access_token(provider))
    assert page.status == 200, page.text
    user = json.loads(page.body)
    assert (user["sub"], user["provider"], user["authenticated_by"]) == ("script-user", "other", "bearer")
    caching = ", ".join(value for name, value in page.headers if name.lower() == "cache-control")
    assert "private" in caching or "no-store" in caching
    for token in [access_token(provider, aud="another"), access_token(provider, exp=1), "made-up"]:
        assert_no_access(site, call(site, token))
    assert_nothing_leaked(site, page)


def test_opaque_access_token(site):
    """The provider is asked, by the host with an event loop."""
    provider = site.providers["other"]
    token = opaque_token(provider)
    for _ in range(2):
        user = json.loads(call(site, token).body)
        assert (user["sub"], user["authenticated_by"]) == ("script-user", "bearer")
    assert 1 <= len(provider.seen("introspection")) <= 2  # in each process once
    provider.respond("introspection", Reply(503))
    page = call(site, opaque_token(provider))
    assert (page.status, page.header("Retry-After")) == (503, "5")
    assert_nothing_leaked(site, page)


def test_bound_access_token(site):
    """The header DPoP, and the address under which the host knows itself."""
    provider, key = site.providers["other"], ProofKey()
    token = access_token(provider, cnf={"jkt": key.thumbprint})
    good = key.proof(site.url("/user.json"), token, provider.now())
    user = json.loads(call(site, token, "/user.json?x=1", "DPoP", DPoP=good).body)
    assert (user["sub"], user["authenticated_by"]) == ("script-user", "dpop")
    wrong = key.proof(site.url("/users.json"), token, provider.now())
    page = call(site, token, scheme="DPoP", DPoP=wrong)
    assert_no_access_by_proof(page)
    assert_no_access(site, call(site, token))


def assert_no_access_by_proof(page):
    assert (page.status, json.loads(page.body)["error"]) == (401, "invalid_dpop_proof")
    assert 'error="invalid_dpop_proof"' in page.header("WWW-Authenticate")


def test_access_token_beside_a_cookie(site, browser):
    """The token counts, and the session stays."""
    provider = site.providers["other"]
    user = json.loads(call(site, access_token(provider), browser=browser).body)
    assert user["sub"] == "script-user"
    assert_no_access(site, call(site, "made-up", browser=browser))
    assert site.user(browser)["sub"] == provider.claims["sub"] and "authenticated_by" not in site.user(browser)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_request(site, browser, name):
    target, header = HOSTILE[name]
    request = b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n\r\n" % (target.encode("latin-1"), header)
    answer = send_raw(site.host.port, request, hang_up=False)
    may_hang_up = "KiB" in name or (site.host.hangs_up and name == "bytes not UTF-8")
    assert answer[9:10] in (b"2", b"3", b"4") or (answer == b"" and may_hang_up), answer[:300]
    assert b"\r\nlocation: //" not in answer.lower() and site.host.alive()


def test_one_connection_for_several_users(site, browser):
    """As behind a proxy: the user is the request's, not the connection's."""
    other = site.browser()
    site.log_in(other)
    connection = http.client.HTTPConnection("127.0.0.1", site.host.port, timeout=30)
    for jar, provider in [(browser.jar, b'"other"'), (None, b"false"), (other.jar, b'"default"'), (None, b"false")]:
        cookie = f"{site.session_cookie}={jar.get(site.session_cookie)}" if jar else "a=b"
        connection.request("GET", "/user.json", headers={"Cookie": cookie})
        assert provider in connection.getresponse().read()
    connection.close()


def test_many_users_at_once(site):
    def visit(name):
        browser = site.browser()
        if name:
            site.log_in(browser, name)
        return [(name, site.user(browser).get("provider")) for _ in range(5)]

    with ThreadPoolExecutor(20) as threads:
        visits = threads.map(visit, ["default", "other", "Two_Words", None] * 6)
        assert all(expected == found for expected, found in itertools.chain.from_iterable(visits))


def test_slow_provider(site, browser):
    """While one user's login waits for the provider, the pages and logins of others do not."""
    asked, may_answer = threading.Event(), threading.Event()

    def reply(_request):
        asked.set()
        may_answer.wait(30)

    site.providers["default"].respond("token", reply)
    with ThreadPoolExecutor(1) as threads:
        login = threads.submit(site.log_in, site.browser())
        try:
            assert asked.wait(30)
            assert site.is_signed_in(browser)
            site.log_in(site.browser(), "Two_Words")
            assert not login.done(), "the others waited with it"
        finally:
            may_answer.set()
        assert login.result()["provider"] == "default"


def test_restart_and_replicas(site, start_shared):
    """Another process with the same secrets finishes what began before it started, and the other way round."""
    browser = site.browser()
    site.log_in(browser, "other")
    before, callback = browser.copy(), site.callback(browser)
    restarted = start_shared(site.providers, public=site.public, cookie_secret=site.shared["cookie_secret"])
    for user in (before, browser):
        user.routes = {site.public: restarted.host.port}
    assert site.is_signed_in(before), "a session from before the start"
    elsewhere = browser.copy()
    assert elsewhere.open(callback, follow=False).status == 302
    began_there = restarted.callback(elsewhere, "Two_Words")
    elsewhere.routes = {site.public: site.host.port}
    assert site.user(elsewhere)["provider"] == "default"
    assert elsewhere.open(began_there, follow=False).status == 302


def test_rotated_secret(site, old, browser):
    user = old.browser()
    old.log_in(user)
    user.routes = {site.public: site.host.port}
    assert site.is_signed_in(user), "an old secret in the list still opens"


def test_secret_of_another_app(site, old, browser):
    """It opens nothing; nor does the old one after a rotation, because the first secret of the list seals."""
    callback, user = site.callback(browser), browser.copy()
    user.routes = {site.public: old.host.port}
    assert old.user(user) == ANONYMOUS
    assert_refused(old, user.open(callback, follow=False), "state_mismatch", named=False)


def test_base_path(below):
    browser = below.browser()
    query = parse_qs(urlsplit(below.begin(browser).target).query)
    assert query["redirect_uri"] == [below.public + "/app/oauth2callback"]
    assert below.login(browser).url == below.url("/app/") and below.is_signed_in(browser)
    page = browser.open(below.url("/app/")).submit("/app/auth/logout", follow=False)
    assert (page.status, page.header("Location")) == (303, "/app/") and not below.is_signed_in(browser)


def test_idle_timeout(below):
    """The page itself says when the session was last seen: the host adds that cookie to its own response, and what
    keeps the response out of shared caches."""
    browser = below.browser()
    below.log_in(browser)
    for _ in range(2):
        below.wait(9 * 60)
        page = browser.open(below.url("/app/page"))
        (cookie,) = below.cookies_of(page)
        assert cookie.name.startswith(below.seen_cookie) and not cookie.deletes
        caching = [value for name, value in page.headers if name.lower() in ("cache-control", "vary")]
        assert {"private", "Cookie"} <= set(", ".join(caching).split(", ")), caching
        assert below.is_signed_in(browser)
    below.wait(11 * 60)
    assert below.user(browser) == ANONYMOUS


def test_expired_session(below):
    browser = below.browser()
    below.log_in(browser)
    for _ in range(7):
        assert below.is_signed_in(browser)
        below.wait(9 * 60)
    assert below.user(browser) == ANONYMOUS and browser.open(below.url("/app/")).status == 200
    below.log_in(browser)


def test_log(site, browser):
    """The host passes on the library's events, and they tell no secret."""
    site.log_in(site.browser())
    site.browser().open(site.redirect_uri + "?code=x&state=y")
    log = site.host.log()
    assert "event=login_succeeded" in log and "event=login_refused" in log
    assert browser.jar.get(site.session_cookie) not in log and "ada@example.org" not in log
    assert_nothing_leaked(site)


def test_log_names_request_and_client(site, browser):
    """What the host knows of the request is in the library's events; what browsers make up is not."""
    site.browser().open(site.redirect_uri + "?code=x&state=y", X_Request_Id="req-7")
    site.browser().open(site.redirect_uri + "?code=x&state=z", X_Request_Id="req 8 user=admin")
    lines = [line for line in site.host.log().splitlines() if "code=state_mismatch" in line][-2:]
    assert len(lines) == 2 and "req 8" not in lines[1], lines
    assert lines[0].endswith(" request_id=req-7 client_address=127.0.0.1"), lines[0]
    assert lines[1].endswith('" client_address=127.0.0.1'), lines[1]


def test_bound_session(start, new_provider):
    """Each host passes on the headers of a browser that binds the session to its device."""
    site = start(new_provider("bound"), device_bound=True)
    device = Device(site, site.browser())
    device.log_in()
    device.browser.jar.drop(device.proof_cookie)
    assert site.user(device.browser) == ANONYMOUS
    asked = device.browser.open(site.url("/user.json"), Secure_Session_Skipped="unreachable")
    assert asked.status == 200 and "event=device_proof_skipped reason=unreachable" in site.host.log()
    assert device.refresh().status == 200
    assert site.is_signed_in(device.browser)
