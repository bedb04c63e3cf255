"""Apache and nginx before a host, with their caches at their defaults."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from hosts import Clock
from providers import START_DEADLINE, STOP_DEADLINE

MODULES = "/usr/lib/apache2/modules"

APACHE_FRAME = """
ServerRoot {folder}
PidFile {folder}/pid
ErrorLog {folder}/log.txt
User www-data
Group www-data
Listen 127.0.0.1:{port}
ServerName localhost
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
"""

APACHE = (
    APACHE_FRAME
    + """
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
LoadModule cache_module {modules}/mod_cache.so
LoadModule cache_disk_module {modules}/mod_cache_disk.so
CacheRoot {folder}/cache
CacheEnable disk /
CacheHeader on
ProxyPreserveHost on
ProxyPass / http://127.0.0.1:{host}/
"""
)

NGINX_FRAME = """
daemon off;
user www-data;
pid {folder}/pid;
error_log {folder}/log.txt;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""

NGINX = """
    proxy_cache_path {folder}/cache keys_zone=all:1m;
    proxy_set_header Host $http_host;
    proxy_buffer_size 16k;  # for a login whose session takes two cookies
    proxy_buffers 8 16k;
    map $http_cookie $has_session {{
        default                                  no;
        "~(^|; )(__Host-)?stauth_session=[^;]"   yes;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{host};
            proxy_cache all;
            add_header X-Cache $upstream_cache_status;
            add_header X-Has-Session $has_session;
        }}
        location /files/ {{
            auth_request /check;
            auth_request_set $renewal $upstream_http_set_cookie;
            add_header Set-Cookie $renewal;
            root {folder};
        }}
        location = /check {{
            internal;
            proxy_pass http://127.0.0.1:{host};
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header Host $http_host;
        }}
    }}
"""


@contextlib.contextmanager
def apache(port: int, host: int, clock: Clock) -> Iterator[None]:
    with front_folder() as folder:
        configuration = APACHE.format(folder=folder, port=port, host=host, modules=MODULES)
        command = ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f"]
        with running(command, configuration, folder, port, clock):
            yield


@contextlib.contextmanager
def nginx(port: int, host: int, clock: Clock) -> Iterator[None]:
    with front_folder() as folder:
        (folder / "files").mkdir()
        (folder / "files" / "report.txt").write_text("for members")
        servers = NGINX.format(folder=folder, port=port, host=host)
        configuration = NGINX_FRAME.format(folder=folder, servers=servers)
        with running(["/usr/sbin/nginx", "-c"], configuration, folder, port, clock):
            yield


@contextlib.contextmanager
def front_folder() -> Iterator[Path]:
    """For a server that gives up its rights, and may not enter pytest's folders."""
    with tempfile.TemporaryDirectory(prefix="stauth-front-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "cache").mkdir()
        (folder / "cache").chmod(0o777)
        yield folder


@contextlib.contextmanager
def running(
    command: list[str], configuration: str, folder: Path, port: int, clock: Clock | None = None
) -> Iterator[None]:
    path = folder / "server.conf"
    path.write_text(configuration)
    environment = {"HOME": str(folder), **(clock.environment() if clock else {})}
    process = subprocess.Popen([*command, str(path)], cwd=folder, stdin=subprocess.DEVNULL, env=environment)
    try:
        _wait_for(process, port, folder / "log.txt")
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            text = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{process.args!r} did not start\n{text}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
