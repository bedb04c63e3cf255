"""gevent and eventlet: one thread serves everybody, and nobody waits for the login of another."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import run_python
from servers import Kind, Server

GUNICORN = ("gunicorn", "--bind=127.0.0.1:{port}", "greenlets:application")
KINDS = [
    Kind("gevent", (*GUNICORN, "--worker-class=gevent")),
    Kind("gevent-preload", (*GUNICORN, "--worker-class=gevent", "--preload")),
    Kind("eventlet", (*GUNICORN, "--worker-class=eventlet"), "venv-gunicorn-21"),  # the last ones have no such worker
]


class Provider(ThreadingHTTPServer):
    """Holds each request for one of its paths until `go` is set. It gives no tokens."""

    daemon_threads = True
    held = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://localhost:{self.server_port}"
        self.asked, self.go = threading.Event(), threading.Event()

    def hold(self, path: str) -> None:
        self.held = path
        self.asked.clear()
        self.go.clear()


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        endpoints = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        metadata = {"issuer": issuer} | {name: issuer + path for name, path in endpoints.items()}
        self._answer(200, metadata)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(400, {"error": "invalid_grant"})

    def _answer(self, status: int, content: dict[str, str]) -> None:
        if self.path == self.server.held:
            self.server.asked.set()
            assert self.server.go.wait(30)
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Site:
    def __init__(self, server: Server, log: Path) -> None:
        self._server = server
        self._log = log

    def ask(self, target: str, cookie: str = "x=y") -> tuple[int, Message, str]:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        connection.request("GET", target, headers={"Host": "localhost:8501", "Accept": "text/html", "Cookie": cookie})
        response = connection.getresponse()
        answer = response.status, response.headers, response.read().decode()
        connection.close()
        return answer

    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.go.set()
        server.shutdown()
        thread.join()


@pytest.fixture(params=KINDS, ids=[kind.name for kind in KINDS])
def site(
    request: pytest.FixtureRequest,
    provider: Provider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    secrets_toml: str,
) -> Iterator[Site]:
    (tmp_path / "secrets.toml").write_text(secrets_toml.replace("http://localhost:1", provider.issuer))
    monkeypatch.setenv("STAUTH_SECRETS", str(tmp_path / "secrets.toml"))
    monkeypatch.setenv("STAUTH_LOG", "info")
    log = tmp_path / "log"
    server = Server(request.param, log)
    try:
        server.wait()
        yield Site(server, log)
    finally:
        server.stop()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_login_holds_up_nobody_else(site: Site, provider: Provider, threads: ThreadPoolExecutor) -> None:
    """And the second one, on the same thread, shares what the first one fetches."""
    provider.hold("/.well-known/openid-configuration")
    waiting = [threads.submit(site.ask, "/login")]
    assert provider.asked.wait(30)
    waiting.append(threads.submit(site.ask, "/auth/login"))
    for _ in range(3):
        assert site.ask("/")[2] == "None"
    assert not any(login.done() for login in waiting)
    provider.go.set()
    for login in waiting:
        status, headers, _ = login.result(30)
        assert (status, headers["Location"].partition("?")[0]) == (302, f"{provider.issuer}/authorize")


def test_callback_holds_up_nobody_else(site: Site, provider: Provider, threads: ThreadPoolExecutor) -> None:
    """Its events are in the log."""
    _, headers, _ = site.ask("/auth/login")
    cookie = headers["Set-Cookie"].partition(";")[0]
    (state,) = parse_qs(urlsplit(headers["Location"]).query)["state"]
    provider.hold("/token")
    waiting = threads.submit(site.ask, f"/oauth2callback?code=x&state={state}", cookie)
    assert provider.asked.wait(30)
    for _ in range(3):
        assert site.ask("/")[2] == "None"
    assert not waiting.done()
    provider.go.set()
    status, _, page = waiting.result(30)
    assert status >= 400 and "token_request_refused" in page
    assert "code=token_request_refused" in site.log()


# ---- Within one program ---------------------------------------------------------------------------------------------

GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent
spawn, sleep, Timeout = gevent.spawn, gevent.sleep, gevent.Timeout
get_ident = monkey.get_original("_thread", "get_ident")
allocate_lock = monkey.get_original("_thread", "allocate_lock")
"""
EVENTLET = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
from eventlet import patcher
spawn, sleep, Timeout = eventlet.spawn, eventlet.sleep, eventlet.Timeout
get_ident = patcher.original("threading").get_ident
allocate_lock = patcher.original("threading").Lock
"""
on_both = pytest.mark.parametrize("setup", [GEVENT, EVENTLET], ids=["gevent", "eventlet"])

SLOW_PROVIDER = """
import libstauth, libstauth.testing

auth = libstauth.testing.App()
asked, go = [], allocate_lock()  # stops its whole thread
go.acquire()
answer = auth._provider._answer
def answer_slowly(url, body):
    asked.append(url)
    assert go.acquire(True, 30)
    go.release()
    return answer(url, body)
auth._provider._answer = answer_slowly
"""


@on_both
def test_greenlet_that_is_stopped_while_it_waits(setup: str) -> None:
    """Its request is over. The call that it had made ends in its thread, and others go on."""
    code = """
request = auth.request("GET", "/auth/login")
def begin():
    try:
        request.begin()
    finally:
        ended.append(1)
ended, waiting = [], spawn(begin)
while not asked:
    sleep(0)
waiting.kill()
assert ended
try:
    request.login()
except libstauth.InvalidArgument as error:
    assert error.code == "invalid_handle", error.code
assert request.closed and not request.user.is_logged_in
go.release()
assert auth.sign_in()
request.close()
"""
    run_python(setup + SLOW_PROVIDER + code)


@on_both
def test_events_of_waiting_calls_are_logged_on_the_main_thread(setup: str) -> None:
    code = """
import logging
threads = set()
class Handler(logging.Handler):
    def emit(self, record):
        threads.add((get_ident(), "code=provider_unreachable" in record.getMessage()))
logging.getLogger("libstauth").addHandler(Handler())
auth._provider._answer = lambda url, body: asked.append(url)
with auth.request("GET", "/auth/login", [("Accept", "text/html")]) as request:
    assert request.begin() and request.error.code == "provider_unreachable"
assert asked and threads == {(get_ident(), True)}, threads
"""
    run_python(setup + SLOW_PROVIDER + code)


@on_both
def test_refresh_holds_up_nobody_else(setup: str) -> None:
    code = """
auth = libstauth.testing.App(settings={"auth.expose_tokens": "access"})
cookie = "; ".join(f"{name}={value}" for name, value in auth.sign_in(sub="ada").items())
answer, auth._provider._answer = auth._provider._answer, answer_slowly
with auth.request("GET", "/", [("Cookie", cookie)]) as request:
    request.begin()
    refresh = spawn(request.refresh)
    while not asked:
        assert not refresh.dead
        sleep(0)
    assert request.user.sub == "ada"  # of before
    go.release()
    (refresh.get if hasattr(refresh, "get") else refresh.wait)()
    assert request.user.sub == "ada"
"""
    run_python(setup + SLOW_PROVIDER + code)


UNPATCHED = ["", "import gevent.monkey", "import warnings; warnings.simplefilter('ignore'); import eventlet"]


@pytest.mark.parametrize("setup", UNPATCHED, ids=["neither", "gevent", "eventlet"])
def test_program_that_is_not_patched(setup: str) -> None:
    """Calls wait on their own thread, and nothing is imported."""
    code = f"""
{setup}
import sys, threading, libstauth.testing
before = set(sys.modules)
auth = libstauth.testing.App()
answer, threads = auth._provider._answer, set()
def note(url, body):
    threads.add(threading.get_ident())
    return answer(url, body)
auth._provider._answer = note
auth.preload()
assert auth.sign_in() and threads == {{threading.get_ident()}}
added = {{name.partition(".")[0] for name in set(sys.modules) - before}}
assert not added & {{"gevent", "eventlet"}}
"""
    run_python(code)
