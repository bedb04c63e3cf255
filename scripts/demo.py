"""Runs an OpenID provider and the C demo on loopback until Ctrl-C; or logs in without a browser."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import headless_login

ROOT = Path(__file__).resolve().parents[1]
# The tests know how to start programs and wait for them.
sys.path += [str(ROOT / "Tests" / "BlackBox"), str(ROOT / "Tests" / "BlackBox" / "real")]

from hosts import HOSTS, RunningHost  # noqa: E402
from providers import free_port, installed_script, running  # noqa: E402
from toml_writer import write_secrets  # noqa: E402

ADA = {
    "sub": "ada",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "email_verified": True,
    "locale": "en-GB",
    "groups": ["mathematics", "engines"],
}


@contextmanager
def provider(folder: Path) -> Iterator[str]:
    """oidc-provider-mock with one user; yields its issuer."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    command = [installed_script("oidc-provider-mock"), "--port", str(port), "--user-claims", json.dumps(ADA)]
    with running(command, folder) as process:
        process.wait_for(f"{issuer}/.well-known/openid-configuration")
        yield issuer


@contextmanager
def demo(folder: Path, issuer: str) -> Iterator[str]:
    """The C demo; yields its URL."""
    port = free_port()
    url = f"http://localhost:{port}/"
    settings = {
        "client_id": "demo",
        "client_secret": secrets.token_urlsafe(),
        "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
    }
    shared = {"redirect_uri": f"{url}oauth2callback", "cookie_secret": secrets.token_urlsafe()}
    path = folder / "secrets.toml"
    path.touch(0o600)
    path.write_text(write_secrets(shared, {"default": settings}))
    app = RunningHost(HOSTS[0], path, port)
    try:
        yield url
    finally:
        app.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="log in over HTTP, print the user's JSON, and exit")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        tempfile.TemporaryDirectory(prefix="stauth-demo-") as folder,
        provider(Path(folder)) as issuer,
        demo(Path(folder), issuer) as url,
    ):
        print(f"provider  {issuer}/", flush=True)
        print(f"demo      {url}", flush=True)
        if arguments.headless:
            headless_login.run(url)
            return
        print("Open the demo in a browser; Ctrl-C ends it.", flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
