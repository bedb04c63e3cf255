"""The library's events, as Python's logging has them."""

from __future__ import annotations

import asyncio
import logging
import platform
from typing import Any, Optional

import pytest
from conftest import cookie_header, run_python
from exchange import asgi_page, environ_of, scope_of, serve_asgi, serve_wsgi, wsgi_page

import libstauth
import libstauth.asgi
import libstauth.testing
import libstauth.wsgi
from libstauth import log

App = libstauth.testing.App

REFUSED_LOGIN = """
import logging, libstauth.testing
auth = libstauth.testing.App()
with auth.request("GET", "/oauth2callback?code=x&state=y") as request:
    request.begin()
"""


def test_events(auth: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "libstauth")
    auth.sign_in()
    with pytest.raises(libstauth.TokenInvalid):
        auth.sign_in(nonce="another")
    events = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert any(name == "libstauth" and level == "INFO" and "event=login" in line for name, level, line in events)
    assert any(level == "WARNING" and "code=id_token_nonce_mismatch" in line for _, level, line in events)


def test_nothing_secret(auth: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "libstauth")
    cookies = auth.sign_in(email="ada@example.org", sub="personal")
    with pytest.raises(libstauth.TokenInvalid):
        auth.sign_in(nonce="n" * 30, email="bob@example.org")
    auth.user_from_cookie(cookie_header(cookies)[:-1])
    assert caplog.records
    personal = ["ada@example.org", "bob@example.org", "personal"]
    for text in [auth._provider.client_secret, "n" * 30, *cookies.values(), *personal]:
        assert text not in caplog.text


@pytest.mark.parametrize(
    ("address", "written"),
    [("192.0.2.7", " client_address=192.0.2.7"), ("2001:db8::7", " client_address=2001:db8::7"), ("", ""), (None, "")]
    + [(text, "") for text in ["unix:/run/app.sock", "a\r\nevent=x", "\xe9", "1" * 9000]],
)
def test_request_and_client(address: Optional[str], written: str, auth: App, caplog: pytest.LogCaptureFixture) -> None:
    target, headers = "/oauth2callback?code=x&state=y", {"X_Request_Id": "req-7"}
    environ = environ_of(target, **headers) | ({} if address is None else {"REMOTE_ADDR": address})
    serve_wsgi(libstauth.wsgi.Middleware(wsgi_page, auth), environ, check=lambda app: app)
    scope = scope_of(target, **headers) | {"client": None if address is None else (address, 1)}
    asyncio.run(serve_asgi(libstauth.asgi.Middleware(asgi_page, auth), scope))
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert all(line.endswith(f'" request_id=req-7{written}') for line in lines), lines


@pytest.mark.parametrize(
    ("number", "level"), [(1, "INFO"), (2, "WARNING"), (3, "ERROR"), (0, "ERROR"), (4, "ERROR"), (-1, "ERROR")]
)
def test_levels(number: int, level: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "libstauth")
    log.write_event(number, b"event=x%s\xff", None)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [(level, "event=x%s\ufffd")]


def test_no_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "libstauth")
    log.write_event(1, None, None)
    assert not caplog.records


@pytest.mark.parametrize(("wanted", "shown"), [("info", True), ("WARNING", True), ("error", False)])
def test_environment(wanted: str, shown: bool) -> None:
    done = run_python(REFUSED_LOGIN, check=False, STAUTH_LOG=wanted)
    assert done.returncode == 0
    assert done.stdout == ""
    assert ("code=state_mismatch" in done.stderr) is shown
    assert done.stderr.count("event=login_refused") == int(shown)


def test_environment_is_obeyed_once() -> None:
    code = f"import libstauth.testing; libstauth.testing.App(); libstauth.testing.App(){REFUSED_LOGIN}"
    assert run_python(code, check=False, STAUTH_LOG="info").stderr.count("event=login_refused") == 1


def test_environment_says_nothing_that_is_known() -> None:
    done = run_python(REFUSED_LOGIN, check=False, STAUTH_LOG="debug")
    assert "STAUTH_LOG" in done.stderr
    assert "info, warning or error" in done.stderr


def test_own_handler_stays() -> None:
    code = "import logging, sys; logging.getLogger('libstauth').addHandler(logging.StreamHandler(sys.stdout))"
    done = run_python(code + REFUSED_LOGIN, check=False, STAUTH_LOG="info")
    assert (done.stderr, done.stdout.count("event=login_refused")) == ("", 1)


def test_quiet_without_it() -> None:
    """Python shows warnings of libraries if nobody configured logging; anything below stays quiet."""
    code = "import libstauth.testing; libstauth.testing.App().sign_in()"
    assert run_python(code).stdout == ""


class Bad(logging.Handler):
    def emit(self, record: Any) -> None:
        raise RuntimeError("no room on the disk")


def test_handler_that_fails(auth: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails for itself: the login goes on."""
    reported = []
    monkeypatch.setattr("sys.unraisablehook", lambda found: reported.append(found.exc_value))
    bad = Bad()
    log.logger.addHandler(bad)
    log.logger.setLevel(logging.INFO)
    try:
        assert auth.sign_in()
    finally:
        log.logger.removeHandler(bad)
        log.logger.setLevel(logging.NOTSET)
    if platform.python_implementation() == "CPython":  # PyPy prints it
        assert {str(error) for error in reported} == {"no room on the disk"}
