"""Section E: the token and UserInfo endpoints. Redirects, errors, slowness, junk, and what they get to see."""

from __future__ import annotations

import time

import pytest

from provider import REMOVE, Reply, Sink
from victim import Victim, case

REFUSED, INVALID, MISSING = "token_request_refused", "token_response_invalid", "id_token_missing"
TOO_LARGE, UNREACHABLE, TIMEOUT = "response_too_large", "provider_unreachable", "provider_timeout"


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim()


def answer(status=200, body=b"", **reply):
    return lambda provider: provider.respond("token", Reply(status, body, **reply))


def response(change):
    return lambda provider: provider.token_response(change)


TOKEN_ENDPOINT = [
    case("E64 200 with an error", "token_request_refused", answer(200, {"error": "invalid_grant"})),
    case("E64 400", "token_request_refused", answer(400, {"error": "invalid_grant", "error_description": "<script>"})),
    case("E64 401", "client_refused", answer(401, {"error": "invalid_client"})),
    case("E64 403 glewlwyd", "token_request_refused", answer(403, {"error": "invalid_code"})),
    case("E64 error beside tokens", "token_request_refused", response({"error": "invalid_grant"})),
    case("E64 error is not text", REFUSED, answer(400, {"error": {"code": 1}})),
    case("E64 error with HTML", REFUSED, answer(400, {"error": "<script>alert(1)</script>"})),
    case("E64 error with CR and LF", REFUSED, answer(400, {"error": "a\r\nSet-Cookie: x=y"})),
    case("E64 400 empty glewlwyd", REFUSED, answer(400)),
    case("E64 429", "provider_unavailable", answer(429, b"", headers={"Retry-After": "99999999999999999999"})),
    case("E64 500 JSON canaille", "provider_unavailable", answer(500, {"error": "server_error"})),
    case("E64 500 HTML", REFUSED, answer(500, "<h1>Internal Server Error</h1>")),
    case("E64 500 with tokens", REFUSED, lambda p: p.respond("token", lambda r: with_status(p, r, 500))),
    case("E64 201 with tokens", REFUSED, lambda p: p.respond("token", lambda r: with_status(p, r, 201))),
    case("E64 HTML", INVALID, answer(200, "<html>ok</html>")),
    case("E64 empty", INVALID, answer(200)),
    case("E64 204", REFUSED, answer(204)),
    case("E64 a list", INVALID, response(lambda r: [r])),
    case("E64 a text", INVALID, response(lambda r: '"token"')),
    case("E64 form-encoded", INVALID, response(lambda r: "access_token=a&token_type=bearer&id_token=x")),
    case("E64 trailing bytes", INVALID, response(lambda r: Reply(body=r).payload() + b"x")),
    case("E64 two objects", INVALID, response(lambda r: Reply(body=r).payload() * 2)),
    case("E64 id_token twice", INVALID, response(lambda r: Reply(body=r).payload()[:-1] + b',"id_token":"x"}')),
    case("E64 token_type missing", INVALID, response({"token_type": REMOVE})),
    *(case(f"E64 token_type {value!r}", INVALID, response({"token_type": value}))
      for value in ("mac", "DPoP", "Bearer ", "", None, 1, ["Bearer"])),
    case("E64 access_token missing", INVALID, response({"access_token": REMOVE})),
    *(case(f"E64 access_token {value!r}", INVALID, response({"access_token": value}))
      for value in ("", None, 1, "a\r\nb", "a b", "ä", {})),
    case("E64 access_token of 100 kB", INVALID, response({"access_token": "x" * 100_000})),
    case("E64 id_token missing", MISSING, response({"id_token": REMOVE})),
    case("E64 3 MB", TOO_LARGE, response({"x": "y" * 3_000_000})),
    case("E66 no status line", {UNREACHABLE, INVALID, REFUSED}, answer(raw=b"nonsense")),
    case("E66 1 MB header", {TOO_LARGE, UNREACHABLE},
         answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n")),
    case("E66 shorter than Content-Length", UNREACHABLE, answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")),
    case("E65 closed at once", UNREACHABLE, answer(raw=b"")),
    case("E65 reset in the body", UNREACHABLE, answer(200, b" " * 1000, cut=10)),
]  # fmt: skip


def with_status(provider, request, status):
    """The honest answer under another status."""
    reply = provider._answer_token(request)
    reply.status = status
    return reply


@pytest.mark.parametrize(("bend", "codes"), TOKEN_ENDPOINT)
def test_token_endpoint(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    page = victim.refuses_login(codes)
    assert "<script" not in page.text and "Set-Cookie: x" not in str(page.headers)
    victim.provider.behave()


GOOD = [
    *(
        case(f"E64 fapi2-token-type-case-insensitivity {value}", None, response({"token_type": value}))
        for value in ("bearer", "BEARER", "bEARER")
    ),
    case("E64 fapi2-token-endpoint-response-without-expires_in", None, response({"expires_in": REMOVE})),
    *(
        case(f"E64 expires_in {value!r}", None, response({"expires_in": value}))
        for value in ("3600", 0, -1, None, 1e18)
    ),
    case("E64 unknown members", None, response({"refresh_token": "r" * 500, "scope": "x", "x": {"y": [1]}})),
    case("E64 content type", None, lambda p: p.respond("token", lambda r: with_type(p, r, "text/plain"))),
]


def with_type(provider, request, content_type):
    reply = provider._answer_token(request)
    reply.headers["Content-Type"] = content_type
    return reply


@pytest.mark.parametrize(("bend", "codes"), GOOD)
def test_good_token_response(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    victim.accepts_login()
    victim.provider.behave()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_e63_redirect_of_the_token_endpoint_is_not_followed(victim, status):
    victim.provider.behave()
    sink = Sink(Reply(body={"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"}))
    try:
        victim.provider.respond("token", Reply(status, b"", {"Location": sink.origin + "/token"}))
        victim.refuses_login({REFUSED, "provider_status"})
        assert sink.requests == [], "the client secret and the code went to a stranger"
    finally:
        sink.close()
        victim.provider.behave()


SLOW = [
    case("E65 silence", TIMEOUT, answer(hang=True), endpoint="token"),
    case("E65 one byte at a time", TIMEOUT, answer(200, {"x": "y" * 500}, trickle=0.05), endpoint="token"),
    case("E65 header without end", TIMEOUT,
         answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, trickle=0.05), endpoint="token"),
    case("E65 silent metadata", TIMEOUT, lambda p: p.respond("metadata", Reply(hang=True)), endpoint="metadata"),
    case("E65 silent keys", TIMEOUT, lambda p: p.respond("jwks", Reply(hang=True)), endpoint="jwks"),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes", "endpoint"), SLOW)
def test_e65_deadline(new_victim, bend, codes, endpoint):
    victim = new_victim(timeout=1)
    bend(victim.provider)
    began = time.monotonic()
    if endpoint == "metadata":
        victim.refuses_to_begin(codes)
    else:
        victim.refuses_login(codes)
    assert 0.8 < time.monotonic() - began < 4


def test_e65_a_slow_provider_does_not_hold_up_others(new_victim):
    """While one user waits for a slow token endpoint, others load pages and log in elsewhere."""
    import threading

    victim = new_victim(timeout=5)
    victim.warm()
    waiting = threading.Event()

    def reply(_request):
        waiting.set()
        return Reply(hang=True)

    victim.provider.respond("token", reply)
    pages = []
    slow = threading.Thread(target=lambda: pages.append(victim.login()))
    slow.start()
    assert victim.provider.polite or waiting.wait(10)
    began = time.monotonic()
    for _ in range(3):
        victim.site.log_in(victim.site.browser(), "safe")
    assert time.monotonic() - began < 2
    slow.join(20)
    victim.refuses(pages[0], TIMEOUT)


# All of it ASCII (RFC 6749 A.2); other characters are refused when the settings are read.
SECRETS = ["a:b", "100%", "a+b c", "a&b=c", '"quoted"\\', "x" * 1000, "%3A", "~!@#$^*()_", "a/b?c#d", "{}[]|`<>"]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_e69_every_client_secret_arrives_as_it_is(start_shared, new_provider, method):
    """RFC 6749 2.3.1. The provider compares the exact text, so a login that succeeds is the proof."""
    providers = {}
    for number, secret in enumerate(SECRETS):
        provider = providers[f"p{number}"] = new_provider()
        provider.client_secret, provider.auth_method = secret, method
        provider.client_id = f"id:{secret[:50]}"
    more = {name: {"token_endpoint_auth_method": method} for name in providers}
    site = start_shared(providers, more=more)
    for name in providers:
        site.log_in(site.browser(), name)
    log = site.host.log()
    assert not [secret for secret in SECRETS if len(secret) > 7 and secret in log]


@pytest.mark.parametrize("secret", [None, ""])
def test_public_client(start, new_provider, secret):
    provider = new_provider()
    provider.client_secret, provider.auth_method = None, "none"
    site = start(provider, more={"default": {"client_secret": secret}})
    site.log_in(site.browser())
    request = provider.seen("token")[-1]
    assert request.header("Authorization") is None and request.value("client_id") == provider.client_id
    assert request.value("client_secret") is None


AUTHENTICATION = [
    (["client_secret_basic", "client_secret_post"], {}, "client_secret_basic"),
    (["client_secret_post"], {}, "client_secret_post"),
    (["private_key_jwt", "client_secret_post"], {}, "client_secret_post"),
    (None, {}, "client_secret_basic"),
    (["client_secret_post"], {"token_endpoint_auth_method": "client_secret_basic"}, "client_secret_basic"),
    (
        ["client_secret_basic"],
        {"client_kwargs": {"token_endpoint_auth_method": "client_secret_post"}},
        "client_secret_post",
    ),
]


@pytest.mark.parametrize(("listed", "section", "expected"), AUTHENTICATION)
@pytest.mark.conformance("oidcc-client-test-client-secret-basic")
def test_client_authentication_method(start, new_provider, listed, section, expected):
    """The choice where nothing is configured (Discovery 3)."""
    provider = new_provider()
    provider.auth_method = expected
    provider.metadata({"token_endpoint_auth_methods_supported": REMOVE if listed is None else listed})
    site = start(provider, more={"default": section})
    site.log_in(site.browser())
    assert "token_endpoint_auth_method" not in provider.seen("authorize")[-1].path


def test_provider_with_none_of_our_authentication_methods(new_victim):
    victim = new_victim()
    victim.provider.metadata({"token_endpoint_auth_methods_supported": ["private_key_jwt"]})
    page = victim.site.begin(victim.browser())
    page = victim.login() if page.redirects else page
    assert page.code == "metadata_invalid" and victim.provider.seen("token") == []


def test_e68_netrc_and_curlrc_have_no_say(start, new_provider, monkeypatch, tmp_path):
    """Neither credentials nor options come from files of the user who runs the host."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login intruder password intruder\n")
    (tmp_path / ".curlrc").write_text('header = "X-Intruder: 1"\nlocation\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CURL_HOME", str(tmp_path))
    provider = new_provider()
    provider.client_secret = None
    site = start(provider, more={"default": {"client_secret": None}})
    site.log_in(site.browser())
    requests = [request for request in provider.requests if request.endpoint != "authorize"]
    assert requests and not [r for r in requests if r.header("Authorization") or r.header("X-Intruder")]
