"""A logout on the site revokes the tokens at glewlwyd, which then knows neither any more."""

from __future__ import annotations

import json
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
from user_agent import Answer, UserAgent

REVOCATION = {"introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True}
CLIENT = {"client_id": "revokes", "client_secret": "revokes-secret-0123456789"}


@pytest.fixture(scope="module")
def site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    folder = tmp_path_factory.mktemp
    port = free_port()
    redirect_uri = f"http://localhost:{port}/oauth2callback"
    with glewlwyd.glewlwyd(folder("glewlwyd"), redirect_uri + "/unused") as server:
        admin = Admin(server.base, server.ca_file)
        issuer = f"{server.base}/api/revocation"
        admin.add_plugin("revocation", issuer, glewlwyd.make_signing_key(server.folder, "rsa"), REVOCATION)
        admin.add_client(Client(CLIENT["client_id"], CLIENT["client_secret"], redirect_uri))
        secrets = folder("site") / "secrets.toml"
        provider = Provider(issuer, CLIENT["client_id"], CLIENT["client_secret"], server.ca_file)
        shared = {
            "redirect_uri": redirect_uri,
            "cookie_secret": COOKIE_SECRET,
            "expose_tokens": ["access", "refresh"],
        }
        secrets.write_text(write_secrets(shared, {"glewlwyd": settings(provider)}))
        secrets.chmod(0o600)
        running = RunningHost(host, secrets, port)
        yield SiteUnderTest(running, server)
        assert running.stop() == 0, running.log()[-2000:]


def ask(site: SiteUnderTest, path: str, **fields: str) -> Answer:
    agent = UserAgent(site.glewlwyd.ca_file)
    return agent.post_form(f"{site.glewlwyd.base}/api/revocation/{path}", fields | CLIENT)


def is_active(site: SiteUnderTest, token: str) -> bool:
    answer = ask(site, "introspect", token=token)
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["active"]


def test_tokens_are_dead_after_a_logout(site: SiteUnderTest) -> None:
    browser = Browser()
    request = site.begin(browser, "/login?provider=glewlwyd")
    callback = sign_in.answer_of_glewlwyd(request, site.glewlwyd.ca_file, UserAgent(site.glewlwyd.ca_file)).redirect
    assert site.come_back(browser, request, callback).status == 200, site.host.log()[-2000:]
    tokens = site.user(browser)["tokens"]
    assert is_active(site, tokens["access"]) and is_active(site, tokens["refresh"])
    assert browser.open(site.url("/")).submit("/auth/logout").status == 200
    assert "event=tokens_revoked provider=glewlwyd" in site.host.log(), site.host.log()[-2000:]
    assert not is_active(site, tokens["access"]) and not is_active(site, tokens["refresh"])
    refused = ask(site, "token", grant_type="refresh_token", refresh_token=tokens["refresh"])
    assert refused.status in (400, 401, 403), refused.text
