"""Runs an OpenID provider and the C demo on loopback until Ctrl-C; or logs in without a browser."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import headless_login
from demo_provider import Client, DemoProvider

ROOT = Path(__file__).resolve().parents[1]
# The tests know how to start programs and wait for them.
sys.path.append(str(ROOT / "Tests" / "BlackBox"))

from hosts import HOSTS, RunningHost, free_port  # noqa: E402
from toml_writer import write_secrets  # noqa: E402


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, str]]:
    """The provider and the C demo; yields their URLs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"  # a bare system may not know localhost
    client = Client("demo", secrets.token_urlsafe(32), f"{url}oauth2callback")
    provider = DemoProvider(client)
    settings = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        "id_token_signed_response_alg": "HS256",
    }
    shared = {"redirect_uri": client.redirect_uri, "cookie_secret": secrets.token_urlsafe()}
    path = folder / "secrets.toml"
    path.touch(0o600)
    path.write_text(write_secrets(shared, {"default": settings}))
    app = RunningHost(HOSTS[0], path, port)
    try:
        yield f"{provider.issuer}/", url
    finally:
        app.stop()
        provider.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="log in over HTTP, print the user's JSON, and exit")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        tempfile.TemporaryDirectory(prefix="stauth-demo-") as folder,
        running(Path(folder)) as (provider, url),
    ):
        print(f"provider  {provider}", flush=True)
        print(f"demo      {url}", flush=True)
        if arguments.headless:
            headless_login.run(url)
            return
        print(f"Open {url} in a browser and press Log in; Ctrl-C ends it.", flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
