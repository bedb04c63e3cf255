"""glewlwyd reports a logout itself, to a site with nothing but cookies in browsers."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

import glewlwyd
import sign_in
from browser import Browser
from glewlwyd_admin import Admin, Client
from hosts import Host, RunningHost
from providers import Provider, free_port
from site_under_test import COOKIE_SECRET, SiteUnderTest, settings
from toml_writer import write_secrets
from user_agent import UserAgent

SESSIONS = {
    "session-management-allowed": True,
    "session-cookie-name": "GLEWLWYD2_OIDC_SESSION",
    "session-cookie-expiration": 86400,
    "back-channel-logout-allowed": True,
}
DEADLINE = 10.0  # seconds; it reports from a thread of its own


@pytest.fixture(scope="module")
def site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    folder = tmp_path_factory.mktemp
    port = free_port()
    origin = f"http://localhost:{port}"
    with glewlwyd.glewlwyd(folder("glewlwyd"), origin + "/unused") as server:
        admin = Admin(server.base, server.ca_file)
        admin.allow_client_property("backchannel_logout_uri")
        admin.allow_client_property("backchannel_logout_session_required")
        issuer = f"{server.base}/api/sessions"
        admin.add_plugin("sessions", issuer, glewlwyd.make_signing_key(server.folder, "rsa"), SESSIONS)
        registration = {
            "backchannel_logout_uri": origin + "/auth/backchannel-logout",
            "backchannel_logout_session_required": "1",
        }
        client = Client("with-sessions", "with-sessions-secret", origin + "/oauth2callback", registration)
        admin.add_client(client)
        secrets = folder("site") / "secrets.toml"
        provider = Provider(issuer, client.client_id, client.secret, server.ca_file)
        shared = {"redirect_uri": origin + "/oauth2callback", "cookie_secret": COOKIE_SECRET}
        secrets.write_text(write_secrets(shared, {"glewlwyd": settings(provider)}))
        secrets.chmod(0o600)
        running = RunningHost(host, secrets, port)
        yield SiteUnderTest(running, server)
        assert running.stop() == 0, running.log()[-2000:]


def log_in(site: SiteUnderTest) -> tuple[Browser, UserAgent]:
    """The browser as the site knows it, and as glewlwyd does."""
    browser, at_glewlwyd = Browser(), UserAgent(site.glewlwyd.ca_file)
    request = site.begin(browser, "/login?provider=glewlwyd")
    callback = sign_in.answer_of_glewlwyd(request, site.glewlwyd.ca_file, at_glewlwyd).redirect
    assert site.come_back(browser, request, callback).status == 200, site.host.log()[-2000:]
    return browser, at_glewlwyd


def test_logout_at_the_provider_ends_the_session_here(site: SiteUnderTest) -> None:
    browser, at_glewlwyd = log_in(site)
    other, _ = log_in(site)
    copy = browser.copy()
    sid = site.user(browser)["sid"]
    assert sid != site.user(other)["sid"]
    answer = at_glewlwyd.send_json("DELETE", f"{site.glewlwyd.base}/api/sessions/session/{sid}/", {})
    assert answer.status == 200, answer.text
    deadline = time.monotonic() + DEADLINE
    while "event=backchannel_logout" not in site.host.log():
        assert time.monotonic() < deadline, site.host.log()[-2000:]
    assert "event=backchannel_logout provider=glewlwyd" in site.host.log(), site.host.log()[-2000:]
    assert site.user(browser) == site.user(copy) == {"is_logged_in": False}
    assert site.user(other)["is_logged_in"] is True
