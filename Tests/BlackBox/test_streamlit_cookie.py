"""cookie_format = "streamlit": cookies go back and forth between the library and itsdangerous, which Streamlit uses.

Streamlit's own part is played by the functions below: what Streamlit 1.67 does with these cookies, with its limits.
"""

from __future__ import annotations

import base64
import json
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from itsdangerous import BadSignature, URLSafeTimedSerializer

from deployment import COOKIE_SECRET
from large_claims import incompressible
from refusal import assert_refused

USER, TOKENS = "_streamlit_user", "_streamlit_user_tokens"
ORIGIN = "http://localhost:8501"
ANONYMOUS = {"is_logged_in": False}
MAX_AGE = 31 * 86400
CHUNK = 2900


def sign(name: str, text: str, secret: str = COOKIE_SECRET) -> str:
    return URLSafeTimedSerializer(secret, salt=name).dumps(text)


def unsign(cookies: dict[str, str], name: str) -> str | None:
    try:
        return URLSafeTimedSerializer(COOKIE_SECRET, salt=name).loads(cookies.get(name, ""), max_age=MAX_AGE)
    except BadSignature:
        return None


def streamlit_writes(name: str, payload: dict, secret: str = COOKIE_SECRET) -> dict[str, str]:
    """A cookie, or the number of its parts and the parts."""
    text = json.dumps(payload)
    whole = sign(name, text, secret)
    if len(whole) < 3900:
        return {name: whole}
    parts = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    numbered = {f"{name}_{number}": part for number, part in enumerate(parts, 1)}
    return {key: sign(key, part, secret) for key, part in ({name: f"chunks-{len(parts)}"} | numbered).items()}


def streamlit_reads(cookies: dict[str, str], name: str = USER, origin: str = ORIGIN) -> dict | None:
    """st.user on a connection from `origin`; None if nobody is signed in."""
    text = unsign(cookies, name)
    if text and (count := re.match(r"chunks-(\d+)", text)):
        parts = [unsign(cookies, f"{name}_{number}") for number in range(1, int(count[1]) + 1)]
        text = None if None in parts else "".join(parts)
    user = json.loads(text) if text else None
    if user is None or user.pop("origin") != origin:
        return None
    return user


def identity(site, **more) -> dict:
    """The claims of a login at the provider that Streamlit and the host share."""
    provider = site.providers["default"]
    claims = {"iss": provider.issuer, "sub": "ada", "aud": provider.client_id, "iat": int(time.time()), "nonce": "n-1"}
    return claims | {"name": 'Zoë "Z" \U0001f600', "nothing": None, "odd": [1.5, {"a": []}]} | more


def stored(claims: dict) -> dict:
    """What Streamlit makes of the claims of an ID token."""
    return claims | {"origin": ORIGIN, "is_logged_in": True, "provider": "default"}


def id_token(claims: dict) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256", "kid": "k"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2ln"])


def header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    """Its users are Streamlit's at another port of the same host."""
    providers = {"default": new_provider(), "large": new_provider(), "huge": new_provider()}
    providers["large"].claims["blob"] = incompressible(4000)
    return start_shared(
        providers, cookie_format="streamlit", cookie_origin=ORIGIN, expose_tokens=["id", "access"], cookie_prefix="svc"
    )


def jar_of(browser) -> dict[str, str]:
    return {cookie.name: cookie.value for cookie in browser.jar.cookies}


# From Streamlit to the library.


@pytest.mark.parametrize("blob", ["", "b" * 2000, incompressible(3000), incompressible(9000)])
def test_login_at_streamlit(site, blob):
    """Not compressed, compressed, in parts."""
    claims = identity(site, blob=blob)
    cookies = streamlit_writes(USER, stored(claims))
    assert (len(cookies) > 1) == (len(blob) == 9000)
    for order in (list(cookies.items()), list(cookies.items())[::-1]):
        user = site.user(site.browser(), Cookie=header(dict(order)))
        assert user.pop("is_logged_in") is True and user.pop("provider") == "default"
        assert user == {name: value for name, value in claims.items() if name not in ("aud", "iat", "nonce")}


def test_small_cookie_is_not_compressed(site):
    claims = {"iss": site.providers["default"].issuer, "sub": "a"}
    cookie = sign(USER, json.dumps(stored(claims)))
    assert not sign(USER, "x").startswith(".") and cookie.startswith(".")
    assert site.user(site.browser(), Cookie=f"{USER}={cookie}")["sub"] == "a"


REFUSED = {
    "another secret": lambda site: streamlit_writes(USER, stored(identity(site)), "another-secret-of-somebody"),
    "another name": lambda site: {USER: sign(TOKENS, json.dumps(stored(identity(site))))},
    "another origin": lambda site: streamlit_writes(USER, stored(identity(site)) | {"origin": "http://localhost:8502"}),
    "no origin": lambda site: streamlit_writes(USER, identity(site, is_logged_in=True, provider="default")),
    "not signed in": lambda site: streamlit_writes(USER, stored(identity(site)) | {"is_logged_in": False}),
    "a provider that is gone": lambda site: streamlit_writes(USER, stored(identity(site)) | {"provider": "gone"}),
    "a bomb": lambda site: {USER: sign(USER, json.dumps(stored(identity(site, blob="b" * 1_000_000))))},
    "parts of a bomb": lambda site: {
        USER: sign(USER, "chunks-3"),
        **{f"{USER}_{number}": sign(f"{USER}_{number}", "b" * 60_000) for number in (1, 2, 3)},
    },
    "a million parts": lambda site: {USER: sign(USER, "chunks-1000000")},
    "an object, not its text": lambda site: {USER: sign(USER, stored(identity(site)))},
    "another issuer": lambda site: streamlit_writes(USER, stored(identity(site, iss="https://id.example"))),
    "no issuer": lambda site: streamlit_writes(USER, {k: v for k, v in stored(identity(site)).items() if k != "iss"}),
    "another client": lambda site: streamlit_writes(USER, stored(identity(site, aud="another"))),
}


@pytest.mark.parametrize("what", REFUSED)
def test_no_login_at_streamlit(site, what):
    assert site.user(site.browser(), Cookie=header(REFUSED[what](site))) == ANONYMOUS
    assert site.host.alive()


def test_age(start, new_provider):
    site = start(new_provider(), own_clock=True, cookie_format="streamlit", cookie_origin=ORIGIN)
    cookies = header(streamlit_writes(USER, stored(identity(site))))
    for seconds, counts in ((0, True), (30 * 86400 - 100, True), (200, False)):
        site.wait(seconds)
        assert site.user(site.browser(), Cookie=cookies)["is_logged_in"] == counts
    site.wait(-31 * 86400)
    assert site.user(site.browser(), Cookie=cookies) == ANONYMOUS


@pytest.mark.parametrize("blob", ["", incompressible(5000)])
def test_tokens(site, blob):
    claims = identity(site, blob=blob)
    tokens = {"id_token": id_token(claims), "access_token": "access-1"}
    cookies = streamlit_writes(USER, stored(claims)) | streamlit_writes(TOKENS, tokens)
    user = site.user(site.browser(), Cookie=header(cookies))
    assert user["tokens"] == {"id": tokens["id_token"], "access": "access-1"}
    # Of someone else: section 7 of Streamlit's behaviour has them mixed, here they are not.
    other = streamlit_writes(TOKENS, {"id_token": id_token(claims | {"sub": "bob"}), "access_token": "access-2"})
    user = site.user(site.browser(), Cookie=header(streamlit_writes(USER, stored(claims)) | other))
    assert user["sub"] == "ada" and "tokens" not in user
    assert site.user(site.browser(), Cookie=header(streamlit_writes(TOKENS, tokens))) == ANONYMOUS


# From the library to Streamlit.


@pytest.mark.parametrize(("provider", "count"), [("default", 1), ("large", 3)])
def test_login_at_the_host(site, provider, count):
    pending = site.begin(site.browser(), provider).cookies
    assert [cookie.name.startswith("svc_login-") for cookie in pending] == [True], "ours stays ours"
    browser = site.browser()
    site.log_in(browser, provider)
    cookies = jar_of(browser)
    assert len(cookies) == count and all(name.startswith(USER) for name in cookies)
    user = streamlit_reads(cookies)
    assert user == site.user(browser) and user["provider"] == provider
    assert streamlit_reads(cookies, origin="http://localhost:8502") is None
    for name, value in cookies.items():
        assert SimpleCookie(f"{name}={value}")[name].value == value, "what http.cookies cannot read, Starlette cannot"


def test_attributes(site):
    browser = site.browser()
    page = site.login(browser, "large").history[-1]
    written = [cookie for cookie in page.cookies if not cookie.deletes]
    assert len(written) == 3 and all(len(cookie.header) <= 4096 for cookie in written)
    for cookie in written:
        assert cookie.attributes == {"max-age": str(30 * 86400), "path": "/", "httponly": "", "samesite": "Lax"}


def test_login_over_https_in_a_folder(start, new_provider):
    site = start(
        new_provider(), public="https://app.example", callback="/app/oauth2callback", cookie_format="streamlit"
    )
    browser = site.browser()
    page = site.login(browser).history[-1]
    cookie = next(cookie for cookie in page.cookies if cookie.name == USER)
    assert cookie.attributes["path"] == "/app" and "secure" in cookie.attributes
    assert browser.jar.refused == []
    assert streamlit_reads({USER: cookie.value}, origin="https://app.example")["provider"] == "default"
    assert site.user(browser) == ANONYMOUS, "/user.json is outside of the folder"
    assert "is_logged_in" in site.user(browser, Cookie=f"{USER}={cookie.value}")


def login_in_parts(site) -> dict[str, str]:
    claims = identity(site)
    user = streamlit_writes(USER, stored(claims | {"blob": incompressible(4200)}))
    tokens = streamlit_writes(TOKENS, {"id_token": id_token(claims), "access_token": incompressible(4200)})
    assert len(user) == len(tokens) == 3
    return user | tokens


def test_login_replaces_a_login_at_streamlit(site):
    """Its parts and its tokens, which are another user's, go."""
    before = login_in_parts(site)
    browser = site.browser()
    at_provider = site.begin(browser).follow()
    pending = site.pending(browser)
    assert len(pending) == 1
    for name, value in before.items():
        browser.jar.store(urlsplit(site.url("/")), f"{name}={value}; Path=/")
    page = browser.open(at_provider.target, follow=False)
    assert page.status == 302
    assert browser.jar.names() == [USER]
    assert streamlit_reads(jar_of(browser))["sub"] == site.providers["default"].claims["sub"]


def test_logout_ends_both(site):
    browser = site.browser()
    for name, value in login_in_parts(site).items():
        browser.jar.store(urlsplit(site.url("/")), f"{name}={value}; Path=/; Max-Age=2592000; HttpOnly; SameSite=lax")
    browser.jar.store(urlsplit(site.url("/")), "_streamlit_xsrf=2|a|b|1; Path=/")
    assert site.user(browser)["sub"] == "ada" and len(browser.jar.cookies) > 3
    assert browser.open(site.url("/")).submit("/auth/logout", follow=False).status == 303
    assert browser.jar.names() == ["_streamlit_xsrf"]


def test_too_large(site):
    browser = site.browser()
    site.log_in(browser)
    before = jar_of(browser)
    site.providers["huge"].claims["blob"] = incompressible(7500)
    assert_refused(site, site.login(browser, "huge"), "session_too_large")
    assert jar_of(browser) == before


def test_warning_in_the_log(site):
    assert "event=session_cookie_not_encrypted cookie_format=streamlit" in site.host.log()
