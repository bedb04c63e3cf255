"""`stauth serve` as a service: settings, reload, sockets of systemd, health, statistics, replicas."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from browser import Browser
from deployment import COOKIE_SECRET, settings_for
from gateway_under_test import PATIENCE, PUBLIC, Gateway, seen_headers, wait_until
from program_under_test import PROGRAM, ROOT, stauth
from redis_servers import RedisServer
from toml_writer import write_secrets

pytest_plugins = ["gateway_fixtures"]

HEALTH = "GET /health HTTP/1.1\r\nHost: app.localhost:81\r\nConnection: close\r\n\r\n"


class TestSettings:
    @pytest.mark.parametrize(
        ("line", "complaint"),
        [
            ('upstraem = "http://127.0.0.1:1"', "[gateway] upstraem: is not a known key; is upstream meant?"),
            ("listen = 4180", "[gateway] listen: must be text"),
            ('listen = "nowhere"', "[gateway] listen: must be an address and a port"),
            ('upstream = "https://127.0.0.1:1"', "[gateway] upstream: is spoken to without TLS"),
            ('upstream = "http://127.0.0.1:1/path"', "[gateway] upstream: must be such as"),
            ('trusted_proxies = ["10.0.0.0/33"]', "[gateway] trusted_proxies: must be addresses or networks"),
            ('trusted_proxies = ["proxy.example"]', "[gateway] trusted_proxies: must be addresses or networks"),
            ('identity_headers = ["user", "mail"]', "[gateway] identity_headers: must be a list of"),
            ('identity_headers = ["jwt"]', "[gateway] signing_key: is missing"),
            ('identity_headers = ["jwt"]\nsigning_key = "x"', "[gateway] signing_key: the private key is not a PEM"),
            ('head_timeout = "never"', "[gateway] head_timeout: must be from 100 ms to one day"),
            (
                'identity_headers = ["access_token"]',
                'identity_headers: "access_token" requires expose_tokens',
            ),
            ("max_head = 1", "[gateway] max_head: must be an integer from 4096"),
        ],
    )
    def test_mistakes(self, tmp_path, provider, line, complaint):
        file = tmp_path / "secrets.toml"
        shared = {"redirect_uri": PUBLIC + "/oauth2callback", "cookie_secret": COOKIE_SECRET}
        settings = write_secrets(shared, {"default": settings_for(provider)})
        file.write_text(f"{settings}\n[gateway]\n{line}\n")
        result = stauth("serve", "--check", file)
        assert result.returncode == 1
        assert complaint in result.stderr

    def test_no_file(self, tmp_path):
        result = stauth("serve", tmp_path / "none.toml")
        assert result.returncode == 1
        assert "no such file" in result.stderr

    def test_address_in_use(self, tmp_path, start_gateway, provider):
        gateway = start_gateway(provider)
        gateway.write(listen=f"127.0.0.1:{gateway.port}")
        result = stauth("serve", gateway.file)
        assert result.returncode == 1
        assert f"cannot listen at 127.0.0.1:{gateway.port}" in result.stderr

    def test_site_stays_closed(self, start_gateway, provider, app):
        """require_login = false is for apps that use the library."""
        gateway = start_gateway(provider, app, require_login=False)
        assert gateway.send(HEALTH).startswith(b"HTTP/1.1 401")

    def test_path_of_the_gateways_own(self, start_gateway, provider):
        gateway = start_gateway(provider)
        gateway.shared["logout_path"] = "/auth/verify"
        gateway.write()
        result = stauth("serve", "--check", gateway.file)
        assert result.returncode == 1
        assert "the path /auth/verify is the gateway's" in result.stderr


class TestReload:
    def test_new_settings_count(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app)
        browser = gateway.browser()
        gateway.log_in(browser)
        assert gateway.send(HEALTH).startswith(b"HTTP/1.1 401")
        gateway.shared["open_paths"] = ["/health"]
        gateway.write(identity_headers=["email"])
        gateway.reload()
        assert gateway.send(HEALTH).startswith(b"HTTP/1.1 200")
        seen = json.loads(browser.open(gateway.url("/x"), follow=False).body)
        assert seen_headers(seen, "X-Forwarded-User") == []

    def test_mistake_changes_nothing(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, open_paths=["/health"])
        del gateway.shared["open_paths"]
        gateway.write(upstraem="x")
        gateway.reload()
        assert gateway.send(HEALTH).startswith(b"HTTP/1.1 200")
        assert "event=new_settings_refused" in gateway.log()
        assert "upstraem" in gateway.log()
        gateway.write(upstraem=None)
        gateway.reload()
        assert gateway.log().count("event=configuration_read") == 1

    def test_ended_sessions_stay_ended(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app)
        browser = gateway.browser()
        gateway.log_in(browser)
        copy = browser.copy()
        browser.open(gateway.url("/auth/logout")).submit("/auth/logout", {}, follow=False)
        gateway.reload()
        assert copy.open(gateway.url("/x"), follow=False).status == 302

    def test_sessions_in_memory_stay(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, session_store="memory")
        browser = gateway.browser()
        gateway.log_in(browser)
        gateway.reload()
        assert browser.open(gateway.url("/x"), follow=False).status == 200

    def test_new_upstream(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, open_paths=["/health"])
        assert gateway.send(HEALTH).startswith(b"HTTP/1.1 200")
        gateway.write(upstream="http://127.0.0.1:1")
        gateway.reload()
        assert gateway.send(HEALTH).startswith(b"HTTP/1.1 502")


class TestOperations:
    def test_health_and_statistics(self, start_gateway, provider, app):
        gateway = start_gateway(provider, app, gateway={"operations_listen": "127.0.0.1:0"}, open_paths=["/health"])
        wait_until(lambda: "event=operations_listening" in gateway.log(), "the second socket")
        port = re.search(r'event=operations_listening detail="(\d+)"', gateway.log())[1]
        gateway.log_in(gateway.browser())
        gateway.send("GET / HTTP/1.1\r\n\r\n")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=PATIENCE) as answer:
            assert answer.read() == b"ok\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            text = answer.read().decode()
        assert 'stauth_events_total{event="login_succeeded"' in text
        assert re.search(r"^stauth_gateway_refused_total 1$", text, re.M)
        assert int(re.search(r"^stauth_gateway_requests_total (\d+)$", text, re.M)[1]) >= 3
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/secret", timeout=PATIENCE)


class TestSystemd:
    def test_socket_and_notifications(self, start_gateway, provider, app, tmp_path):
        """As systemd starts a service: a socket as descriptor 3, and a place to report to."""
        gateway = start_gateway(provider, app, open_paths=["/health"])
        reports = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        reports.bind(str(tmp_path / "notify"))
        reports.settimeout(PATIENCE)
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        script = 'exec 3<&"$0"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
        command = ["/bin/bash", "-c", script, str(listener.fileno()), str(PROGRAM), "serve", str(gateway.file)]
        environment = {"PATH": os.environ["PATH"], "NOTIFY_SOCKET": str(tmp_path / "notify")}
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stderr=log, pass_fds=[listener.fileno()])
        try:
            assert reports.recv(100) == b"READY=1"
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                connection.sendall(HEALTH.encode())
                assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            process.send_signal(1)
            assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", reports.recv(100))
            assert reports.recv(100) == b"READY=1"
            process.terminate()
            assert reports.recv(100) == b"STOPPING=1"
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            listener.close()
            reports.close()

    def test_units(self, tmp_path):
        """As far as systemd checks them without running."""
        for unit in ("stauth.service", "stauth.socket"):
            text = (ROOT / "packaging" / "systemd" / unit).read_text()
            text = text.replace("/usr/bin/stauth", "/bin/true").replace("=stauth\n", "=daemon\n")
            (tmp_path / unit).write_text(text.replace("man:stauth(1)", "https://example.org"))
        units = [str(tmp_path / "stauth.service"), str(tmp_path / "stauth.socket")]
        verified = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
        assert (verified.returncode, verified.stderr) == (0, "")
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=25", units[0]]
        assert subprocess.run(command, capture_output=True).returncode == 0

    def test_sockets_for_another_process(self, start_gateway, provider):
        gateway = start_gateway(provider, environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"})
        assert gateway.port

    def test_unix_socket(self, start_gateway, provider, app, tmp_path):
        path = tmp_path / "s"
        for _ in range(2):  # the second time over what the first has left
            gateway = start_gateway(provider, app, gateway={"listen": f"unix:{path}"}, open_paths=["/health"])
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(PATIENCE)
                connection.connect(str(path))
                connection.sendall(HEALTH.replace("close", "close\r\nX-Forwarded-For: 192.0.2.7").encode())
                answer = b""
                while part := connection.recv(65536):
                    answer += part
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"192.0.2.7" in answer
            gateway.stop()


class TestReplicas:
    def routes(self, gateways: list[Gateway], browser: Browser, number: int) -> None:
        browser.routes[PUBLIC] = gateways[number % len(gateways)].port

    @pytest.mark.parametrize("store", ["cookie", "redis"])
    def test_any_of_them(self, start_gateway, provider, app, tmp_path, store):
        options = {}
        if store == "redis":
            server = RedisServer(tmp_path / "redis")
            options = {"session_store": "redis", "redis_url": f"redis://127.0.0.1:{server.port}/0"}
        gateways = [start_gateway(provider, app, **options) for _ in range(3)]
        browser = gateways[0].browser()
        request = browser.open(PUBLIC + "/x", follow=False)
        for number in range(1, 6):
            if not request.redirects:
                break
            self.routes(gateways, browser, number)
            request = request.follow()
        assert request.status == 200, request.text
        for number in range(6):
            self.routes(gateways, browser, number)
            assert browser.open(PUBLIC + "/y", follow=False).status == 200
        if store == "redis":
            server.kill()
