"""Section C: provider metadata that lies, and endpoints that do not answer as they should."""

from __future__ import annotations

import gzip
import http.client

import pytest

from provider import REMOVE, Reply, Sink
from victim import Victim, case

METADATA, MISMATCH, TOO_LARGE = "metadata_invalid", "metadata_issuer_mismatch", "response_too_large"
UNREACHABLE = "provider_unreachable"
# A frame with settings, as a server of HTTP/2 begins.
HTTP_2 = bytes.fromhex("000006040000000000000300000064")


def metadata(change):
    return lambda provider: provider.metadata(change)


def answer(**reply):
    return lambda provider: provider.respond("metadata", Reply(**reply))


def issuer(bend):
    return metadata(lambda m: m.update(issuer=bend(m["issuer"])))


ENDPOINTS = ["authorization_endpoint", "token_endpoint", "jwks_uri"]
JUNK = [
    None, 1, True, [], {}, "", "relative", "/absolute/path", "//127.0.0.1/x", "javascript:alert(1)", "file:///etc/passwd",
    "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://", "http:///x", "http://user@127.0.0.1/", "http://a:b@127.0.0.1/",
    "http://127.0.0.1/#fragment", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/ x", "http://127.0.0.1\\@evil.example/",
    "http://127.0.0.1:99999/", "http://127.0.0.1:0x50/", "http://192.0.2.1/", "http://example.com/", "http://2130706433/",
    "http://0x7f000001/", "http://127.1/", "http://localhost.evil.example/", "http://[::ffff:192.0.2.1]/",
    "http://127.0.0.1.nip.io/", "HTTP//127.0.0.1/", "http://localhost:80@evil.example/", "http://\u2460.example/",
    "http://127.0.0.1/" + "x" * 5000,
]  # fmt: skip

BAD = [
    case("C36 oidcc-client-test-discovery-issuer-mismatch", MISMATCH, issuer(lambda s: s + "INVALID")),
    case("C36 issuer with two slashes", MISMATCH, issuer(lambda s: s + "//")),
    case("C36 issuer in capitals", MISMATCH, issuer(str.upper)),
    case("C36 issuer truncated", MISMATCH, issuer(lambda s: s[:-1])),
    case("C36 issuer of another provider", MISMATCH, issuer(lambda s: s.rpartition("/")[0] + "/safe")),
    case("C36 issuer https", MISMATCH, issuer(lambda s: s.replace("http:", "https:"))),
    case("C36 issuer empty", {METADATA, MISMATCH}, issuer(lambda _: "")),
    *(case(f"C36 issuer {value!r}", METADATA, metadata({"issuer": value})) for value in (None, 1, [])),
    case("C36 issuer missing", METADATA, metadata({"issuer": REMOVE})),
    case("C38 authorization_endpoint missing", METADATA, metadata({"authorization_endpoint": REMOVE})),
    case("C38 token_endpoint missing", METADATA, metadata({"token_endpoint": REMOVE})),
    case("C38 jwks_uri missing", METADATA, metadata({"jwks_uri": REMOVE})),
    case("D52 PKCE only plain", METADATA, metadata({"code_challenge_methods_supported": ["plain"]})),
    case("C38 auth methods not a list", METADATA,
         metadata({"token_endpoint_auth_methods_supported": "client_secret_basic"})),
    case("C40 HTML", METADATA, answer(body="<html>maintenance</html>")),
    case("C40 204", "provider_status", answer(status=204)),
    case("C40 404", "provider_status", answer(status=404)),
    case("C40 500 with metadata", "provider_status",
         lambda p: p.respond("metadata", Reply(500, p.default_metadata()))),
    case("C40 206 with metadata", "provider_status",
         lambda p: p.respond("metadata", Reply(206, p.default_metadata()))),
    case("C40 empty", METADATA, answer(body=b"")),
    case("C40 a list", METADATA, metadata(lambda m: [m])),
    case("C40 not UTF-8", METADATA, answer(body=b'{"issuer":"\xff"}')),
    case("C40 trailing bytes", METADATA, lambda p: p.respond("metadata", Reply(body=b"{}{}"))),
    case("C40 issuer twice", METADATA, answer(body=b'{"issuer":"a","issuer":"b"}')),
    case("C40 3 MB", TOO_LARGE, metadata({"x": "y" * 3_000_000})),
    case("C40 3 MB without a length", TOO_LARGE, answer(raw=b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 3_000_000)),
    case("C40 1,000 deep", METADATA, answer(body=b'{"x":' + b"[" * 1000 + b"]" * 1000 + b"}")),
    case("C40 gzip bomb", {TOO_LARGE, METADATA, UNREACHABLE},
         answer(body=gzip.compress(b" " * 30_000_000), headers={"Content-Encoding": "gzip"})),
    case("C40 gzip in gzip", {TOO_LARGE, METADATA, UNREACHABLE},
         answer(body=gzip.compress(gzip.compress(b" " * 30_000_000)), headers={"Content-Encoding": "gzip, gzip"})),
    case("E66 no status line", {UNREACHABLE, METADATA}, answer(raw=b"hello\r\n\r\n")),
    case("E66 HTTP/0.9", {UNREACHABLE, METADATA}, answer(raw=b'{"issuer":"x"}')),
    case("E66 HTTP/2", {UNREACHABLE, METADATA}, answer(raw=HTTP_2)),
    case("E66 HTTP/2 by an upgrade", {UNREACHABLE, METADATA, "provider_status"},
         answer(raw=b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + HTTP_2)),
    case("E66 1 MB header", {TOO_LARGE, UNREACHABLE},
         answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n{}")),
    case("E66 20,000 headers", {TOO_LARGE, UNREACHABLE},
         answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n{}")),
    case("E66 100 Continue without end", {TOO_LARGE, UNREACHABLE},
         answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000)),
    case("E66 shorter than Content-Length", UNREACHABLE,
         answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}")),
    case("E66 chunked and cut", UNREACHABLE,
         answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{")),
    case("E66 huge chunk", {UNREACHABLE, TOO_LARGE, METADATA},
         answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n{}")),
    case("E65 reset in the body", UNREACHABLE, answer(body=b"{" + b" " * 1000, cut=10)),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), BAD)
def test_metadata(new_victim, bend, codes):
    victim = new_victim()
    bend(victim.provider)
    victim.refuses_to_begin(codes)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_c38_junk_instead_of_an_endpoint(new_victim, endpoint):
    """All in one host: bad metadata is not cached, so each value is looked at."""
    victim = new_victim()
    for value in JUNK:
        victim.provider.behave()
        victim.provider.metadata({endpoint: value})
        victim.site.host.log_path.write_text("")
        page = victim.site.begin(victim.browser())
        assert page.code == METADATA, f"{endpoint} = {value!r}: {page.status} {page.code} {page.header('Location')}"
        victim.refuses(page, METADATA, named=False)


@pytest.mark.parametrize("value", ["", "relative", "http://example.com/", "http://127.1/", 1])
def test_c38_junk_instead_of_the_userinfo_endpoint(new_victim, value):
    victim = new_victim(userinfo=True)
    victim.provider.metadata({"userinfo_endpoint": value})
    victim.refuses_login(METADATA, token_requests=0)


GOOD = [
    *(case(f"C38 userinfo_endpoint {value!r}, which is not used", None, metadata({"userinfo_endpoint": value}))
      for value in (None, "", "relative", "http://example.com/", 1)),
    case("oidcc-client-test-discovery-openid-config", None,
         metadata({"x": [1], "grant_types_supported": ["implicit"]})),
    case("D52 PKCE not mentioned", None, metadata({"code_challenge_methods_supported": REMOVE})),
    case("C38 userinfo_endpoint missing", None, metadata({"userinfo_endpoint": REMOVE})),
    case("C40 gzip that nobody asked for", None, lambda p: p.respond("metadata", Reply(
        body=gzip.compress(Reply(body=p.default_metadata()).payload()), headers={"Content-Encoding": "gzip"}))),
    case("C40 plain text", None,
         lambda p: p.respond("metadata", Reply(body=p.default_metadata(), headers={"Content-Type": "text/plain"}))),
    case("C40 byte-wise chunks", None, lambda p: p.respond("metadata", Reply(raw=chunked(p)))),
]  # fmt: skip


def chunked(provider) -> bytes:
    body = Reply(body=provider.default_metadata()).payload()
    pieces = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n"


@pytest.mark.parametrize(("bend", "codes"), GOOD)
def test_good_metadata(new_victim, bend, codes):
    victim = new_victim()
    bend(victim.provider)
    victim.accepts_login()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("endpoint", ["metadata", "jwks"])
def test_c40_redirects_are_not_followed(new_victim, endpoint, status):
    victim = new_victim()
    sink = Sink(
        Reply(body=victim.provider.keys.jwk_set() if endpoint == "jwks" else victim.provider.default_metadata())
    )
    try:
        victim.provider.respond(endpoint, Reply(status, b"", {"Location": sink.origin + "/x"}))
        if endpoint == "metadata":
            victim.refuses_to_begin("provider_status")
        else:
            victim.refuses_login("provider_status")
        assert sink.requests == []
    finally:
        sink.close()


@pytest.mark.conformance("oidcc-client-test-discovery-jwks-uri-keys")
def test_jwks_uri_is_where_the_metadata_says(new_victim):
    victim = new_victim()
    sink = Sink(Reply(body=victim.provider.keys.jwk_set()))
    try:
        victim.provider.metadata({"jwks_uri": sink.origin + "/elsewhere?x=1"})
        victim.accepts_login()
        assert victim.provider.polite or [request.path for request in sink.requests] == ["/elsewhere?x=1"]
    finally:
        sink.close()


def test_c36_bad_metadata_is_not_cached(new_victim):
    victim = new_victim()
    victim.provider.metadata({"issuer": "https://evil.example"})
    victim.refuses_to_begin(MISMATCH)
    victim.provider.behave()
    victim.accepts_login()


def test_bad_metadata_does_not_replace_good(new_victim):
    """A provider whose metadata changes into something bad: the good copy serves until its time is over."""
    victim = new_victim(own_clock=True).warm()
    victim.provider.metadata({"token_endpoint": "http://evil.example/"})
    victim.site.wait(2 * 3600)
    victim.accepts_login()


def test_issuer_by_configuration(start, new_provider):
    """`issuer` allows metadata at another place; it has to be that issuer's all the same."""
    provider = new_provider("one")
    site = start(provider, more={"default": {"issuer": provider.issuer}})
    site.log_in(site.browser())
    provider.requests.clear()
    other = start({"default": provider, "safe": new_provider()}, more={"default": {"issuer": provider.issuer + "x"}})
    Victim(other).refuses_to_begin(MISMATCH)


def test_unreachable_provider(new_victim):
    victim = new_victim()
    server = Sink()
    server.close()  # nobody listens there now
    victim.provider.metadata({"token_endpoint": server.origin + "/token"})
    if not victim.provider.polite:
        victim.refuses(victim.login(), UNREACHABLE)
        with pytest.raises(OSError):
            http.client.HTTPConnection("127.0.0.1", server.port).connect()
