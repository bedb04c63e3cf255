"""The gateway beside its peers, for a signed-in user: requests per second and the 99th percentile by wrk, one after the
other on one machine, and the memory of idle WebSockets.

    ./run bench --gateway

Every program forwards to the same nginx, which answers from memory.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests/Program"), str(ROOT / "Tests/BlackBox")]
os.environ.setdefault("STAUTH_PROGRAM_PATH", str(ROOT / "build/program/stauth"))

from browser import Browser  # noqa: E402
from front_servers_of_the_gateway import NGINX, front  # noqa: E402
from gateway_under_test import Gateway, accept, wait_until  # noqa: E402
from hosts import free_port  # noqa: E402
from provider import OpenIDProvider, ProviderServer  # noqa: E402

SECONDS, TURNS, CONNECTIONS, WEBSOCKETS = 5, 3, 32, 10_000
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
APP = """
server {{ listen 127.0.0.1:{port} backlog=4096; keepalive_requests 1000000000; location / {{ return 200 page; }} }}
"""
ALONE = """
upstream app {{ server 127.0.0.1:{app}; keepalive 32; keepalive_requests 1000000000; }}
server {{ listen 127.0.0.1:{port}; keepalive_requests 1000000000; location / {{
    proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }} }}
"""
MODULES = ("mpm_event", "authz_core", "authn_core", "authz_user", "auth_openidc", "proxy", "proxy_http")
APACHE = """
ServerRoot {folder}
ServerName 127.0.0.1
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
Mutex posixsem
User www-data
Group www-data
Listen 127.0.0.1:{port}
{modules}
StartServers 2
ServerLimit 2
ThreadsPerChild 32
MaxRequestWorkers 64
MaxKeepAliveRequests 0
KeepAliveTimeout 60
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client}
OIDCClientSecret {secret}
OIDCRedirectURI http://127.0.0.1:{port}/oauth2callback
OIDCCryptoPassphrase k8VxTzq4NfWm2RbYcJ7sLhPd-benchmark
OIDCSessionType client-cookie
OIDCPKCEMethod S256
OIDCSSLValidateServer Off
<Location />
    AuthType openid-connect
    Require valid-user
    ProxyPass http://127.0.0.1:{app}/ keepalive=On
</Location>
"""


@contextlib.contextmanager
def running(command: list[str], settings: str | None, port: int, folder: Path, **environment: str) -> Iterator[int]:
    """Yields the process id, once the port accepts."""
    if settings is not None:
        (folder / "settings").write_text(settings)
        command = [*command, str(folder / "settings")]
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder)} | environment
    process = subprocess.Popen(command, env=surroundings)

    def accepts() -> bool:
        assert process.poll() is None, f"{command[0]} has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        wait_until(accepts, f"{command[0]} starts")
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def nginx(stack: contextlib.ExitStack, servers: str, port: int) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    folder.chmod(0o755)
    command = ["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr", "-c"]
    stack.enter_context(running(command, NGINX.format(folder=folder, block=servers), port, folder))


def apache(stack: contextlib.ExitStack, provider: OpenIDProvider, app: int, port: int) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    folder.chmod(0o777)
    modules = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in MODULES)
    names = {"issuer": provider.issuer, "client": provider.client_id, "secret": provider.client_secret}
    settings = APACHE.format(folder=folder, port=port, app=app, modules=modules, **names)
    stack.enter_context(running(["/usr/sbin/apache2", "-DFOREGROUND", "-f"], settings, port, folder))


def go(stack: contextlib.ExitStack, provider: OpenIDProvider, app: int, port: int) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    program = folder / "gateway"
    building = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(ROOT / "build/bench/go-cache")}
    command = ["go", "build", "-o", str(program), "./benchmarks/go/gateway"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **building}, check=True)
    arguments = [str(port), provider.issuer, provider.client_id, provider.client_secret, f"127.0.0.1:{app}"]
    stack.enter_context(running([str(program), *arguments], None, port, folder))


def log_in(public: str, port: int) -> str:
    """The Cookie header of a user who has signed in there."""
    browser = Browser(routes={public: port})
    page = browser.open(public + "/")
    assert page.text.strip() == "page", page.text[:300]
    from urllib.parse import urlsplit

    return browser.jar.header(urlsplit(public + "/"), True, True) or ""


def wrk(port: int, host: str, cookie: str) -> tuple[float, float]:
    """Requests per second, and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-H", f"Host: {host}"]
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    printed = subprocess.run([*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in printed, f"{host}:{port}\n{printed}"
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    assert found, printed
    late = float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1]), late


def resident(process: int) -> int:
    return int(Path(f"/proc/{process}/status").read_text().split("VmRSS:")[1].split()[0])


def websockets(gateway: Gateway, cookie: str) -> tuple[int, float]:
    """How many are open, and the MiB that the gateway has grown by."""
    lines = ["GET /ws HTTP/1.1", "Host: app.localhost:81", "Connection: Upgrade", "Upgrade: websocket"]
    lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {KEY}", f"Cookie: {cookie}", "", ""]
    handshake = "\r\n".join(lines).encode()
    before, open_ones = resident(gateway.process.pid), []
    # The gateway has two files open for each.
    most = (resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 200) // 2
    for _ in range(min(WEBSOCKETS, most)):
        one = socket.create_connection(("127.0.0.1", gateway.port), 30)
        one.sendall(handshake)
        assert one.recv(1024).startswith(b"HTTP/1.1 101")
        open_ones.append(one)
    grown = (resident(gateway.process.pid) - before) / 1024
    for one in open_ones:
        one.close()
    return len(open_ones), grown


def serve_websockets(listener: socket.socket) -> int:
    """An app that agrees to every WebSocket and says nothing more; in a process of its own."""
    if process := os.fork():
        return process
    kept = []
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    answer = "\r\n".join([*lines, f"Sec-WebSocket-Accept: {accept(KEY)}", "", ""]).encode()
    while True:
        one, _ = listener.accept()
        one.recv(65536)
        one.sendall(answer)
        kept.append(one)


def compare(stack: contextlib.ExitStack, provider: OpenIDProvider, folder: Path) -> dict[str, tuple[int, str, str]]:
    """By name: port, Host and Cookie for wrk."""
    app, alone, apache_port, go_port, go_front, own_front = (free_port() for _ in range(6))
    nginx(stack, APP.format(port=app), app)
    nginx(stack, ALONE.format(app=app, port=alone), alone)
    gateway = Gateway(folder, provider, gateway={"upstream": f"http://127.0.0.1:{app}", "forward_auth": True})
    stack.callback(gateway.stop)
    stack.enter_context(front("nginx", own_front, gateway.port, app))
    apache(stack, provider, app, apache_port)
    go(stack, provider, app, go_port)
    stack.enter_context(front("nginx", go_front, go_port, app))
    cookie = log_in(gateway.public, gateway.port)
    go_cookie = log_in(f"http://127.0.0.1:{go_port}", go_port)
    host = gateway.public.removeprefix("http://")
    return {
        "nginx alone": (alone, host, ""),
        "nginx asks stauth": (own_front, host, cookie),
        "nginx asks the Go gateway": (go_front, f"127.0.0.1:{go_port}", go_cookie),
        "Apache with mod_auth_openidc": (
            apache_port,
            f"127.0.0.1:{apache_port}",
            log_in(f"http://127.0.0.1:{apache_port}", apache_port),
        ),
        "stauth as a proxy": (gateway.port, host, cookie),
        "the Go gateway as a proxy": (go_port, f"127.0.0.1:{go_port}", go_cookie),
    }


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    app = serve_websockets(listener)
    providers = ProviderServer(polite=False)
    provider = providers.add("bench", "RS256", OpenIDProvider)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        stack.callback(providers.close)
        stack.callback(os.kill, app, signal.SIGKILL)
        ways = compare(stack, provider, Path(folder))
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(TURNS):
            for name, (port, host, cookie) in ways.items():
                results[name].append(wrk(port, host, cookie))
        print("| | requests/s | 99 % within |\n|---|---|---|")
        for name, turns in results.items():
            rate, late = (statistics.median(values) for values in zip(*turns, strict=True))
            print(f"| {name} | {rate:,.0f} | {late:.2f} ms |")
        upstream = f"http://127.0.0.1:{listener.getsockname()[1]}"
        gateway = Gateway(Path(folder), provider, gateway={"upstream": upstream}, open_paths=["/open"])
        stack.callback(gateway.stop)
        count, grown = websockets(gateway, ways["stauth as a proxy"][2])
        print(f"\n{count:,} idle WebSockets: {grown:.0f} MiB")


main()
