"""Fixtures: the real providers, and a host app that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import glewlwyd
import providers
from hosts import Clock, Host, RunningHost
from site_under_test import COOKIE_SECRET, SiteUnderTest, sections
from toml_writer import write_secrets


@contextmanager
def site_of_all(
    host: Host, folder: Callable[[str], Path], clock: Clock | None = None, **more: Any
) -> Iterator[SiteUnderTest]:
    """A site with every provider; `more`: keys of [auth]."""
    port = providers.free_port()
    redirect_uri = f"http://localhost:{port}/oauth2callback"
    with ExitStack() as stack:
        mock = stack.enter_context(providers.oidc_provider_mock(folder("mock")))
        nanoidp = stack.enter_context(providers.nanoidp(folder("nanoidp"), redirect_uri))
        server = stack.enter_context(glewlwyd.glewlwyd(folder("glewlwyd"), redirect_uri))
        secrets = folder("site") / "secrets.toml"
        other_authority = glewlwyd.make_certificates(folder("other-authority"))
        shared = {"redirect_uri": redirect_uri, "cookie_secret": COOKIE_SECRET} | more
        secrets.write_text(write_secrets(shared, sections(mock, nanoidp, server, other_authority)))
        secrets.chmod(0o600)
        running = RunningHost(host, secrets, port, clock)
        stack.callback(running.stop)
        yield SiteUnderTest(running, server)
        assert running.stop() == 0, running.log()[-2000:]


@pytest.fixture(scope="session")
def site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    with site_of_all(host, tmp_path_factory.mktemp) as site:
        yield site
