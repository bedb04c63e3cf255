"""`stauth serve` for nginx, Caddy, HAProxy and Traefik, set up as docs/gateway.md says."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from browser import Browser
from front_servers_of_the_gateway import documented, front
from gateway_under_test import PATIENCE, PUBLIC, App, Gateway, seen_headers, send, wait_until
from hosts import free_port

pytest_plugins = ["gateway_fixtures"]

FRONTS = ["nginx", "caddy", "haproxy", "traefik"]


@dataclass
class Site:
    name: str
    port: int
    gateway: Gateway
    app: App

    def browser(self) -> Browser:
        return Browser(routes={PUBLIC: self.port})

    def ask(self, target: str, *lines: str, method: str = "GET") -> bytes:
        head = [f"{method} {target} HTTP/1.1", "Host: app.localhost:81", "Connection: close", *lines, "", ""]
        return send(self.port, "\r\n".join(head))


@pytest.fixture(scope="module", params=FRONTS)
def site(request, tmp_path_factory, provider, app) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("front")
    provider.id_token(claims={"email": "ada@example.org", "email_verified": True, "groups": ["staff"]})
    gateway = Gateway(folder, provider, open_paths=["/health", "/static/"])
    port = free_port()
    with front(request.param, port, gateway.port, app.port):
        yield Site(request.param, port, gateway, app)
    gateway.stop()
    provider.behave()


@pytest.fixture(scope="module")
def cookie(site: Site) -> str:
    browser = site.browser()
    page = browser.open(PUBLIC + "/")
    assert page.status == 200, f"{page.status} {page.text[:500]}\n{site.gateway.log()[-1500:]}"
    return site.gateway.cookie(browser)


def seen(answer: bytes) -> dict:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), answer[:500]
    if b"chunked" in head.lower():
        body = body.partition(b"\r\n")[2].rpartition(b"\r\n0\r\n")[0]
    return json.loads(body)


def test_page_leads_to_the_login_and_back(site, provider):
    page = site.browser().open(PUBLIC + "/reports?q=%2F1&r=2")
    assert page.status == 200, page.text[:300]
    found = json.loads(page.body)
    assert found["target"] == "/reports?q=%2F1&r=2"
    assert any(step.url.startswith(provider.issuer) for step in page.history)
    assert seen_headers(found, "X-Forwarded-User") == [f"user-of-{provider.name}"]
    assert seen_headers(found, "X-Forwarded-Email") == ["ada@example.org"]
    assert seen_headers(found, "X-Forwarded-Groups") == ["staff"]


def test_logout(site):
    browser = site.browser()
    browser.open(PUBLIC + "/")
    assert browser.open(PUBLIC + "/x", follow=False).status == 200
    browser.open(PUBLIC + "/auth/logout").submit("/auth/logout", {}, follow=False)
    assert browser.open(PUBLIC + "/x", follow=False).status == 302


def test_program_gets_401(site, app):
    before = len(app.seen)
    assert site.ask("/reports").startswith(b"HTTP/1.1 401")
    assert site.ask("/reports", "Content-Length: 0", method="POST").startswith(b"HTTP/1.1 401")
    assert len(app.seen) == before


@pytest.mark.parametrize("target", ["/health", "/static/a.css?x=1"])
def test_open_paths(site, target):
    assert seen(site.ask(target))["target"] == target


@pytest.mark.parametrize(
    "lines",
    [
        ["X-Forwarded-Uri: /health"],
        ["X-Forwarded-Uri: /static/x", "X-Forwarded-Uri: /health"],
        ["x-forwarded-uri: /health", "X-Forwarded-Method: OPTIONS"],
        ["X-Forwarded-Method: OPTIONS", "Origin: https://evil.example", "Access-Control-Request-Method: GET"],
        ["X-Original-Uri: /health", "X-Original-Url: /health", "X-Rewrite-Url: /health"],
        ["X_Forwarded_Uri: /health"],
        ["X-Auth-Request-Redirect: /health"],
        ["Connection: close, X-Forwarded-Uri, X-Forwarded-Method"],
    ],
)
def test_what_the_browser_says_of_the_page_does_not_count(site, app, lines):
    """oauth2-proxy, CVE-2025-54576 and its like: X-Forwarded-Uri of the client's own chose the rule."""
    before = len(app.seen)
    status = int(site.ask("/secret", *lines).split(b" ")[1])
    assert status in (401, 403, 400)
    assert len(app.seen) == before


SPELLINGS = [
    "X-Forwarded-User",
    "X_Forwarded_User",
    "X-Forwarded_User",
    "x_forwarded-user",
    "x-forwarded-email",
    "X-Forwarded_Email",
    "X-Forwarded-Groups",
    "X-FORWARDED_GROUPS",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Preferred_Username",
    "X-Forwarded-Access-Token",
    "X-Forwarded_Access-Token",
    "X-Forwarded-Jwt",
    "X-Forwarded_Jwt",
    "SCRIPT_NAME",
]


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("target", ["/health", "/page"])
def test_inbound_copies_are_removed(site, cookie, name, target):
    if site.name == "traefik" and "_" in name:
        pytest.skip("Traefik cannot remove them: docs/gateway.md says what to do instead")
    lines = [f"{name}: root"] + ([f"Cookie: {cookie}"] if target == "/page" else [])
    assert "root" not in [value for _, value in seen(site.ask(target, *lines))["headers"]]


def test_caddy_removes_identity_before_it_asks():
    """GHSA-7r4p-vjf4-gxv4: Caddy from 2.10 to 2.11.1 copies no empty header, and leaves that of the client."""
    lines = [line.strip() for line in documented("caddyfile").splitlines()]
    guarded = lines[lines.index("route {") : lines.index("reverse_proxy 127.0.0.1:8000") + 1]
    asks = next(number for number, line in enumerate(guarded) if line.startswith("forward_auth"))
    removed = {line.split(" -")[1] for line in guarded[:asks] if line.startswith("request_header -")}
    copied = next(line for line in guarded if line.startswith("copy_headers")).split()[1:]
    assert {"*_*", *copied} <= removed


def test_place_is_not_the_browsers_to_say(site):
    lines = ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "X-Forwarded-For: 192.0.2.1"]
    found = seen(site.ask("/health", *lines))
    assert seen_headers(found, "X-Forwarded-Host") == ["app.localhost:81"]
    assert seen_headers(found, "X-Forwarded-Proto") == ["http"]
    assert seen_headers(found, "X-Forwarded-For") == ["127.0.0.1"]


def test_forged_preflight(site, app):
    before = len(app.seen)
    lines = ["Origin: https://evil.example", "Access-Control-Request-Method: PUT"]
    assert site.ask("/secret", *lines, method="OPTIONS").startswith(b"HTTP/1.1 401")
    assert len(app.seen) == before


def test_question_that_is_too_long(site, app):
    """HAProxy goes on if a Lua action fails, such as when the question does not fit into its buffer."""
    before = len(app.seen)
    lines = ["Host: " + "a" * 16000, "Connection: close", *[f"X-Long-{number}: {'x' * 8000}" for number in range(5)]]
    answer = send(site.port, "\r\n".join(["GET /secret HTTP/1.1", *lines, "", ""]))
    assert len(app.seen) == before
    assert int(answer.split(b" ")[1]) >= 400


class TestWebSocket:
    @staticmethod
    def ask(site: Site, cookie: str, origin: str) -> bytes:
        lines = ["GET /ws HTTP/1.1", "Host: app.localhost:81", "Connection: Upgrade", "Upgrade: websocket"]
        lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        lines += [f"Cookie: {cookie}", f"Origin: {origin}", "", ""]
        with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as connection:
            connection.sendall("\r\n".join(lines).encode())
            return connection.recv(65536)

    def test_from_a_page_of_the_site(self, site, cookie):
        if site.name == "traefik":
            pytest.skip("what stands for Traefik has no WebSockets")
        assert self.ask(site, cookie, PUBLIC).startswith(b"HTTP/1.1 101")

    def test_from_a_page_of_another_site(self, site, app, cookie):
        before = len(app.seen)
        assert self.ask(site, cookie, "https://evil.example").startswith(b"HTTP/1.1 401")
        assert len(app.seen) == before


@pytest.mark.parametrize("name", ["nginx", "haproxy"])
def test_renewal_is_not_cached(start_gateway, provider, app, name):
    gateway = start_gateway(provider, idle_timeout="2s")
    port = free_port()
    with front(name, port, gateway.port, app.port):
        site = Site(name, port, gateway, app)
        browser = site.browser()
        assert browser.open(PUBLIC + "/").status == 200
        lines = f"Cookie: {gateway.cookie(browser)}"
        plain = site.ask("/cached", lines).lower()
        assert b"private" not in plain.partition(b"\r\n\r\n")[0] or b"set-cookie: stauth_" in plain
        answers = [b""]

        def renewed() -> bool:
            answers.append(site.ask("/cached", lines).partition(b"\r\n\r\n")[0].lower())
            return b"\r\nset-cookie: stauth_" in answers[-1]

        wait_until(renewed, "a renewal")
        assert b"\r\ncache-control: private" in answers[-1]


def test_server_before_the_proxy_says_the_place(start_gateway, provider, app):
    """As a proxy, the gateway believes the server in front of it, which must not pass on what the browser says."""
    gateway = start_gateway(provider, app, open_paths=["/health", "/ws"])
    port = free_port()
    with front("nginx before the proxy", port, gateway.port, 0):
        site = Site("nginx", port, gateway, app)
        lines = ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "X-Forwarded-For: 192.0.2.1"]
        found = seen(site.ask("/health", *lines))
        assert seen_headers(found, "X-Forwarded-Host") == ["app.localhost:81"]
        assert seen_headers(found, "X-Forwarded-Proto") == ["http"]
        assert seen_headers(found, "X-Forwarded-For") == ["127.0.0.1, 127.0.0.1"]
        assert TestWebSocket.ask(site, "x=1", PUBLIC).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("path", ["/auth/verify", "/auth/forward"])
def test_browsers_do_not_get_the_answers_for_servers(site, cookie, path):
    if site.name == "traefik":
        pytest.skip("its router is only documented")
    assert site.ask(path, f"Cookie: {cookie}", "X-Forwarded-Uri: /page").startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    "target", ["/static/../secret", "/static/%2e%2e/secret", "/static/..%2fsecret", "/static/..;/secret"]
)
def test_way_out_of_an_open_folder(site, app, target):
    before = len(app.seen)
    assert site.ask(target).split(b" ")[1] in (b"400", b"401", b"403", b"404", b"500", b"301", b"308")
    assert [request["target"] for request in app.seen[before:]] == []


def question(gateway: Gateway, path: str, *lines: str) -> bytes:
    return gateway.send("\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""]))


class TestAnswersForServers:
    def test_stranger_gets_no_answer(self, start_gateway, provider):
        gateway = start_gateway(provider, gateway={"trusted_proxies": ["198.51.100.0/24", "2001:db8::/32"]})
        for path in ("/auth/verify", "/auth/forward"):
            assert question(gateway, path, "X-Forwarded-Uri: /").startswith(b"HTTP/1.1 403")

    def test_page_must_be_named_once(self, start_gateway, provider):
        gateway = start_gateway(provider, open_paths=["/health", "/x"])
        for path in ("/auth/verify", "/auth/forward"):
            assert question(gateway, path, "X-Forwarded-Uri: /health").startswith(b"HTTP/1.1 200")
            for lines in (
                [],
                ["X-Forwarded-Uri: /health", "X-Forwarded-Uri: /x"],
                ["X-Forwarded-Uri: /secret#/health"],
                ["X-Forwarded-Uri: /a/../health"],
                ["X-Forwarded-Uri: http://x/health"],
                ["X-Forwarded-Uri: /health", "X-Forwarded-Method: GET", "X-Forwarded-Method: POST"],
            ):
                assert question(gateway, path, *lines).startswith(b"HTTP/1.1 403"), lines

    def test_verify_names_the_login_for_pages(self, start_gateway, provider):
        gateway = start_gateway(provider)
        lines = ["X-Forwarded-Uri: /a?b=c", "Accept: text/html"]
        page = question(gateway, "/auth/verify", *lines)
        assert page.startswith(b"HTTP/1.1 401")
        assert b"X-Auth-Request-Redirect: /auth/login?return_to=%2Fa%3Fb%3Dc" in page
        assert b"X-Auth-Request-Redirect" not in question(gateway, "/auth/verify", "X-Forwarded-Uri: /a")

    def test_verify_begins_and_ends_nothing(self, start_gateway, provider):
        gateway = start_gateway(provider)
        for path in ("/auth/login", "/auth/logout", "/oauth2callback?code=1&state=2"):
            answer = question(gateway, "/auth/verify", f"X-Forwarded-Uri: {path}", "Accept: text/html")
            assert answer.startswith(b"HTTP/1.1 403")
            assert b"Set-Cookie" not in answer

    def test_session_is_renewed(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"forward_auth": True}, idle_timeout="2s")
        browser = gateway.browser()
        gateway.log_in(browser)
        cookie = gateway.cookie(browser)
        lines = ["X-Forwarded-Uri: /a", f"Cookie: {cookie}"]
        wait_until(lambda: b"\r\nSet-Cookie: stauth_" in question(gateway, "/auth/verify", *lines), "a renewal")
