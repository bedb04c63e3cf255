"""`stauth login` by a browser on this machine: what the loopback port answers, to whom, and for how long."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from signing_in import PATIENCE, Machine, WaitingLogin, get, machine, redirect_of


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as made:
        yield made


def callback(login: WaitingLogin) -> str:
    return redirect_of(login.address)


def test_user_is_printed_and_kept(here: Machine) -> None:
    done = here.sign_in()
    user = json.loads(done.stdout)
    assert (user["sub"], user["is_logged_in"]) == ("user-of-op", True)
    (file,) = here.kept()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert not [name for name in os.listdir(file.parent) if name.startswith(".stauth-")]


def test_request_has_pkce_and_the_port(here: Machine) -> None:
    login = here.begin()
    query = parse_qs(urlsplit(login.address).query)
    assert query["redirect_uri"] == [login.redirect_uri]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/oauth2callback", login.redirect_uri)
    assert query["code_challenge_method"] == ["S256"]
    login.process.kill()


def test_secrets_are_never_shown(here: Machine) -> None:
    done = here.sign_in()
    for secret in (here.provider.client_secret, *here.provider.issued):
        assert secret not in done.stdout
        assert secret not in re.sub(r"http\S+", "", done.stderr)
        # Nobody but the user reads the file, but what is in it is sealed.
        assert secret not in here.kept()[0].read_text()


def test_claims_cannot_steer_a_terminal(here: Machine) -> None:
    here.provider.claims["name"] = "Ada\x1b[2J\x9b2J\u202e"
    done = here.sign_in()
    assert done.stdout.isprintable() or set(filter(lambda c: not c.isprintable(), done.stdout)) == {"\n"}
    assert json.loads(done.stdout)["name"] == here.provider.claims["name"]


def test_what_other_programs_ask_the_port_changes_nothing(here: Machine) -> None:
    login = here.begin()
    url, path = login.redirect_uri, urlsplit(login.redirect_uri)
    origin = f"{path.scheme}://{path.netloc}"
    assert get(f"{origin}/favicon.ico").status == 404
    assert get(f"{origin}/").status == 404
    assert get(f"{url}?code=stolen&state=guessed").status in (400, 403)
    assert get(f"{url}?code=stolen").status == 400
    assert get(f"{url}?code=stolen&state=x", method="POST").status == 405
    assert get(f"{url}?code=stolen&state=x", {"Host": f"evil.example:{path.port}"}).status == 421
    assert get(f"{url}?code=stolen&state=x", {"Host": "127.0.0.1"}).status == 421
    assert get(callback(login)).status == 200
    done = login.end()
    assert done.returncode == 0
    assert done.stderr.count("from another login") == 2


def test_page_says_that_it_can_be_closed(here: Machine) -> None:
    login = here.begin()
    page = get(callback(login), {"Accept-Language": "de"})
    assert "Fenster" in page.text, page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not {"Set-Cookie", "Location"} & set(page.headers)
    assert login.end().returncode == 0


def test_port_is_closed_after_the_login(here: Machine) -> None:
    login = here.begin()
    address = callback(login)
    assert get(address).status == 200
    login.end()
    with pytest.raises(OSError):
        get(address)


def test_second_callback(here: Machine) -> None:
    """A browser may load the page twice: one of the two ends the login."""
    login = here.begin()
    address = callback(login)
    with ThreadPoolExecutor(2) as browsers:
        answers = [browsers.submit(get, address) for _ in range(2)]
        outcomes = {answer.result().status if answer.exception() is None else "hung up on" for answer in answers}
    assert 200 in outcomes and len(here.provider.seen("token")) == 1
    assert login.end().returncode == 0


def test_other_machines_cannot_reach_the_port(here: Machine) -> None:
    login = here.begin()
    port = urlsplit(login.redirect_uri).port
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), 1)
    login.process.kill()


def test_slow_and_silent_clients_do_not_keep_the_browser_out(here: Machine) -> None:
    login = here.begin()
    address = callback(login)
    port = urlsplit(login.redirect_uri).port
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
    for connection in idle:
        connection.sendall(b"GET /oauth2call")
    assert get(address).status == 200
    assert login.end().returncode == 0


def test_slow_client_is_hung_up_on(here: Machine) -> None:
    login = here.begin("--timeout", "60")
    with socket.create_connection(("127.0.0.1", urlsplit(login.redirect_uri).port)) as connection:
        connection.settimeout(PATIENCE)
        began = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert connection.recv(100) == b""
        assert 5 < time.monotonic() - began < 20
    login.process.kill()


def test_too_many_connections_are_refused(here: Machine) -> None:
    login = here.begin()
    port = urlsplit(login.redirect_uri).port
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    connections[-1].settimeout(5)
    with contextlib.suppress(ConnectionResetError):
        assert connections[-1].recv(100) == b""
    for connection in connections:
        connection.close()
    address = callback(login)
    while True:
        # The port may have yet to learn that there is room again.
        with contextlib.suppress(OSError, HTTPException):
            assert get(address).status == 200
            break
    assert login.end().returncode == 0


def test_long_and_broken_requests(here: Machine) -> None:
    login = here.begin()
    port = urlsplit(login.redirect_uri).port
    for request in (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00" * 20, b"GET /\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.settimeout(15)
            connection.sendall(request)
            assert b" 200 " not in connection.recv(100)
    assert get(callback(login)).status == 200
    assert login.end().returncode == 0


def test_provider_says_no(here: Machine) -> None:
    here.provider.authorization_response(lambda answer: [("error", "access_denied"), *answer[1:]])
    login = here.begin()
    assert get(callback(login)).status == 403
    done = login.end()
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert "[authorization_refused]" in done.stderr and "Run stauth login again" in done.stderr


def test_provider_is_down(here: Machine) -> None:
    here.provider.respond("token", lambda _request: None)
    here.file.write_text(here.file.read_text().replace(here.provider.issuer, "http://127.0.0.1:9/op"))
    done = here.stauth("login", "--no-browser")
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert "[provider_unreachable]" in done.stderr and "stauth check" in done.stderr


def test_wrong_client_secret(here: Machine) -> None:
    login = here.begin()
    address = callback(login)
    here.provider.client_secret = "another"
    assert get(address).status == 502
    done = login.end()
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert "Compare client_id" in done.stderr


def test_nobody_comes_back(here: Machine) -> None:
    done = here.stauth("login", "--no-browser", "--timeout", "1")
    assert (done.returncode, done.stdout, here.kept()) == (1, "", [])
    assert re.search(r"register http://127\.0\.0\.1:\d+/oauth2callback there", done.stderr)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted(number: signal.Signals, here: Machine) -> None:
    login = here.begin()
    assert login.address
    login.process.send_signal(number)
    done = login.end()
    assert done.returncode == -number
    assert "nobody was signed in" in done.stderr
    assert here.kept() == []


def test_signal_that_is_ignored_stays_ignored(here: Machine) -> None:
    """As with nohup."""
    login = here.begin(shell='trap "" HUP')
    assert login.address
    login.process.send_signal(signal.SIGHUP)
    assert get(callback(login)).status == 200
    assert login.end().returncode == 0


def test_exact_port(here: Machine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = here.stauth("login", "--no-browser", "--port", str(port))
        assert done.returncode == 1 and "choose another --port" in done.stderr
    for again in ((), ("--force",)):  # the connections of the first are still there
        assert json.loads(here.sign_in("--port", str(port), *again).stdout)["is_logged_in"]


def test_a_callback_that_is_too_long(here: Machine) -> None:
    """Any page can have the browser ask for it."""
    login = here.begin()
    assert get(f"{login.redirect_uri}?{'a' * 17_000}").status == 400
    assert get(callback(login)).status == 200
    assert login.end().returncode == 0


def test_browser_is_opened_without_a_shell(here: Machine) -> None:
    tools = here.folder / "bin"
    tools.mkdir()
    seen = here.folder / "opened"
    (tools / "xdg-open").write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {seen}.new; mv {seen}.new {seen}\n')
    (tools / "xdg-open").chmod(0o755)
    here.environment |= {"PATH": f"{tools}:{here.environment['PATH']}", "DISPLAY": ":77"}
    login = WaitingLogin(here)
    while not seen.exists():
        time.sleep(0.05)
    assert seen.read_text() == login.address + "|"
    assert get(callback(login)).status == 200
    assert login.end().returncode == 0
    seen.unlink()
    here.sign_in("--force")  # with --no-browser
    assert not seen.exists()


@pytest.mark.parametrize(
    "arguments", [["--port", "0"], ["--timeout", "0"], ["--device", "--port", "9"], ["--store", "x"]]
)
def test_wrong_usage(arguments: list[str], here: Machine) -> None:
    assert here.stauth("login", *arguments).returncode == 64
