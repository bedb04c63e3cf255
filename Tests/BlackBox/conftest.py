"""Fixtures: the provider server, and a way to start host apps with any configuration."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deployment import Deployment, StartDeployment
from hosts import HOSTS, Clock, Host
from provider import OpenIDProvider, ProviderServer
from victim import Victim

_number = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--polite", action="store_true", help="providers ignore what tests bend: attack tests must fail")
    parser.addoption("--host", help="run the scenarios against this host of hosts.py only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "host" in metafunc.fixturenames and "scenario" in metafunc.module.__name__:
        chosen = metafunc.config.getoption("--host")
        hosts = [host for host in HOSTS if chosen in (None, host.name)]
        metafunc.parametrize("host", hosts, ids=[host.name for host in hosts], scope="session")


@pytest.fixture(scope="session")
def host() -> Host:
    """The attacks test the library, so one host is enough for them; scenario modules get all of them."""
    return HOSTS[0]


@pytest.fixture(scope="session")
def providers(pytestconfig: pytest.Config) -> Iterator[ProviderServer]:
    server = ProviderServer(polite=pytestconfig.getoption("--polite"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def new_provider(providers: ProviderServer) -> Callable[..., OpenIDProvider]:
    """Adds a provider with an issuer that no host has cached yet."""
    return lambda name="op", algorithm="RS256": providers.add(f"{name}{next(_number)}", algorithm)


def _starter(host: Host, folders: Callable[[], Path], started: list[Deployment]) -> StartDeployment:
    def start(providers: dict[str, OpenIDProvider] | OpenIDProvider, **options: Any) -> Deployment:
        if isinstance(providers, OpenIDProvider):
            providers = {"default": providers}
        folder = folders()
        if options.pop("own_clock", False):
            options["clock"] = Clock(folder)
        deployment = Deployment(options.pop("host", host), folder, providers, **options)
        started.append(deployment)
        return deployment

    return start


@pytest.fixture
def start(host: Host, tmp_path: Path) -> Iterator[StartDeployment]:
    """Starts hosts that end with the test."""
    started: list[Deployment] = []
    numbers = itertools.count(1)

    def folder() -> Path:
        path = tmp_path / f"host{next(numbers)}"
        path.mkdir()
        return path

    yield _starter(host, folder, started)
    for deployment in started:
        deployment.stop()


@pytest.fixture(scope="module")
def start_shared(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartDeployment]:
    """Starts hosts that the tests of a module share."""
    started: list[Deployment] = []
    yield _starter(host, lambda: tmp_path_factory.mktemp("host"), started)
    for deployment in started:
        deployment.stop()


@pytest.fixture(scope="module")
def shared_victim(start_shared: StartDeployment, new_provider: Callable[..., OpenIDProvider]) -> Callable[..., Victim]:
    """Makes a victim with warm caches that the tests of a module share. Options go into the provider's section."""

    def make(algorithm: str = "RS256", **section: Any) -> Victim:
        providers = {"default": new_provider("bad", algorithm), "safe": new_provider("safe")}
        return Victim(start_shared(providers, more={"default": section})).warm()

    return make


@pytest.fixture
def new_victim(start: StartDeployment, new_provider: Callable[..., OpenIDProvider]) -> Callable[..., Victim]:
    """Makes a victim that has not spoken with the bad provider yet."""

    def make(algorithm: str = "RS256", own_clock: bool = False, **section: Any) -> Victim:
        providers = {"default": new_provider("bad", algorithm), "safe": new_provider("safe")}
        return Victim(start(providers, own_clock=own_clock, more={"default": section}))

    return make
