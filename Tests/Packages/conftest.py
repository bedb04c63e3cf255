"""Fixtures: a provider, and a host behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deployment import Deployment
from hosts import Host
from provider import OpenIDProvider, ProviderServer


def pytest_itemcollected(item: pytest.Item) -> None:
    """For `--dist loadgroup` of pytest-xdist: what uses one root stays in one process. The plugin reads the marks
    before pytest calls pytest_collection_modifyitems here."""
    suite = item.callspec.params.get("suite", "") if hasattr(item, "callspec") else ""
    item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {suite}"))


@pytest.fixture(scope="session")
def provider() -> Iterator[OpenIDProvider]:
    server = ProviderServer()
    yield server.add("op")
    server.close()


@pytest.fixture
def start(provider: OpenIDProvider, tmp_path: Path) -> Iterator[Callable[[Host], Deployment]]:
    """Starts a host that ends with the test."""
    with ExitStack() as started:

        def start(host: Host) -> Deployment:
            deployment = Deployment(host, tmp_path / "host", {"default": provider})
            started.callback(deployment.stop)
            return deployment

        yield start
