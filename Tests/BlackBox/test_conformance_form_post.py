"""response_mode=form_post: the provider's page posts the response from its own site, which is not the host's. The
browser then sends no SameSite=Lax cookie. The rows are the suite's basic plan, once more."""

from __future__ import annotations

import pytest

from hosts import HOSTS
from provider import REMOVE, jose
from provider.keys import SigningKey
from victim import Victim, case

FORM = "oidcc-client-test{}[form_post]".format
SIGNATURE = "id_token_signature_invalid"


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim(response_mode="form_post", userinfo=True, client_kwargs={"scope": "openid email"})


def token(**script):
    return lambda provider: provider.id_token(**script)


def add_key(provider) -> None:
    """A second key, of another kind, without kid on the token."""
    other = SigningKey("ES256", jose.key_for("ES256"))
    provider.jwk_set(lambda keys: {"keys": [other.jwk(), *keys["keys"]]})
    provider.id_token(header=lambda header: header.pop("kid") and None)


BASIC = [
    case(FORM(""), None, lambda p: None),
    case(FORM("-client-secret-basic"), None, lambda p: setattr(p, "auth_method", "client_secret_basic")),
    case(FORM("-idtoken-sig-none"), "id_token_algorithm_refused", token(algorithm="none")),
    case(FORM("-idtoken-sig-rs256"), None, token(algorithm="RS256")),
    case(FORM("-invalid-aud"), "id_token_audience_mismatch", token(claims=lambda c: c.update(aud=c["aud"] + "1"))),
    case(FORM("-invalid-iss"), "id_token_issuer_mismatch", token(claims=lambda c: c.update(iss=c["iss"] + "1"))),
    case(FORM("-invalid-sig-rs256"), SIGNATURE, token(raw=lambda t: t[:-4] + ("AAAA" if t[-4:] != "AAAA" else "BBBB"))),
    case(FORM("-kid-absent-single-jwks"), None, token(header=lambda h: h.pop("kid") and None)),
    case(FORM("-kid-absent-multiple-jwks"), None, add_key),
    case(FORM("-missing-iat"), "id_token_claim_invalid", token(claims={"iat": REMOVE})),
    case(FORM("-missing-sub"), "id_token_subject_invalid", token(claims={"sub": REMOVE})),
    case(FORM("-nonce-invalid"), "id_token_nonce_mismatch", token(claims=lambda c: c.update(nonce=c["nonce"] + "1"))),
    case(FORM("-scope-userinfo-claims"), None, lambda p: p.userinfo({"nickname": "ada"})),
    case(FORM("-userinfo-bearer-header"), None, lambda p: None),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), BASIC)
def test_basic_plan(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    browser = victim.browser()
    page = victim.login(browser)
    step = next(seen for seen in [*page.history, page] if seen.url == victim.site.redirect_uri)
    assert (step.request.method, step.request.distance) == ("POST", "cross-site")
    assert victim.provider.seen("authorize")[-1].value("response_mode") == "form_post"
    if codes is None:
        assert (page.status, step.status) == (200, 303)
        user = victim.site.user(browser)
        assert user["provider"] == "default" and user["email"] == "ada@example.org"
        assert user.get("nickname") in (None, "ada")
        asked = victim.provider.seen("userinfo")[-1]
        assert (asked.header("Authorization") or "").startswith("Bearer ") and asked.query == asked.form == []
    else:
        victim.refuses(page, codes)
    victim.provider.behave()


def test_claims_of_userinfo_arrive(victim):
    victim.provider.behave()
    victim.provider.userinfo({"nickname": "ada"})
    browser = victim.browser()
    assert victim.login(browser).status == 200
    assert victim.site.user(browser).get("nickname") == "ada"


@pytest.mark.conformance(FORM("-userinfo-invalid-sub"))
def test_userinfo_about_another_user(victim):
    victim.provider.behave()
    victim.provider.userinfo(lambda claims: claims.update(sub=claims["sub"] + "invalid"))
    page = victim.login()
    victim.provider.requests.clear()
    victim.refuses(page, "userinfo_subject_mismatch")


@pytest.mark.conformance("oidcc-client-test-form-post-error")
def test_form_post_error(start, new_provider):
    """max_age=0 and prompt=none cannot both be: the provider says so in a form."""
    providers = {"default": new_provider(), "safe": new_provider()}
    section = {"response_mode": "form_post", "client_kwargs": {"prompt": "none", "max_age": 0}}
    victim = Victim(start(providers, more={"default": section}))
    page = victim.refuses_login("login_required", token_requests=0)
    assert page.request.method == "POST" and "not signed in at the sign-in service" in page.text


def test_cookies(victim):
    """SameSite=None for the login alone; with Secure, or browsers refuse it, also on this machine."""
    victim.provider.behave()
    browser = victim.browser()
    begun = victim.site.begin(browser)
    (cookie,) = begun.cookies
    assert cookie.header.endswith("; Path=/; HttpOnly; SameSite=None; Secure")
    done = begun.follow().follow()
    session = {cookie.name: cookie.header for cookie in done.cookies}
    assert "; SameSite=Lax" in session[victim.site.session_cookie]
    assert session[cookie.name].endswith("; SameSite=None; Secure") and browser.jar.refused == []
    (lax,) = victim.site.begin(victim.browser(), "safe").cookies
    assert "; SameSite=Lax" in lax.header


def test_behind_https(start, new_provider):
    """As it is out there: the cookies begin with __Host-, and the provider is on another site."""
    site = start(new_provider(), public="https://app.example.com", more={"default": {"response_mode": "form_post"}})
    browser = site.browser()
    user = site.log_in(browser)
    assert user["provider"] == "default" and browser.jar.refused == []
    assert browser.jar.names("app.example.com") == ["__Host-stauth_session"]


def test_response_by_get_is_refused(victim):
    victim.provider.behave()
    browser = victim.browser()
    at_provider = victim.site.begin(browser).follow()
    action, body = at_provider.posted_form
    page = browser.go("GET", action + "?" + body.decode(), initiator=at_provider.url)
    victim.refuses(page, "response_mode_mismatch")
    assert victim.provider.seen("token") == []


def test_post_for_a_provider_that_was_asked_for_a_query(victim):
    """The host takes POST for the other provider; this one's login stays alive in no form."""
    for provider in victim.site.providers.values():
        provider.behave()
    browser = victim.browser()
    callback = victim.site.callback(browser, "safe")
    body = callback.partition("?")[2].encode()
    page = browser.go("POST", victim.site.redirect_uri, body=body, initiator=victim.site.url("/"))
    victim.refuses(page, "response_mode_mismatch")
    # From another site, the browser does not even send the login's cookie.
    callback = victim.site.callback(browser, "safe")
    body = callback.partition("?")[2].encode()
    page = browser.go("POST", victim.site.redirect_uri, body=body, initiator=victim.provider.issuer)
    victim.refuses(page, "state_mismatch", named=False)
    assert victim.site.providers["safe"].seen("token") == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_body_that_is_no_form(victim, content_type):
    victim.provider.behave()
    browser = victim.browser()
    at_provider = victim.site.begin(browser).follow()
    action, body = at_provider.posted_form
    headers = {"Content-Type": content_type}
    page = browser.go("POST", action, body=body, initiator=at_provider.url, headers=headers)
    victim.refuses(page, "response_malformed", named=False)
    assert victim.provider.seen("token") == []


def test_forged_posts(victim):
    """A stranger's page, which knows no state, posts to the callback: nothing is fetched, nobody signed out."""
    victim.provider.behave()
    browser = victim.browser()
    for body in (b"", b"code=a", b"code=a&state=b", b"error=access_denied&state=b", b"state=%", b"x" * 60_000):
        page = browser.go("POST", victim.site.redirect_uri, body=body, initiator="https://evil.example/")
        victim.refuses(page, {"state_missing", "state_mismatch", "response_malformed"}, named=False)
    assert victim.provider.requests == []
    assert browser.go("PUT", victim.site.redirect_uri).header("Allow") == "GET, POST"


@pytest.mark.parametrize("host", [pytest.param(host, id=host.name) for host in HOSTS[1:]])
def test_bindings_hand_the_body_over(start, new_provider, host):
    """WSGI and ASGI: the middleware reads the body of the callback, and comes before a framework's own CSRF check."""
    site = start(new_provider(), host=host, more={"default": {"response_mode": "form_post"}})
    assert site.log_in(site.browser())["provider"] == "default"
