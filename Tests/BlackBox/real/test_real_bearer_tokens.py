"""A program calls the site with an access token of glewlwyd's: as a JWT, and by introspection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import glewlwyd
import sign_in
from browser import Browser, Page
from glewlwyd_admin import Admin, Client
from hosts import Host, RunningHost
from providers import Provider, free_port
from site_under_test import COOKIE_SECRET, SiteUnderTest, settings
from toml_writer import write_secrets
from user_agent import UserAgent

# glewlwyd gives introspections of other clients' tokens to those that have this scope.
INTROSPECTION = {"introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True}
KINDS = ["jwt", "introspection"]


@pytest.fixture(scope="module")
def sites(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, SiteUnderTest]]:
    """One site for each kind of token, at one provider."""
    folder = tmp_path_factory.mktemp
    ports = {kind: free_port() for kind in KINDS}
    running: dict[str, RunningHost] = {}
    with glewlwyd.glewlwyd(folder("glewlwyd"), "http://localhost:1/unused") as server:
        admin = Admin(server.base, server.ca_file)
        issuer = f"{server.base}/api/tokens"
        admin.add_plugin("tokens", issuer, glewlwyd.make_signing_key(server.folder, "rsa"), INTROSPECTION)
        for kind in KINDS:
            redirect_uri = f"http://localhost:{ports[kind]}/oauth2callback"
            provider = Provider(issuer, f"calls-{kind}", f"calls-{kind}-secret-0123456789", server.ca_file)
            admin.add_client(Client(provider.client_id, provider.client_secret, redirect_uri))
            running[kind] = start(host, folder("site") / "secrets.toml", ports[kind], redirect_uri, provider, kind)
        yield {kind: SiteUnderTest(running[kind], server) for kind in KINDS}
        for site in running.values():
            assert site.stop() == 0, site.log()[-2000:]


def start(host: Host, secrets: Path, port: int, redirect_uri: str, provider: Provider, kind: str) -> RunningHost:
    shared = {"redirect_uri": redirect_uri, "cookie_secret": COOKIE_SECRET, "expose_tokens": ["access", "refresh"]}
    # glewlwyd names the scope there, without a resource indicator.
    section = settings(provider) | {"bearer_tokens": kind, "bearer_audience": "openid profile email"}
    secrets.write_text(write_secrets(shared, {"glewlwyd": section}))
    secrets.chmod(0o600)
    return RunningHost(host, secrets, port)


def tokens(site: SiteUnderTest) -> dict[str, str]:
    """Those of a login."""
    browser = Browser()
    request = site.begin(browser, "/login?provider=glewlwyd")
    callback = sign_in.answer_of_glewlwyd(request, site.glewlwyd.ca_file, UserAgent(site.glewlwyd.ca_file)).redirect
    assert site.come_back(browser, request, callback).status == 200, site.host.log()[-2000:]
    return site.user(browser)["tokens"]


def call(site: SiteUnderTest, token: str) -> Page:
    return Browser().open(site.url("/user.json"), Authorization=f"Bearer {token}", Accept="application/json")


@pytest.mark.parametrize("kind", KINDS)
def test_access_token_is_accepted(sites: dict[str, SiteUnderTest], kind: str) -> None:
    site = sites[kind]
    given = tokens(site)
    page = call(site, given["access"])
    assert page.status == 200, f"{page.text}\n{site.host.log()[-2000:]}"
    user = json.loads(page.body)
    assert (user["provider"], user["authenticated_by"]) == ("glewlwyd", "bearer") and user["sub"]
    assert page.cookies == []


@pytest.mark.parametrize("kind", KINDS)
def test_other_tokens_are_refused(sites: dict[str, SiteUnderTest], kind: str) -> None:
    """A refresh token is active, too."""
    site = sites[kind]
    given = tokens(site)
    for token in [given["refresh"], given["access"][:-8] + "AAAAAAAA", "made-up"]:
        page = call(site, token)
        assert page.status == 401, page.text
        assert json.loads(page.body)["error"] == "invalid_token"
    assert given["access"] not in site.host.log() and given["refresh"] not in site.host.log()
