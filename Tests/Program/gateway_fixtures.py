"""Fixtures for tests of the gateway."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway_under_test import App, Gateway
from provider import OpenIDProvider, ProviderServer

_number = itertools.count(1)


@pytest.fixture(scope="module")
def providers() -> Iterator[ProviderServer]:
    server = ProviderServer(polite=False)
    yield server
    server.close()


@pytest.fixture(scope="module")
def provider(providers: ProviderServer) -> OpenIDProvider:
    return providers.add(f"op{next(_number)}", "RS256", OpenIDProvider)


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    app = App()
    yield app
    app.close()


@pytest.fixture
def start_gateway(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    """Starts gateways that end with the test."""
    with ExitStack() as started:

        def start(*arguments: Any, **options: Any) -> Gateway:
            gateway = Gateway(tmp_path, *arguments, **options)
            started.callback(gateway.stop)
            return gateway

        yield start


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, provider: OpenIDProvider, app: App) -> Iterator[Gateway]:
    """A gateway before the app, with an open path and folder."""
    gateway = Gateway(tmp_path_factory.mktemp("guarded"), provider, app, open_paths=["/health", "/static/"])
    yield gateway
    gateway.stop()
