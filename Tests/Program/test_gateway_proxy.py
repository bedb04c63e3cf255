"""`stauth serve` as a proxy: who gets through, what the app sees, and what comes back."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from gateway_under_test import BURST, PATIENCE, App, Gateway, accept, seen_headers, wait_until

pytest_plugins = ["gateway_fixtures"]


@pytest.fixture(scope="module")
def cookie(guarded: Gateway) -> str:
    """That of a signed-in user."""
    browser = guarded.browser()
    guarded.log_in(browser)
    return guarded.cookie(browser)


def ask(guarded: Gateway, target: str, *lines: str, method: str = "GET", body: str = "") -> bytes:
    head = [f"{method} {target} HTTP/1.1", "Host: app.localhost:81", "Connection: close", *lines, "", ""]
    return guarded.send("\r\n".join(head) + body)


def echo(answer: bytes) -> dict:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), answer[:500]
    if b"chunked" in head.lower():
        body = body.partition(b"\r\n")[2].rpartition(b"\r\n0\r\n")[0]
    return json.loads(body)


class TestWhoGetsThrough:
    def test_page_leads_to_the_login_and_back(self, guarded, provider):
        page = guarded.browser().open(guarded.url("/reports?q=%2F1"))
        assert page.status == 200
        assert json.loads(page.body)["target"] == "/reports?q=%2F1"
        assert any(step.url.startswith(provider.issuer) for step in page.history)

    def test_program_gets_401(self, guarded):
        assert ask(guarded, "/reports").startswith(b"HTTP/1.1 401")
        assert ask(guarded, "/reports", method="POST", body="").startswith(b"HTTP/1.1 401")

    @pytest.mark.parametrize("target", ["/health", "/health?x=1", "/static/a.css", "/static/a/b"])
    def test_open_paths(self, guarded, target):
        answer = echo(ask(guarded, target))
        assert answer["target"] == target
        assert seen_headers(answer, "X-Forwarded-User") == [""]

    def test_logout_ends_it(self, guarded):
        browser = guarded.browser()
        guarded.log_in(browser)
        page = browser.open(guarded.url("/auth/logout"))
        page = page.submit("/auth/logout", {}, follow=False)
        assert page.status in (302, 303)
        assert browser.open(guarded.url("/x"), follow=False).status == 302

    def test_websocket_of_a_stranger(self, guarded, app):
        before = len(app.seen)
        lines = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"]
        head = ["GET /ws HTTP/1.1", "Host: app.localhost:81", *lines, "", ""]
        assert guarded.send("\r\n".join(head)).startswith(b"HTTP/1.1 401")
        assert len(app.seen) == before

    def test_websocket_from_a_page_of_another_site(self, guarded, cookie):
        lines = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"]
        lines += ["Origin: https://evil.example", f"Cookie: {cookie}"]
        head = ["GET /ws HTTP/1.1", "Host: app.localhost:81", *lines, "", ""]
        assert guarded.send("\r\n".join(head)).startswith(b"HTTP/1.1 401")

    def test_forged_preflight(self, guarded, app):
        """A preflight says nothing of who sends it, and any program can send one."""
        before = len(app.seen)
        lines = ["Origin: https://evil.example", "Access-Control-Request-Method: PUT"]
        assert ask(guarded, "/secret", *lines, method="OPTIONS").startswith(b"HTTP/1.1 401")
        assert len(app.seen) == before

    def test_preflights_by_a_key(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"pass_preflights": True})
        lines = ["Origin: https://other.example", "Access-Control-Request-Method: PUT"]
        assert echo(ask(gateway, "/page", *lines, method="OPTIONS"))["method"] == "OPTIONS"
        assert ask(gateway, "/page", lines[0], method="OPTIONS").startswith(b"HTTP/1.1 401")

    @pytest.mark.parametrize("path", ["/auth/verify", "/auth/forward"])
    def test_answers_for_servers_only_by_a_key(self, guarded, start_gateway, provider, app, cookie, path):
        """The server in front is trusted, and so is what comes through it: a script could read the user's token."""
        lines = [f"Cookie: {cookie}", "X-Forwarded-Uri: /page"]
        assert ask(guarded, path, *lines).startswith(b"HTTP/1.1 404")
        gateway = start_gateway(provider, app, gateway={"forward_auth": True}, open_paths=["/health"])
        assert ask(gateway, path, "X-Forwarded-Uri: /health").startswith(b"HTTP/1.1 200")


class TestIdentity:
    def test_claims(self, start_gateway, provider, app):
        provider.id_token(claims={"email": "ada@example.org", "email_verified": True, "groups": ["staff", "a,b"]})
        gateway = start_gateway(provider, app)
        seen = json.loads(gateway.log_in(gateway.browser()).body)
        provider.behave()
        assert seen_headers(seen, "X-Forwarded-User") == [f"user-of-{provider.name}"]
        assert seen_headers(seen, "X-Forwarded-Email") == ["ada@example.org"]
        # A group with a comma in its name would be two.
        assert seen_headers(seen, "X-Forwarded-Groups") == ["staff"]
        assert seen_headers(seen, "X-Forwarded-Access-Token") == []

    @pytest.mark.parametrize("verified", [False, "true", None])
    def test_unverified_address(self, start_gateway, provider, app, verified):
        claims = {"email": "ada@example.org", "email_verified": verified}
        provider.id_token(claims=claims)
        gateway = start_gateway(provider, app)
        seen = json.loads(gateway.log_in(gateway.browser()).body)
        provider.behave()
        assert seen_headers(seen, "X-Forwarded-Email") == [""]

    def test_line_breaks_in_claims(self, start_gateway, provider, app):
        provider.id_token(claims={"preferred_username": "a\r\nX-Forwarded-User: root", "groups": ["x\ny"]})
        gateway = start_gateway(provider, app)
        seen = json.loads(gateway.log_in(gateway.browser()).body)
        provider.behave()
        assert seen_headers(seen, "X-Forwarded-User") == [f"user-of-{provider.name}"]
        assert seen_headers(seen, "X-Forwarded-Preferred-Username") == ["a  X-Forwarded-User: root"]

    def test_same_subject_at_two_providers(self, start_gateway, provider, providers, app):
        other = providers.add("other", "RS256")
        for each in (provider, other):
            each.id_token(claims={"sub": "1"})
        gateway = start_gateway({"default": provider, "other": other}, app)
        users = []
        for name in ("default", "other"):
            browser = gateway.browser()
            page = browser.open(gateway.url(f"/auth/login?provider={name}&return_to=/x"))
            users += seen_headers(json.loads(page.body), "X-Forwarded-User")
        provider.behave()
        assert users == ["default:1", "other:1"]

    def test_access_token_only_by_key(self, start_gateway, provider, app):
        headers = {"identity_headers": ["user", "access_token"]}
        gateway = start_gateway(provider, app, gateway=headers, expose_tokens="access")
        seen = json.loads(gateway.log_in(gateway.browser()).body)
        assert seen_headers(seen, "X-Forwarded-Access-Token")[0].startswith("access-")
        assert seen_headers(seen, "X-Forwarded-Email") == []

    @pytest.mark.parametrize(
        "name",
        [
            "X-Forwarded-User",
            "x-forwarded-user",
            "X_Forwarded_User",
            "X-Forwarded_User",
            "X.Forwarded.User",
            "X-Forwarded-Email",
            "X_FORWARDED_GROUPS",
            "X-Forwarded-Preferred-Username",
            "X-Forwarded-Access-Token",
            "X-Forwarded-Jwt",
            "X-Auth-Request-User",
            "X-Auth-Request-Email",
            "X-Original-Url",
            "X-Rewrite-URL",
        ],
    )
    @pytest.mark.parametrize("target", ["/health", "/page"])
    def test_inbound_copies_are_removed(self, guarded, cookie, provider, name, target):
        lines = [f"{name}: root"] + ([f"Cookie: {cookie}"] if target == "/page" else [])
        seen = echo(ask(guarded, target, *lines))
        assert "root" not in [value for _, value in seen["headers"]]
        expected = f"user-of-{provider.name}" if target == "/page" else ""
        assert seen_headers(seen, "X-Forwarded-User") == [expected]

    def test_connection_header_cannot_remove_identity(self, guarded, cookie, provider):
        head = ["GET /page HTTP/1.1", "Host: app.localhost:81", "Connection: close, X-Forwarded-User, X-Forwarded-For"]
        seen = echo(guarded.send("\r\n".join([*head, f"Cookie: {cookie}", "", ""])))
        assert seen_headers(seen, "X-Forwarded-User") == [f"user-of-{provider.name}"]
        assert seen_headers(seen, "X-Forwarded-For") == ["127.0.0.1"]

    def test_signed_claims(self, start_gateway, provider, app, tmp_path):
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        pems = []
        for name in ("new", "old"):
            key = ec.generate_private_key(ec.SECP256R1())
            pem = tmp_path / f"{name}.pem"
            encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
            pem.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
            pems.append({"file": str(pem)})
        own = {"identity_headers": ["user", "jwt"], "signing_key": pems[0], "former_signing_key": pems[1]}
        gateway = start_gateway(provider, app, gateway=own | {"jwt_audience": "the-app"})
        seen = json.loads(gateway.log_in(gateway.browser()).body)
        header, payload, signature = seen_headers(seen, "X-Forwarded-Jwt")[0].split(".")

        def decode(text: str) -> bytes:
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

        keys = json.loads(gateway.browser().open(gateway.url("/auth/jwks")).body)["keys"]
        assert len(keys) == 2
        assert not any("d" in key for key in keys)
        key = next(key for key in keys if key["kid"] == json.loads(decode(header))["kid"])
        numbers = [int.from_bytes(decode(key[name])) for name in ("x", "y")]
        raw = decode(signature)
        der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public = ec.EllipticCurvePublicNumbers(*numbers, ec.SECP256R1()).public_key()
        public.verify(der, f"{header}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
        claims = json.loads(decode(payload))
        assert (claims["iss"], claims["aud"]) == (gateway.public, "the-app")
        assert claims["sub"] == f"user-of-{provider.name}"
        assert claims["exp"] - claims["iat"] == 300


class TestWhatTheAppSees:
    def test_own_cookies_stay_here(self, guarded, cookie):
        lines = f"Cookie: theirs=1; {cookie}; stauth_other=2;also=3"
        seen = echo(ask(guarded, "/page", lines))
        assert seen_headers(seen, "Cookie") == ["theirs=1; also=3"]
        assert seen_headers(echo(ask(guarded, "/page", f"Cookie: {cookie}")), "Cookie") == []

    def test_app_cannot_set_our_cookies(self, guarded, cookie):
        answer = ask(guarded, "/cookies", f"Cookie: {cookie}").lower()
        assert b"set-cookie: mine=1" in answer
        assert b"forged" not in answer

    def test_place(self, guarded, cookie):
        seen = echo(ask(guarded, "/page", f"Cookie: {cookie}"))
        assert seen_headers(seen, "Host") == ["app.localhost:81"]
        assert seen_headers(seen, "X-Forwarded-Host") == ["app.localhost:81"]
        assert seen_headers(seen, "X-Forwarded-Proto") == ["http"]
        assert seen_headers(seen, "X-Forwarded-For") == ["127.0.0.1"]

    def test_trusted_proxy_says_the_place(self, guarded, cookie):
        lines = ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: seen.example"]
        seen = echo(ask(guarded, "/page", f"Cookie: {cookie}", *lines))
        assert seen_headers(seen, "X-Forwarded-For") == ["192.0.2.1, 127.0.0.1"]
        assert seen_headers(seen, "X-Forwarded-Proto") == ["https"]
        assert seen_headers(seen, "X-Forwarded-Host") == ["seen.example"]

    def test_stranger_does_not_say_the_place(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"trusted_proxies": "none"}, open_paths=["/health"])
        lines = ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: seen.example"]
        lines += ["X_Forwarded_Host: seen.example", "Forwarded: host=seen.example", "X-Real-IP: 192.0.2.1"]
        seen = echo(ask(gateway, "/health", *lines))
        assert seen_headers(seen, "X-Forwarded-For") == ["127.0.0.1"]
        assert not any("seen.example" in value or "192.0.2.1" in value for _, value in seen["headers"])

    @pytest.mark.parametrize(
        "name", ["SCRIPT_NAME", "Path_Info", "REMOTE_USER", "X_Request_Id", "X-Request_Id", "X.Request.Id", "X~Id"]
    )
    def test_names_that_servers_read_differently(self, guarded, name):
        """gunicorn believes SCRIPT_NAME of a proxy, and takes it off the path: /static/secret would be /secret."""
        seen = echo(ask(guarded, "/static/secret", f"{name}: /static", "X-Request-Id2: kept"))
        assert seen_headers(seen, name) == []
        assert seen_headers(seen, "X-Request-Id2") == ["kept"]

    def test_renewal_is_not_cached(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, idle_timeout="2s")
        browser = gateway.browser()
        gateway.log_in(browser)
        lines = f"Cookie: {gateway.cookie(browser)}"
        answers = [b""]

        def renewed() -> bool:
            answers.append(ask(gateway, "/cached", lines).partition(b"\r\n\r\n")[0])
            return b"\r\nSet-Cookie: stauth_" in answers[-1]

        wait_until(renewed, "a renewal")
        assert b"\r\nCache-Control: private" in answers[-1]

    def test_host_replaced(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"keep_host": False}, open_paths=["/health"])
        assert seen_headers(echo(ask(gateway, "/health")), "Host") == [f"127.0.0.1:{app.port}"]

    @pytest.mark.parametrize("target", ["/a%20b?c=%2F", "/a//b", "/a%2Fb", "/%C3%A4", "/a;b=c", "/?"])
    def test_target_is_unchanged(self, guarded, cookie, target):
        assert echo(ask(guarded, target, f"Cookie: {cookie}"))["target"] == target

    def test_connections_are_kept(self, guarded, app, cookie):
        ask(guarded, "/page", f"Cookie: {cookie}")
        before = app.connections
        head = ["GET /page HTTP/1.1", "Host: app.localhost:81", f"Cookie: {cookie}"]
        request = "\r\n".join([*head, "", ""])
        last = "\r\n".join([*head, "Connection: close", "", ""])
        answers = guarded.send(request * 9 + last)
        assert answers.count(b"HTTP/1.1 200") == 10
        # A connection waits until the next turn of the event loop.
        assert app.connections - before <= 2

    def test_response_that_nobody_asked_for(self, start_gateway, provider, app):
        """An app that says more than one response to a request: the rest is for nobody."""
        gateway = start_gateway(provider, app, open_paths=["/more", "/health"])
        both = "GET /more HTTP/1.1\r\nHost: app.localhost:81\r\n\r\nGET /health HTTP/1.1\r\nHost: app.localhost:81\r\n"
        answers = gateway.send(both + "Connection: close\r\n\r\n")
        assert answers.count(b"HTTP/1.1 200") == 2
        assert b"forged" not in answers


class TestBodies:
    def test_large_upload(self, guarded, cookie):
        piece = bytes(range(256)) * 4096
        digest = hashlib.sha256()
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=PATIENCE) as connection:
            head = ["POST /hash HTTP/1.1", "Host: app.localhost:81", f"Cookie: {cookie}", "Connection: close"]
            connection.sendall("\r\n".join([*head, f"Content-Length: {len(piece) * 64}", "", ""]).encode())
            for _ in range(64):
                digest.update(piece)
                connection.sendall(piece)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        assert echo(answer) == {"sha256": digest.hexdigest(), "length": 64 * len(piece)}

    def test_chunked_upload(self, guarded, cookie):
        chunks = "".join(f"{10000:x}\r\n{'z' * 10000}\r\n" for _ in range(20)) + "0\r\n\r\n"
        answer = ask(guarded, "/hash", f"Cookie: {cookie}", "Transfer-Encoding: chunked", method="POST", body=chunks)
        assert echo(answer)["length"] == 200_000

    def test_large_download(self, guarded, cookie):
        answer = ask(guarded, "/big/512", f"Cookie: {cookie}")
        body = answer.partition(b"\r\n\r\n")[2]
        expected = b"".join(number.to_bytes(4, "big") * 16384 for number in range(512))
        assert hashlib.sha256(body).digest() == hashlib.sha256(expected).digest()

    def test_slow_reader_does_not_fill_the_memory(self, guarded, cookie):
        def resident() -> int:
            status = Path(f"/proc/{guarded.process.pid}/status").read_text()
            return int(status.split("VmRSS:")[1].split()[0])

        before = resident()
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=PATIENCE) as connection:
            head = ["GET /big/2048 HTTP/1.1", "Host: app.localhost:81", f"Cookie: {cookie}", "Connection: close"]
            connection.sendall("\r\n".join([*head, "", ""]).encode())
            received = len(connection.recv(1024))
            assert resident() - before < 32 * 1024  # of 128 MiB
            while part := connection.recv(1 << 20):
                received += len(part)
                assert resident() - before < 32 * 1024
        assert received > 2048 * 65536

    def test_chunks_arrive_as_they_are_made(self, guarded, app, cookie):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=PATIENCE) as connection:
            head = ["GET /stream HTTP/1.1", "Host: app.localhost:81", f"Cookie: {cookie}", "Connection: close"]
            connection.sendall("\r\n".join([*head, "", ""]).encode())
            received = b""
            for number in range(3):
                app.go_on.put(None)
                while b"\r\n%d\n\r\n" % number not in received:
                    part = connection.recv(65536)
                    assert part, received
                    received += part

    def test_too_long(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"max_body": 1000}, open_paths=["/hash"])
        assert ask(gateway, "/hash", "Content-Length: 1001", method="POST").startswith(b"HTTP/1.1 413")
        chunks = f"{1001:x}\r\n{'z' * 1001}\r\n0\r\n\r\n"
        answer = ask(gateway, "/hash", "Transfer-Encoding: chunked", method="POST", body=chunks)
        assert answer.startswith(b"HTTP/1.1 413")
        assert echo(ask(gateway, "/hash", "Content-Length: 1000", method="POST", body="z" * 1000))["length"] == 1000

    def test_expect_continue(self, guarded, cookie):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=PATIENCE) as connection:
            head = ["POST /hash HTTP/1.1", "Host: app.localhost:81", f"Cookie: {cookie}", "Expect: 100-continue"]
            connection.sendall("\r\n".join([*head, "Content-Length: 3", "Connection: close", "", ""]).encode())
            assert connection.recv(65536).startswith(b"HTTP/1.1 100")
            connection.sendall(b"abc")
            answer = b""
            while part := connection.recv(65536):
                answer += part
        assert echo(answer)["length"] == 3

    def test_head(self, guarded):
        answer = ask(guarded, "/health", method="HEAD")
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("target", "lines"),
    [("/health", []), ("/private", []), ("/a/../b", []), ("/auth/logout", []), ("/health", ["no header"])],
)
def test_each_answer_has_a_date(guarded, target, lines):
    """RFC 9110 6.6.1; the app has sent that of /health. What is no request gets an answer of SwiftNIO."""
    head = ask(guarded, target, *lines).partition(b"\r\n\r\n")[0].decode()
    (date,) = re.findall(r"(?mi)^date: (.*?)\r?$", head)
    assert abs(parsedate_to_datetime(date).timestamp() - time.time()) < 5


class TestWebSocket:
    @staticmethod
    def open(guarded: Gateway, cookie: str) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", guarded.port), timeout=PATIENCE)
        lines = ["Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        head = ["GET /ws HTTP/1.1", "Host: app.localhost:81", *lines, "Sec-WebSocket-Key: x", f"Cookie: {cookie}"]
        connection.sendall("\r\n".join([*head, "Origin: http://app.localhost:81", "", "early"]).encode())
        return connection

    @staticmethod
    def read_until(connection: socket.socket, end: bytes) -> bytes:
        received = b""
        while not received.endswith(end):
            part = connection.recv(65536)
            assert part, received
            received += part
        return received

    def test_ends_with_its_session(self, start_gateway, provider, app):
        lifetime = 8
        gateway = start_gateway(provider, app, session_lifetime=f"{lifetime}s")
        browser = gateway.browser()
        began = time.monotonic()
        gateway.log_in(browser)
        with self.open(gateway, gateway.cookie(browser)) as connection:
            self.read_until(connection, b"early")
            assert connection.recv(100) == b""
        # Sessions count whole seconds.
        assert time.monotonic() - began > lifetime - 1.5

    def test_bytes_go_both_ways(self, guarded, app, cookie, provider):
        with self.open(guarded, cookie) as connection:
            # What each side says before it knows that the other is there.
            received = self.read_until(connection, b"early")
            head, _, rest = received.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 101")
            assert f"Sec-WebSocket-Accept: {accept('x')}".encode() in head
            assert rest == b"helloearly"
            data = bytes(range(256)) * 8192
            sender = threading.Thread(target=connection.sendall, args=(data,))
            sender.start()
            returned = b""
            while len(returned) < len(data):
                returned += connection.recv(1 << 20)
            sender.join()
            assert returned == data
        assert seen_headers(app.seen[-1], "X-Forwarded-User") == [f"user-of-{provider.name}"]

    HANDSHAKE = ("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x")

    @pytest.mark.parametrize(
        "value", ["Upgrade\t", "\tUpgrade", "keep-alive,\tUpgrade", "keep-alive\t, Upgrade", "x,,Upgrade", "Upgrade ,x"]
    )
    def test_handshake_that_two_parsers_read_differently(self, start_gateway, provider, app, value):
        """What is no upgrade for the parser, which goes on with requests, and one for whoever reads the header."""
        gateway = start_gateway(provider, app, open_paths=["/health"])
        browser = gateway.browser()
        gateway.log_in(browser)
        before = len(app.seen)
        lines = [f"Connection: {value}", *self.HANDSHAKE, f"Cookie: {gateway.cookie(browser)}"]
        head = ["GET /ws HTTP/1.1", "Host: app.localhost:81", *lines, "", ""]
        more = "GET /smuggled HTTP/1.1\r\nHost: app.localhost:81\r\n\r\n" * 2
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
            connection.sendall(("\r\n".join(head) + more).encode())
            received = connection.recv(65536)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                received += part
        assert gateway.process.poll() is None, gateway.log()[-2000:]
        if "\t" in value.lstrip():  # before a value, it belongs to nothing
            assert received.startswith(b"HTTP/1.1 400")
        assert all(seen["target"] != "/smuggled" for seen in app.seen[before:])
        assert ask(gateway, "/health").startswith(b"HTTP/1.1 200")

    @pytest.mark.parametrize(
        "change", ["Upgrade=", "Upgrade=h2c", "Sec-WebSocket-Accept=", "Sec-WebSocket-Accept=eA=="]
    )
    def test_agreement_to_something_else(self, guarded, cookie, change):
        lines = ["Connection: Upgrade", *self.HANDSHAKE, f"Cookie: {cookie}"]
        head = [f"GET /disagree?{change} HTTP/1.1", "Host: app.localhost:81", *lines, "", ""]
        assert guarded.send("\r\n".join(head)).startswith(b"HTTP/1.1 502")

    def test_last_words_arrive(self, guarded, cookie):
        """The app has gone while much of what it said is still on the way to a slow browser."""
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(PATIENCE)
            connection.connect(("127.0.0.1", guarded.port))
            lines = ["Connection: Upgrade", *self.HANDSHAKE, f"Cookie: {cookie}"]
            connection.sendall("\r\n".join(["GET /burst HTTP/1.1", "Host: app.localhost:81", *lines, "", ""]).encode())
            received = []
            while part := connection.recv(4096):
                received.append(part)
        head, _, said = b"".join(received).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        assert len(said) == BURST

    def test_dead_peers_are_found(self, guarded, app, cookie):
        """A timer of TCP's asks whether a silent peer is still there (the kernel's table: timer 2)."""
        with self.open(guarded, cookie) as connection:
            self.read_until(connection, b"early")
            ends = f"{guarded.port:04X} 0100007F:{connection.getsockname()[1]:04X}"

            def timed() -> list[str]:
                lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
                return [f"{line[1].partition(':')[2]} {line[2]}" for line in lines if line[5].startswith("02:")]

            # While an acknowledgement is under way, another timer runs.
            wait_until(lambda: ends in timed(), "a timer for the browser")
            to_app = f" 0100007F:{app.port:04X}"
            wait_until(lambda: any(found.endswith(to_app) for found in timed()), "a timer for the app")

    def test_ends_with_either_side(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app)
        browser = gateway.browser()
        gateway.log_in(browser)
        with self.open(gateway, gateway.cookie(browser)) as connection:
            self.read_until(connection, b"early")
            gateway.process.terminate()
            assert connection.recv(1) == b""


class TestAppInTrouble:
    def test_unreachable(self, start_gateway, provider):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            upstream = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            gateway = start_gateway(
                provider, gateway={"upstream": upstream}, open_paths=["/health"], site_name="Ada & Co"
            )
            page = gateway.browser().open(gateway.url("/health"))
        assert page.status == 502
        assert "not responding" in page.text and "Ada &amp; Co" in page.text
        assert page.header("Content-Security-Policy")
        assert "event=upstream_failed" in gateway.log()

    def test_drops_the_connection(self, guarded, cookie):
        assert ask(guarded, "/drop", f"Cookie: {cookie}").startswith(b"HTTP/1.1 502")

    def test_closed_while_it_waited(self, start_gateway, provider):
        """An app that closes each connection after its response, without saying so: GET is repeated."""
        app = App()
        app.server.RequestHandlerClass.timeout = 0.05
        gateway = start_gateway(provider, app, open_paths=["/health"])
        for _ in range(3):
            assert ask(gateway, "/health").startswith(b"HTTP/1.1 200")
        app.close()

    def test_slow(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"upstream_timeout": "300ms"}, open_paths=["/slow"])
        page = gateway.browser().open(gateway.url("/slow"))
        app.go_on.put(None)
        assert page.status == 504
        assert "too long" in page.text

    def test_cut_response_is_not_taken_for_a_whole_one(self, guarded, cookie):
        answer = ask(guarded, "/cut", f"Cookie: {cookie}")
        assert b"Content-Length: 100" in answer or b"content-length: 100" in answer.lower()
        assert answer.endswith(b"only this")

    def test_no_upstream(self, start_gateway, provider):
        gateway = start_gateway(provider, open_paths=["/health"])
        assert gateway.browser().open(gateway.url("/health")).status == 404


class TestEnd:
    def test_request_in_progress_is_answered(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, open_paths=["/slow"])
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as connection:
            connection.sendall(b"GET /slow HTTP/1.1\r\nHost: app.localhost:81\r\n\r\n")
            before = len(app.seen)
            wait_until(lambda: any(r["target"] == "/slow" for r in app.seen[before - 1 :]), "the app has the request")
            gateway.process.terminate()
            wait_until(lambda: "event=stopping" in gateway.log(), "the gateway stops")
            app.go_on.put(None)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"late")
