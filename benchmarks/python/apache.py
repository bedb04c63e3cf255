"""The share that mod_auth_openidc and mod_stauth have of a request: an Apache on loopback, the same page without them
and with each.

More arguments: the provider's origin (benchmarks/go/provider) and a folder to work in. A user logs in once and then has
the session in a cookie, as with stauth. The CPU is that of Apache's worker process, as the kernel counts it.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import bench
from servers import Browser, free_port, provider_requests, running

MODULES = "/usr/lib/apache2/modules"
OURS = Path(__file__).resolve().parents[2] / "build" / "apache" / "modules" / "mod_stauth.so"
CONFIGURATION = """
ServerRoot {folder}
ServerName 127.0.0.1
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
Mutex posixsem
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
LoadModule stauth_module {stauth}
StartServers 1
ServerLimit 1
ThreadsPerChild 4
MaxRequestWorkers 4
MinSpareThreads 1
MaxSpareThreads 4
MaxKeepAliveRequests 0
KeepAliveTimeout 60
LimitRequestFieldSize 32768
DocumentRoot {folder}/pages
OIDCProviderMetadataURL {origin}/.well-known/openid-configuration
OIDCClientID benchmark
OIDCClientSecret secret
OIDCRedirectURI http://127.0.0.1:{port}/protected/callback
OIDCCryptoPassphrase k8VxTzq4NfWm2RbYcJ7sLhPd-benchmark
OIDCSessionType client-cookie
OIDCScope "openid profile email"
<Directory {folder}/pages>
    Require all granted
</Directory>
<Location /protected>
    AuthType openid-connect
    Require valid-user
</Location>
Listen 127.0.0.1:{own_port}
<VirtualHost 127.0.0.1:{own_port}>
    StauthSecrets {secrets}
    <Location /ours>
        AuthType stauth
        Require valid-user
    </Location>
</VirtualHost>
"""


@contextlib.contextmanager
def running_apache(folder: Path, origin: str) -> Iterator[tuple[int, int, int]]:
    """Returns the port, that of our module, and the pid of the first process."""
    port, own_port, secrets = free_port(), free_port(), folder / "secrets.toml"
    secrets.write_text(bench.read("secrets"))
    places = {"folder": folder, "modules": MODULES, "stauth": OURS, "secrets": secrets}
    configuration = CONFIGURATION.format(port=port, own_port=own_port, origin=origin, **places)
    if os.getuid() == 0:  # its worker gives root up
        worker = pwd.getpwnam("www-data")
        configuration += "User www-data\nGroup www-data\n"
        for path in (folder, *folder.rglob("*")):
            os.chown(path, worker.pw_uid, worker.pw_gid)
    (folder / "httpd.conf").write_text(configuration)
    command = ["/usr/sbin/apache2", "-d", str(folder), "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]
    with running(command, folder, port) as process:
        yield port, own_port, process.pid


def worker_seconds(parent: int) -> float:
    """The CPU that the worker process has used."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    tasks = [task for child in children for task in Path(f"/proc/{child}/task").iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def measure(name: str, url: str, cookies: str, parent: int) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    before, wall = worker_seconds(parent), time.perf_counter()
    for _ in range(bench.ITERATIONS):
        connection.request("GET", parts.path, headers={"Cookie": cookies})
        response = connection.getresponse()
        assert response.read() == b"page" and response.status == 200
    wall = time.perf_counter() - wall
    bench.report(name, iterations=bench.ITERATIONS, seconds=worker_seconds(parent) - before, wall=wall)
    connection.close()


def main() -> None:
    (origin,) = bench.MORE
    folder = Path(tempfile.mkdtemp(prefix="stauth-apache-"))
    try:
        for name in ("open", "protected", "ours"):
            (folder / "pages" / name).mkdir(parents=True)
            (folder / "pages" / name / "page").write_text("page")
        with running_apache(folder, origin) as (port, own_port, pid):
            browser = Browser()
            browser.follow(f"http://127.0.0.1:{port}/protected/page")
            browser.cookies.clear()
            requests = provider_requests(origin)
            browser.follow(f"http://127.0.0.1:{port}/protected/page")
            bench.report("provider requests per login, mod_auth_openidc", value=provider_requests(origin) - requests)
            for _ in range(bench.TURNS):
                for name, kind in (("Apache alone", "open"), ("Apache with mod_auth_openidc", "protected")):
                    measure(name, f"http://127.0.0.1:{port}/{kind}/page", browser.header(), pid)
                measure("Apache with mod_stauth", f"http://127.0.0.1:{own_port}/ours/page", bench.read("cookie"), pid)
        bench.report("cookie bytes, mod_auth_openidc", value=len(browser.header()))
    finally:
        shutil.rmtree(folder)


main()
