"""From the package to a guarded app: `stauth init`, `stauth check` and `stauth serve` in a new Debian, behind nginx as
docs/gateway.md has it, and a sign-in at glewlwyd in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import glewlwyd
import pytest
from chromium import chromium
from glewlwyd_admin import ALICE
from person import Person
from selenium.webdriver.common.by import By

from built import PACKAGES
from debian_root import DebianRoot, reason_to_skip
from hosts import ROOT, free_port

PATIENCE = 30
NGINX = """
worker_processes 1;
daemon off;
pid /tmp/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    {block}
}}
"""


class App(BaseHTTPRequestHandler):
    """An app without a login, which greets whomever the gateway names."""

    def do_GET(self) -> None:
        body = f"<h1>Hello, {self.headers['X-Forwarded-User']}</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


def wait_for(log: Path, words: str, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while words not in (text := log.read_text(errors="replace")):
        assert process.poll() is None and time.monotonic() < deadline, f"no {words}: {text[-2000:]}"
        time.sleep(0.02)
    return text


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    """With what every machine has: its own name, and /proc, where Swift's runtime reads a program's arguments."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    root = DebianRoot("bookworm", tmp_path_factory.mktemp("gateway") / "root", ("nginx-light",))
    (package,) = PACKAGES.glob("stauth_*.deb")
    (root.folder / "stauth.deb").write_bytes(package.read_bytes())
    root.install("/stauth.deb")
    (root.folder / "etc/hosts").write_text("127.0.0.1 localhost\n")
    subprocess.run(["mount", "-t", "proc", "proc", root.folder / "proc"], check=True)
    yield root
    subprocess.run(["umount", root.folder / "proc"], check=True)


@pytest.fixture
def started() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def start(root: DebianRoot, started: ExitStack, log: Path, *command: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        root.command(*command), stdin=subprocess.DEVNULL, stdout=log.open("wb"), stderr=subprocess.STDOUT
    )

    def stop() -> None:
        process.terminate()
        assert process.wait(PATIENCE) == 0, log.read_text(errors="replace")[-2000:]

    started.callback(stop)
    return process


def start_app(started: ExitStack) -> int:
    app = ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=app.serve_forever, args=(0.05,), daemon=True).start()
    started.callback(app.shutdown)
    return app.server_address[1]


def documented_nginx(nginx: int, gateway: int, app: int) -> str:
    blocks = re.findall(r"^```nginx\n(.*?)^```$", (ROOT / "docs" / "gateway.md").read_text(), re.S | re.M)
    (block,) = [block for block in blocks if "auth_request " in block]
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{nginx};"),
        ("127.0.0.1:4180", f"127.0.0.1:{gateway}"),
        ("127.0.0.1:8000", f"127.0.0.1:{app}"),
        ("server_name app.example.com;", "server_name localhost;"),
    ):
        assert before in block
        block = block.replace(before, after)
    return NGINX.format(block=block)


def write_settings(root: DebianRoot, provider: glewlwyd.Glewlwyd, site: str) -> None:
    """As an operator does: the answers as options, the secret in a file."""
    settings = root.folder / "etc" / "stauth"
    settings.mkdir(exist_ok=True)
    (settings / "ca.pem").write_bytes(Path(str(provider.rs256.ca_file)).read_bytes())
    (settings / "client-secret").write_text(provider.rs256.client_secret)
    keys = (f"server_metadata_url={provider.rs256.metadata_url}", "ca_file=/etc/stauth/ca.pem")
    said = root.run(
        *("stauth", "init", "--provider", "other", "--url", site, "--client-id", provider.rs256.client_id),
        *("--client-secret-file", "/etc/stauth/client-secret", "--file", "/etc/stauth/secrets.toml", "--force"),
        *(argument for key in keys for argument in ("--key", key)),
    )
    assert f"{site}/oauth2callback" in said, "nobody learns what to register"
    assert provider.rs256.client_secret not in said
    written = settings / "secrets.toml"
    assert written.stat().st_mode & 0o777 == 0o600


def test_from_the_package_to_a_guarded_app(root: DebianRoot, started: ExitStack, tmp_path: Path) -> None:
    nginx_port, gateway_port, app_port = free_port(), free_port(), start_app(started)
    site = f"http://localhost:{nginx_port}"
    for folder in ("glewlwyd", "profile"):
        (tmp_path / folder).mkdir()
    provider = started.enter_context(glewlwyd.glewlwyd(tmp_path / "glewlwyd", f"{site}/oauth2callback"))
    write_settings(root, provider, site)
    findings = json.loads(root.run("stauth", "check", "--json", "/etc/stauth/secrets.toml"))
    assert [found for found in findings["findings"] if found["level"] == "problem"] == []

    with (root.folder / "etc/stauth/secrets.toml").open("a") as settings:
        settings.write(f'\n[gateway]\nlisten = "127.0.0.1:{gateway_port}"\n')
    log = tmp_path / "gateway.log"
    gateway = start(root, started, log, "stauth", "serve", "/etc/stauth/secrets.toml")
    wait_for(log, "event=listening", gateway)
    (root.folder / "etc/nginx/site.conf").write_text(documented_nginx(nginx_port, gateway_port, app_port))
    root.run("nginx", "-t", "-c", "/etc/nginx/site.conf")
    start(root, started, tmp_path / "nginx.log", "nginx", "-c", "/etc/nginx/site.conf")

    driver = started.enter_context(chromium(tmp_path / "profile"))
    person = Person(driver, "gateway_in_a_new_debian")
    person.wait(lambda _driver: sign_in_page(person, site))
    person.find(By.ID, "username").send_keys(ALICE.username)
    person.find(By.ID, "password").send_keys(ALICE.password)
    person.find(By.ID, "loginbut").click()
    grant(person)
    person.wait_for_page(f"{site}/reports?month=11", "Hello, ")
    # glewlwyd makes up who alice is.
    assert re.search(r"Hello, \w{8,}", person.driver.page_source)
    person.picture("guarded-app")
    assert "event=login_succeeded" in log.read_text()


def sign_in_page(person: Person, site: str) -> bool:
    """nginx may not listen yet."""
    person.driver.get(f"{site}/reports?month=11")
    return "localhost" in person.driver.current_url and f":{site.rpartition(':')[2]}/" not in person.driver.current_url


def grant(person: Person) -> None:
    person.button("Grant access")
    for scope in ("profile", "email"):
        person.find(By.ID, f"grant-{scope}").click()
    person.button("Grant access").click()
    person.wait_until_gone(By.ID, "grant-profile")
    person.find(By.CSS_SELECTOR, "button[title='Continue to client application']").click()
