"""nginx and gunicorn with the header sizes that they have by default, and users with up to 200 groups, which is as many
as Microsoft Entra ID puts into a token. They log in, see pages whatever other sites do, and log out; or the log says
why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from browser import Browser, Page
from deployment import Deployment
from hosts import HOSTS, ROOT, free_port
from large_claims import groups
from provider.end_session import EndSession
from providers import running

GROUPS = [0, 5, 10, 15, 20, 30, 40, 60, 80, 100, 120, 140, 160, 180, 200]
# So many fit a response of 4 KiB.
FITTING_GROUPS = 80
LONG_PAGE = "/" + "page" * 500

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {settings}
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{host}; }}
    }}
}}
"""


@contextmanager
def nginx(site: Deployment, folder: Path, settings: str = "") -> Iterator[Browser]:
    """A browser that sees the site through nginx."""
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, settings=settings, port=port, host=site.host.port))
    with running(["/usr/sbin/nginx", "-e", str(folder / "error.log"), "-c", str(file)], folder) as process:
        process.wait_for(f"http://127.0.0.1:{port}/user.json")
        yield Browser(routes={site.public: port})


@pytest.fixture(scope="module")
def site(start_shared, new_provider) -> Deployment:
    provider = new_provider("entra")
    flask = next(host for host in HOSTS if host.name == "flask")
    # Cookies on https have the longest names and attributes.
    site = start_shared(provider, host=flask, public="https://app.example.org")
    provider.end_session = EndSession(provider.issuer, provider.client_id, [site.redirect_uri])
    provider.end_session.needs_hint = False
    return site


@pytest.fixture(scope="module")
def in_front(site: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with nginx(site, tmp_path_factory.mktemp("nginx")) as browser:
        yield browser


@pytest.fixture(scope="module")
def as_documented(site: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    text = (ROOT / "docs" / "deployment.md").read_text()
    settings = re.search(r"`(proxy_buffer_size [^`]*)`", text)
    assert settings
    with nginx(site, tmp_path_factory.mktemp("nginx"), settings.group(1)) as browser:
        yield browser


def log_in(site: Deployment, browser: Browser, count: int) -> Page:
    provider = site.providers["default"]
    provider.claims = provider.claims | {"groups": groups(count)}
    return site.login(browser)


def assert_usable(site: Deployment, browser: Browser, count: int) -> None:
    """The user sees pages, also after another site has begun logins, and logs out."""
    assert len(site.user(browser).get("groups", [])) == count
    for number in range(6):
        link = site.url(f"/auth/login?return_to={LONG_PAGE}{number}")
        assert browser.go("GET", link, initiator="https://evil.example/", follow=False).status == 302
        assert site.is_signed_in(browser), f"locked out by link {number}"
    page = browser.open(site.url("/auth/logout")).submit("/auth/logout")
    assert page.status == 200 and page.url.startswith(site.url("/"))
    assert not site.is_signed_in(browser)


@pytest.mark.parametrize("count", GROUPS)
def test_gunicorn(site: Deployment, count: int) -> None:
    browser = site.browser()
    assert log_in(site, browser, count).status == 200
    assert_usable(site, browser, count)


@pytest.mark.parametrize("count", GROUPS)
def test_nginx_before_gunicorn(site: Deployment, in_front: Browser, count: int) -> None:
    browser = in_front.another_device()
    before = len(site.host.log())
    page = log_in(site, browser, count)
    if count > FITTING_GROUPS and page.status == 502:
        assert "event=response_headers_too_large" in site.host.log()[before:]
        assert not site.is_signed_in(browser)
    else:
        assert page.status == 200, f"{page.status} {page.code}"
        assert "event=response_headers_too_large" not in site.host.log()[before:]
        assert_usable(site, browser, count)


@pytest.mark.parametrize("count", [FITTING_GROUPS, 200])
def test_nginx_with_the_documented_buffers(site: Deployment, as_documented: Browser, count: int) -> None:
    browser = as_documented.another_device()
    assert log_in(site, browser, count).status == 200
    assert_usable(site, browser, count)
