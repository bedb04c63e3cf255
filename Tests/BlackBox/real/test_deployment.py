"""docs/deployment.md, run: each block of it, in the server that it is for, before a host."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml  # which gradio brings

import front_servers
from browser import Browser, Page
from deployment import Deployment
from hosts import HOSTS, ROOT, Host, python_program
from provider.certificates import authority
from providers import free_port

PAGE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
FLASK = next(host for host in HOSTS if host.name == "flask")
FASTAPI = next(host for host in HOSTS if host.name == "fastapi")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", PAGE, re.S | re.M)
    assert found, f"docs/deployment.md has no block in {language}"
    return [re.sub(rf"(?m)^{indent}", "", text) for indent, text in found]


def shown(pattern: str) -> str:
    """What the page shows between the backticks of a sentence or a table."""
    (found,) = re.findall(rf"`({pattern})`", PAGE)
    return str(found)


def gunicorn(**environment: str) -> Host:
    arguments = FLASK.program.arguments[4:]
    return Host("gunicorn", python_program(FLASK.program.folder, *arguments, **environment))


# A server in front makes the page's block its own: its port, the host's port, and certificates of the tests.


@contextmanager
def nginx(port: int, host: int, change: Callable[[str], str]) -> Iterator[None]:
    server, websocket = blocks("nginx")
    with front_servers.front_folder() as folder:
        certificate(folder)
        server = re.sub(r"listen 443 ssl", f"listen 127.0.0.1:{port} ssl", change(server))
        text = front_servers.NGINX_FRAME.format(folder=folder, servers=websocket + placed(server, folder, host))
        with front_servers.running(["/usr/sbin/nginx", "-c"], text, folder, port):
            yield


@contextmanager
def apache(port: int, host: int, change: Callable[[str], str]) -> Iterator[None]:
    (site,) = blocks("apache")
    with front_servers.front_folder() as folder:
        certificate(folder)
        modules = re.findall(r"`(\w+)`", re.search(r"Enable the modules (.*?)\.", PAGE, re.S)[1])
        text = front_servers.APACHE_FRAME.format(folder=folder, port=port, modules=front_servers.MODULES)
        loaded = [f"LoadModule {name}_module {front_servers.MODULES}/mod_{name}.so\n" for name in modules]
        text += "".join(loaded) + placed(change(site), folder, host).replace("*:443", f"127.0.0.1:{port}")
        with front_servers.running(["/usr/sbin/apache2", "-D", "FOREGROUND", "-f"], text, folder, port):
            yield


@contextmanager
def caddy(port: int, host: int, change: Callable[[str], str]) -> Iterator[None]:
    (site,) = blocks("caddyfile")
    with front_servers.front_folder() as folder:
        certificate(folder)
        address = f"https://localhost:{port} {{\n    bind 127.0.0.1\n    tls {folder}/site.pem {folder}/site.key"
        text = "{\n    admin off\n    auto_https disable_redirects\n}\n" + change(site)
        text = placed(text.replace("example.com {", address), folder, host)
        command = ["/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config"]
        with front_servers.running(command, text, folder, port):
            yield


FRONTS = {"nginx": nginx, "apache": apache, "caddy": caddy}


def placed(text: str, folder: Path, host: int) -> str:
    assert "127.0.0.1:8000" in text
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{host}").replace("example.com", "localhost", 1)
    return re.sub(r"/etc/ssl/\S+\.(pem|key)", rf"{folder}/site.\1", text)


def certificate(folder: Path) -> None:
    chain, key = authority().issue()
    (folder / "site.pem").write_bytes(chain)
    (folder / "site.key").write_bytes(key)


@contextmanager
def site_behind(
    front: str,
    host: Host,
    new_provider,
    folder: Path,
    change: Callable[[str], str] = str,
    base: str = "",
    **settings,
) -> Iterator[Deployment]:
    with ExitStack() as stack:
        port = free_port()
        public = f"https://localhost:{port}"
        site = Deployment(
            host, folder, {"default": new_provider()}, public=public, callback=f"{base}/oauth2callback", **settings
        )
        stack.callback(site.stop)
        stack.enter_context(FRONTS[front](port, site.host.port, change))
        yield site


def sign_in(site: Deployment, browser: Browser, page: str) -> Page:
    """Opens a closed page, and is back on it after the login."""
    found = browser.open(site.url(page))
    assert found.status == 200, (found.url, found.status, found.code, site.host.log()[-1500:])
    assert found.url == site.url(page)
    return found


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("host", [HOSTS[0], FLASK, FASTAPI], ids=lambda host: host.name)
def test_a_site_behind_each_server(front: str, host: Host, new_provider, tmp_path: Path) -> None:
    with site_behind(front, host, new_provider, tmp_path, require_login=True, open_paths=["/health"]) as site:
        browser = Browser()
        page = sign_in(site, browser, "/report?id=3")
        assert len(page.history) == 3, "to the provider, to the callback and to the page: none besides"
        assert "other_site_name" not in site.host.log()
        assert all(cookie.startswith("__Host-") for cookie in browser.jar.names("localhost") if "stauth" in cookie)
        left = browser.open(site.url("/auth/logout")).submit("/auth/logout", follow=False)
        assert left.status == 303
        assert Browser().open(site.url("/health")).status == 200


def below(front: str, stripping: bool) -> Callable[[str], str]:
    """The change to a block of the page that puts its site below /app."""
    slash = "/" if stripping else ""
    prefix = "proxy_set_header X-Forwarded-Prefix /app;"
    if stripping:
        assert shown(re.escape(prefix)) == prefix
    changes = {
        "nginx": [("location / {", "location /app/ {" + (prefix if stripping else "")), (":8000;", f":8000{slash};")],
        "apache": [("ProxyPass / http://127.0.0.1:8000/", shown("ProxyPass /app/ [^`]*"))],
        "caddy": [("reverse_proxy 127.0.0.1:8000", shown(r"handle /app/\*") + " {\nreverse_proxy 127.0.0.1:8000\n}")],
    }

    def change(text: str) -> str:
        for old, new in changes[front]:
            assert old in text
            text = text.replace(old, new)
        return text.replace("handle ", "handle_path ") if stripping else text

    return change


@pytest.mark.parametrize("front", FRONTS)
def test_below_a_path_that_is_kept(front: str, new_provider, tmp_path: Path) -> None:
    assert shown("SCRIPT_NAME=/app gunicorn app:app")
    host = gunicorn(SCRIPT_NAME="/app")
    with site_behind(front, host, new_provider, tmp_path, below(front, False), "/app", require_login=True) as site:
        sign_in(site, Browser(), "/app/report?id=3")


FASTAPI_SITE = """
from fastapi import FastAPI
import libstauth.fastapi

app = {made}
libstauth.fastapi.init_app(app)

@app.get("/{{path:path}}")
async def page(path: str):
    return path
"""


@pytest.mark.parametrize("stripping", [False, True])
def test_an_asgi_application_below_a_path(stripping: bool, new_provider, tmp_path: Path) -> None:
    option = shown(r"uvicorn --root-path /app app:app").split()[1:3] if stripping else ()
    made = "FastAPI()" if stripping else shown(r'FastAPI\(root_path="/app"\)')
    (tmp_path / "app.py").write_text(FASTAPI_SITE.format(made=made))
    host = Host("uvicorn", python_program(tmp_path, "uvicorn", "--port={port}", *option, "app:app"))
    change = below("nginx", stripping)
    with site_behind("nginx", host, new_provider, tmp_path, change, "/app", require_login=True) as site:
        assert sign_in(site, Browser(), "/app/report?id=3").text == '"report"'


def test_a_wsgi_application_below_a_path_that_is_stripped(new_provider, tmp_path: Path) -> None:
    (mounted,) = blocks("python")
    before = "import libstauth.flask\nfrom flask import Flask\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n"
    after = "app.add_url_rule('/<path:path>', 'page', lambda path: path)\n"
    (tmp_path / "app.py").write_text(f"{before}app = Flask(__name__)\n{mounted}{after}")
    host = Host("flask", python_program(tmp_path, *FLASK.program.arguments[4:]))
    change = below("nginx", True)
    with site_behind("nginx", host, new_provider, tmp_path, change, "/app", require_login=True) as site:
        assert sign_in(site, Browser(), "/app/report").text == "report"


def test_django_below_a_path_that_is_stripped(new_provider, tmp_path: Path) -> None:
    setting = shown(r'FORCE_SCRIPT_NAME = "/app"')
    (tmp_path / "site_below.py").write_text(f"from app import application, settings\nsettings.{setting}\n")
    example = next(host for host in HOSTS if host.name == "django").program
    path = f"{tmp_path}:{example.environment['PYTHONPATH']}"
    arguments = ("gunicorn", "--bind=127.0.0.1:{port}", "--threads=8", "site_below:application")
    host = Host("django", python_program(example.folder, *arguments, PYTHONPATH=path))
    with site_behind("nginx", host, new_provider, tmp_path, below("nginx", True), "/app", require_login=True) as site:
        sign_in(site, Browser(), "/app/report?id=3")


@pytest.mark.parametrize("host", [HOSTS[0], FLASK, FASTAPI], ids=lambda host: host.name)
@pytest.mark.parametrize("fault", ["cut off", "doubled"])
def test_a_prefix_that_is_wrong_is_no_loop(fault: str, host: Host, new_provider, tmp_path: Path) -> None:
    change = below("nginx", stripping=fault == "cut off")
    if fault == "doubled":
        kept, change = change, lambda text: kept(text).replace(":8000;", ":8000/app/app/;")
    with site_behind("nginx", host, new_provider, tmp_path, change, "/app", require_login=True) as site:
        page = Browser().open(site.url("/app/report"))
        assert (page.status, page.code) == (400, "response_redirect_uri_mismatch")
        arrived = {"cut off": "/oauth2callback", "doubled": "/app/app/oauth2callback"}[fault]
        assert f"/app/oauth2callback arrived as {arrived}: " in site.host.log()


def test_commands_of_services_and_containers(new_provider, tmp_path: Path) -> None:
    """The command lines start the site, and its health check needs nobody who is signed in."""
    (unit,) = blocks("systemd")
    (container,) = blocks("dockerfile")
    (settings,) = [block for block in blocks("toml") if "/health" in block]
    assert 'open_paths = ["/health", "/static/"]' in settings
    started = re.search(r"^ExecStart=\S+/bin/(.*)$", unit, re.M)[1].split()
    contained = json.loads(re.search(r"CMD (.*)", container)[1])
    assert started == [part.replace("0.0.0.0", "127.0.0.1") for part in contained]
    arguments = [part.replace("127.0.0.1:8000", "127.0.0.1:{port}") for part in started]
    host = Host("service", python_program(FLASK.program.folder, *arguments))
    with site_behind(
        "nginx", host, new_provider, tmp_path, require_login=True, open_paths=["/health", "/static/"]
    ) as site:
        command = re.search(r"^    (curl .*/health)$", PAGE, re.M)[1].replace(":8000", f":{site.host.port}")
        checked = subprocess.run([*command.split(), "--silent", "--show-error"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert site.providers["default"].requests == [], "a health check asks no provider"
        sign_in(site, Browser(), "/")


def test_the_unit_is_one(tmp_path: Path) -> None:
    (unit,) = blocks("systemd")
    path = tmp_path / "site.service"
    path.write_text(unit.replace("/srv/site/venv/bin/gunicorn", sys.executable).replace("/srv/site", str(tmp_path)))
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    complaints = [line for line in checked.stderr.splitlines() if "site.service" in line]
    assert (checked.returncode, complaints) == (0, [])


def test_traefiks_block_is_yaml_that_names_its_service() -> None:
    (text,) = blocks("yaml")
    http = yaml.safe_load(text)["http"]
    assert http["routers"]["app"]["service"] in http["services"]
    assert http["services"]["app"]["loadBalancer"]["servers"] == [{"url": "http://127.0.0.1:8000"}]
