"""`stauth serve` for nginx, Caddy, HAProxy and Traefik, set up as docs/gateway.md says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from browser import Browser
from front_servers_of_the_gateway import front
from gateway_under_test import PUBLIC, App, Gateway, seen_headers, send, wait_until
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


@pytest.mark.parametrize("name", ["X-Forwarded-User", "X_Forwarded_User", "x-forwarded-email", "X-Forwarded-Groups"])
@pytest.mark.parametrize("target", ["/health", "/page"])
def test_inbound_copies_are_removed(site, cookie, name, target):
    if (site.name, name) == ("traefik", "X_Forwarded_User"):
        pytest.skip("what stands for Traefik here passes it on")
    lines = [f"{name}: root"] + ([f"Cookie: {cookie}"] if target == "/page" else [])
    assert "root" not in [value for _, value in seen(site.ask(target, *lines))["headers"]]


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
        gateway = start_gateway(provider, gateway={"trusted_proxies": ["192.0.2.0/24", "2001:db8::/32"]})
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
        gateway = start_gateway(provider, app, idle_timeout="2s")
        browser = gateway.browser()
        gateway.log_in(browser)
        cookie = gateway.cookie(browser)
        lines = ["X-Forwarded-Uri: /a", f"Cookie: {cookie}"]
        wait_until(lambda: b"\r\nSet-Cookie: stauth_" in question(gateway, "/auth/verify", *lines), "a renewal")
