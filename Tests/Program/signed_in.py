"""The C demo, and a browser that is signed in there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import Browser
from deployment import Deployment
from hosts import HOSTS
from provider import OpenIDProvider, ProviderServer


@contextmanager
def demo(folder: Path, **options: Any) -> Iterator[tuple[Deployment, OpenIDProvider]]:
    server = ProviderServer()
    provider = server.add("op")
    deployment = Deployment(HOSTS[0], folder, {"default": provider}, **options)
    try:
        yield deployment, provider
    finally:
        deployment.stop()
        server.close()


def secrets_file(deployment: Deployment) -> Path:
    return deployment.host.log_path.parent / "secrets.toml"


def cookie_header(deployment: Deployment, browser: Browser) -> str:
    names = [name for name in browser.jar.names() if name.startswith(deployment.prefix)]
    return "; ".join(f"{name}={browser.jar.get(name)}" for name in names)
