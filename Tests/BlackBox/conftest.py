"""Fixtures: the provider server, and a way to start host apps with any configuration."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import conformance
from deployment import Deployment, StartDeployment
from hosts import HOSTS, Clock, Host
from provider import OpenIDProvider, ProviderServer
from victim import Victim

_number = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "conformance(*modules): what of the OpenID Foundation's suite a test stands for")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--polite", action="store_true", help="providers ignore what tests bend: attack tests must fail")
    parser.addoption("--host", choices=[host.name for host in HOSTS], help="run the scenarios against this host only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "host" in metafunc.fixturenames and metafunc.module.__name__ == "test_scenarios":
        chosen = metafunc.config.getoption("--host")
        hosts = [host for host in HOSTS if chosen in (None, host.name)]
        metafunc.parametrize("host", hosts, ids=[host.name for host in hosts], scope="session")


def pytest_itemcollected(item: pytest.Item) -> None:
    """For `--dist loadgroup` of pytest-xdist: what shares a host, or the programs of real/, stays in one process. The
    plugin reads the marks before pytest calls the next function."""
    module = "real" if item.path.parent.name == "real" else item.path.stem
    item.add_marker(pytest.mark.xdist_group(_host_of(item) or module))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Host by host, or pytest's own order would start each of them again and again."""
    conformance.record(items)
    names = [host.name for host in HOSTS]
    items.sort(key=lambda item: names.index(_host_of(item) or names[0]))
    if getattr(config.option, "loadgroup", False) and not all("@" in item.nodeid for item in items):
        raise pytest.UsageError("pytest-xdist ignores the groups: it does not know this version of pytest")


def _host_of(item: pytest.Item) -> str | None:
    """The host's name, if this is a test of the list."""
    host = item.callspec.params.get("host") if hasattr(item, "callspec") else None
    return host.name if isinstance(host, Host) else None


@pytest.fixture(scope="session")
def host() -> Host:
    """What tests the library itself needs one host; test_scenarios.py gets all of them."""
    return HOSTS[0]


@pytest.fixture(scope="session")
def providers(pytestconfig: pytest.Config) -> Iterator[ProviderServer]:
    server = ProviderServer(polite=pytestconfig.getoption("--polite"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def new_provider(providers: ProviderServer) -> Callable[..., OpenIDProvider]:
    """Adds a provider with an issuer that no host has cached yet."""
    return lambda name="op", algorithm="RS256", kind=OpenIDProvider: providers.add(
        f"{name}{next(_number)}", algorithm, kind
    )


def _starter(host: Host, folders: Callable[[], Path], started: ExitStack) -> StartDeployment:
    def start(providers: dict[str, OpenIDProvider] | OpenIDProvider, **options: Any) -> Deployment:
        if isinstance(providers, OpenIDProvider):
            providers = {"default": providers}
        folder = folders()
        if options.pop("own_clock", False):
            options["clock"] = Clock(folder)
        deployment = Deployment(options.pop("host", host), folder, providers, **options)
        started.callback(deployment.stop)
        return deployment

    return start


@pytest.fixture
def start(host: Host, tmp_path: Path) -> Iterator[StartDeployment]:
    """Starts hosts that end with the test."""
    numbers = itertools.count(1)

    def folder() -> Path:
        path = tmp_path / f"host{next(numbers)}"
        path.mkdir()
        return path

    with ExitStack() as started:
        yield _starter(host, folder, started)


@pytest.fixture(scope="module")
def start_shared(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartDeployment]:
    """Starts hosts that the tests of a module share."""
    with ExitStack() as started:
        yield _starter(host, lambda: tmp_path_factory.mktemp("host"), started)


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
