"""Requests that two servers could read in two ways, and those that are too large or too slow."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from gateway_under_test import PATIENCE, Gateway

pytest_plugins = ["gateway_fixtures"]

SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: app.localhost:81\r\n\r\n"


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer.split(b" ")[1])


def request(*lines: str, body: str = "", method: str = "POST", target: str = "/static/x") -> str:
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", body])


HOST = "Host: app.localhost:81"
AMBIGUOUS = {
    "length and chunks": [HOST, "Content-Length: 6", "Transfer-Encoding: chunked"],
    "chunks and length": [HOST, "Transfer-Encoding: chunked", "Content-Length: 6"],
    "two lengths": [HOST, "Content-Length: 6", "Content-Length: 0"],
    "the same length twice": [HOST, "Content-Length: 6", "Content-Length: 6"],
    "list of lengths": [HOST, "Content-Length: 6, 6"],
    "signed length": [HOST, "Content-Length: +6"],
    "hexadecimal length": [HOST, "Content-Length: 0x6"],
    "length too large for anybody": [HOST, "Content-Length: 99999999999999999999999999"],
    "coding that is not chunked": [HOST, "Transfer-Encoding: xchunked"],
    "chunked twice": [HOST, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    "chunked before another": [HOST, "Transfer-Encoding: chunked, identity"],
    "another before chunked": [HOST, "Transfer-Encoding: gzip, chunked"],
    "coding behind a vertical tab": [HOST, "Transfer-Encoding:\x0bchunked"],
    "space before the colon": [HOST, "Transfer-Encoding : chunked"],
    "folded header": [HOST, "X-Other: a\r\n Transfer-Encoding: chunked", "Content-Length: 0"],
    "folded coding": [HOST, "Transfer-Encoding:\r\n chunked"],
    "header without a colon": [HOST, "Transfer-Encoding chunked", "Content-Length: 0"],
    "bare carriage return": [HOST, "X-Other: a\rTransfer-Encoding: chunked", "Content-Length: 0"],
    "NUL in a header": [HOST, "X-Other: a\x00b", "Content-Length: 0"],
    "empty name": [HOST, ": x", "Content-Length: 0"],
    "two hosts": [HOST, "Host: other.example", "Content-Length: 0"],
    "no host": ["Content-Length: 0"],
    "host with a path": ["Host: app.localhost/x", "Content-Length: 0"],
    "host with a user": ["Host: a@app.localhost", "Content-Length: 0"],
    "empty host": ["Host:", "Content-Length: 0"],
    "tab in Connection": [HOST, "Connection: close,\tUpgrade", "Content-Length: 0"],
}


@pytest.mark.parametrize("lines", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_ambiguous_request(guarded, app, lines):
    before = len(app.seen)
    answer = guarded.send(request(*lines, body="0\r\n\r\n" + SMUGGLED))
    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1") == 1
    assert len(app.seen) == before


CHUNKS = {
    "no number": "x\r\nabc\r\n0\r\n\r\n",
    "negative": "-1\r\nabc\r\n0\r\n\r\n",
    "0x": "0x3\r\nabc\r\n0\r\n\r\n",
    "too large": "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "longer than said": "3\r\nabcdef\r\n0\r\n\r\n",
    "line feed alone": "3\nabc\n0\n\n",
    "carriage return alone": "3\rabc\r0\r\r",
    "space": "3 \r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=CHUNKS.keys())
def test_bad_chunks(guarded, app, chunks):
    before = len(app.seen)
    answer = guarded.send(request(HOST, "Transfer-Encoding: chunked", body=chunks + SMUGGLED))
    assert answer == b"" or status(answer) in (400, 502)
    assert all(seen["target"] != "/smuggled" for seen in app.seen[before:])
    assert answer.count(b"HTTP/1.1") <= 1


@pytest.mark.parametrize(
    "target",
    [
        "/static/../secret",
        "/static/./x",
        "/static/%2e%2e/secret",
        "/static/%2E%2e/secret",
        "/static/.%2e/secret",
        "/static/..;/secret",
        "/static/..%3bx/secret",
        "/static/..%2fsecret",
        "/static/..\\secret",
        "/static/..%5csecret",
        "/static/%00",
        "/static/%0d%0aX-Forwarded-User:root",
        "/static/%",
        "/static/%2",
        "/static/%zz",
        "/static/%u002e%u002e/secret",
        "/static/%2e%2",
        "/static/\u00e4",
        "/secret#/static/x",
        "http://app.localhost:81/static/x",
        "//app.localhost:81\\@evil.example/static/x",
        "*",
        "static/x",
        "/..",
    ],
)
def test_ambiguous_path(guarded, app, target):
    """oauth2-proxy, CVE-2025-54576, and its allowed paths with fragments and encodings."""
    before = len(app.seen)
    assert status(guarded.send(request(HOST, "Connection: close", method="GET", target=target))) == 400
    assert len(app.seen) == before


@pytest.mark.parametrize(
    "target",
    [
        "/static/%252e%252e/secret",
        "/healthz",
        "/health/",
        "/health/x",
        "/HEALTH",
        "/x/health",
        "/?/health",
        "/static",
        "/staticx",
        "/health%3fx",
        "/health;x",
    ],
)
def test_what_only_resembles_an_open_path(guarded, app, target):
    """oauth2-proxy's rules were regular expressions without anchors: whatever contained one was open."""
    before = len(app.seen)
    assert status(guarded.send(request(HOST, "Connection: close", method="GET", target=target))) == 401
    assert len(app.seen) == before


@pytest.mark.parametrize("agent", ["GoogleHC/1.0", "GoogleHC/1.0 (+x)", "kube-probe/1.30", "ELB-HealthChecker/2.0"])
@pytest.mark.parametrize("target", ["/", "/secret", "/ping", "/metrics"])
def test_health_check_by_user_agent(guarded, app, agent, target):
    """oauth2-proxy, CVE-2026-34457: the user agent of a health check opened every page."""
    before = len(app.seen)
    answer = guarded.send(request(HOST, "Connection: close", f"User-Agent: {agent}", method="GET", target=target))
    assert status(answer) == 401
    assert len(app.seen) == before


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_methods_that_lead_elsewhere(guarded, app, method):
    before = len(app.seen)
    target = "app.localhost:81" if method == "CONNECT" else "/static/x"
    assert status(guarded.send(request(HOST, "Connection: close", method=method, target=target))) in (400, 405)
    assert len(app.seen) == before


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/..//evil.example",
        "https:evil.example",
        "http://app.localhost:81@evil.example/",
        "javascript:alert(1)",
        "/auth/login",
    ],
)
def test_open_redirect(guarded, target):
    """oauth2-proxy, CVE-2020-4037, CVE-2020-5233, CVE-2021-21291 and others: rd= led to another site."""
    from urllib.parse import quote, urlsplit

    page = guarded.browser().open(guarded.url(f"/auth/login?return_to={quote(target, safe='')}"))
    assert page.status == 200
    last = urlsplit(page.url)
    assert f"{last.scheme}://{last.netloc}" == guarded.public
    for step in page.history:
        assert "evil.example" not in urlsplit(step.target).netloc


@pytest.mark.parametrize(
    "address",
    [
        "ada@evil.example@example.org",
        '"ada@evil.example"@example.org',
        "ada@example.org@evil.example",
        "ada@example.org.evil.example",
        "ada@evil-example.org",
    ],
)
def test_several_at_in_an_address(start_gateway, provider, app, address):
    """oauth2-proxy, CVE-2026-40574: the domain of an address with several @."""
    provider.id_token(claims={"email": address, "email_verified": True})
    gateway = start_gateway(provider, app, allowed_domains=["example.org"])
    before = len(app.seen)
    page = gateway.browser().open(gateway.url("/"))
    provider.behave()
    assert (page.status, page.code) == (403, "user_not_allowed")
    assert len(app.seen) == before


class TestTooMuch:
    def test_long_head(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"max_head": 8192}, open_paths=["/health"])
        before = len(app.seen)
        one = request(HOST, f"X-Long: {'x' * 9000}", method="GET", target="/health")
        many = request(HOST, *[f"X-{n}: {'x' * 100}" for n in range(90)], method="GET", target="/health")
        endless = b"GET /health HTTP/1.1\r\nX-Long: " + b"x" * 100_000
        for text in (one, many, endless):
            assert status(gateway.send(text)) == 400
        assert len(app.seen) == before

    def test_many_headers(self, guarded):
        lines = [f"X-{number}: 1" for number in range(1000)]
        assert status(guarded.send(request(HOST, *lines, method="GET", target="/health"))) == 400

    def test_connections(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"max_connections": 2}, open_paths=["/health"])
        with contextlib.ExitStack() as open_ones:
            for _ in range(2):
                one = open_ones.enter_context(socket.create_connection(("127.0.0.1", gateway.port), PATIENCE))
                one.sendall(request(HOST, method="GET", target="/health").encode())
                assert one.recv(65536).startswith(b"HTTP/1.1 200")
            third = open_ones.enter_context(socket.create_connection(("127.0.0.1", gateway.port), PATIENCE))
            with contextlib.suppress(ConnectionResetError):
                assert third.recv(1) == b""

    def test_long_login_form(self, guarded):
        lines = [HOST, "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"]
        body = "a=" + "x" * 100_000
        answer = guarded.send(
            request(*lines, f"Content-Length: {len(body)}", "Connection: close", body=body, target="/auth/logout")
        )
        assert status(answer) in (400, 413)


class TestTooSlow:
    """Each ends by a deadline of the gateway's: the test waits for that, and for nothing else."""

    @staticmethod
    def drip(gateway: Gateway, text: bytes) -> float:
        """Sends a byte now and then until the other side has had enough; how long that took."""
        start = time.monotonic()
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
            connection.settimeout(0.05)
            for byte in text:
                # What is still on its way when the gateway closes makes it a reset.
                try:
                    with contextlib.suppress(TimeoutError):
                        if connection.recv(65536) == b"":
                            return time.monotonic() - start
                    connection.sendall(bytes([byte]))
                except OSError:
                    return time.monotonic() - start
        raise AssertionError("the gateway waits for ever")

    def test_head(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"head_timeout": "500ms"})
        assert self.drip(gateway, b"GET / HTTP/1.1\r\n" + b"X-Slow: 1\r\n" * 50) < 5

    def test_nothing(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"head_timeout": "500ms"})
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
            assert connection.recv(1) == b""

    def test_next_request(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"idle_timeout": "500ms"}, open_paths=["/health"])
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
            connection.sendall(request(HOST, method="GET", target="/health").encode())
            received = b""
            while part := connection.recv(65536):
                received += part
        assert received.startswith(b"HTTP/1.1 200")

    def test_body(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"idle_timeout": "500ms"}, open_paths=["/hash"])
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
            connection.sendall(request(HOST, "Content-Length: 10", target="/hash").encode() + b"12345")
            while connection.recv(65536):
                pass
