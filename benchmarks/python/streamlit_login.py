"""A real Streamlit on loopback: the provider requests of a login and the bytes of the cookies that it leaves.

One more argument: the provider's origin (benchmarks/go/provider). Runs in the environment that has Streamlit.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import bench
from joserfc import jwt
from joserfc.jwk import OctKey
from servers import Browser, free_port, provider_requests, running

SECRET = "k8VxTzq4NfWm2RbYcJ7sLhPd-benchmark"
SECRETS = """[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "{secret}"
client_id = "benchmark"
client_secret = "secret"
server_metadata_url = "{origin}/.well-known/openid-configuration"
"""


@contextlib.contextmanager
def running_streamlit(folder: Path, origin: str) -> Iterator[str]:
    port = free_port()
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(SECRETS.format(port=port, secret=SECRET, origin=origin))
    (folder / "app.py").write_text("import streamlit as st\nst.title(str(st.user.is_logged_in))\n")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--server.fileWatcherType=none"]
    command += ["--browser.gatherUsageStats=false"]
    with running(command, folder, port):
        yield f"http://localhost:{port}"


def log_in(browser: Browser, site: str) -> None:
    """The URL that st.login() sends a browser to: the provider's name is signed with the cookie secret."""
    claim = jwt.encode(
        {"alg": "HS256"}, {"provider": "default", "exp": int(time.time()) + 120}, OctKey.import_key(SECRET)
    )
    browser.follow(f"{site}/auth/login?provider={claim}")


def main() -> None:
    (origin,) = bench.MORE
    with (
        tempfile.TemporaryDirectory(prefix="stauth-streamlit-") as folder,
        running_streamlit(Path(folder), origin) as site,
    ):
        log_in(Browser(), site)
        browser = Browser()
        requests = provider_requests(origin)
        log_in(browser, site)
        bench.report("provider requests per login, Streamlit", value=provider_requests(origin) - requests)
        kept = [f"{name}={value}" for name, value in browser.cookies.items() if name.startswith("_streamlit_user")]
        assert len(kept) >= 2, f"Streamlit left {list(browser.cookies)}"
        bench.report("cookie bytes, Streamlit", value=len("; ".join(kept)))


main()
