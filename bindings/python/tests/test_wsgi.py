"""libstauth.wsgi: whose response it is, and who the user is while it is made."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from typing import Any

import pytest
from conftest import cookie_header
from exchange import ORIGIN, PLAIN, ClockedApp, environ_of, failing, return_page, serve_wsgi, wsgi_login, wsgi_page

import libstauth
import libstauth.testing
from libstauth.wsgi import Middleware

App = libstauth.testing.App

# ---- Whose response it is -------------------------------------------------------------------------------------------


def test_page(auth: App, ada: str) -> None:
    answer = serve_wsgi(Middleware(wsgi_page, auth), environ_of("/", Cookie=ada))
    assert (answer.status, answer.body, answer.headers) == (200, b"ada", PLAIN)
    assert serve_wsgi(Middleware(wsgi_page, auth), environ_of("/")).body == b"None"


def test_request_in_environ(auth: App, ada: str) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        assert environ["libstauth"].user.sub == libstauth.user.sub == "ada" and environ["libstauth"].app is auth
        return wsgi_page(environ, start_response)

    assert serve_wsgi(Middleware(app, auth), environ_of("/", Cookie=ada)).status == 200


def test_copy_of_the_user(auth: App, ada: str) -> None:
    """It is for threads and other processes, where there is no request."""
    copies: list[Any] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        copies.extend([copy.copy(libstauth.user), pickle.loads(pickle.dumps(libstauth.user))])
        return wsgi_page(environ, start_response)

    serve_wsgi(Middleware(app, auth), environ_of("/", Cookie=ada))
    for user in copies:
        assert isinstance(user, libstauth.User) and user.sub == "ada"


def test_own_paths(auth: App, ada: str) -> None:
    app = Middleware(lambda *_: pytest.fail("the application was asked"), auth)
    assert serve_wsgi(app, environ_of("/auth/login")).is_login
    page = serve_wsgi(app, environ_of("/auth/logout", Cookie=ada))
    assert page.status == 200 and b"<form" in page.body and page["Content-Length"] == str(len(page.body))
    assert serve_wsgi(app, environ_of("/oauth2callback")).status == 400


def test_login_and_logout_replace_the_page(auth: App, ada: str) -> None:
    def leave(environ: Any, start_response: Any) -> list[bytes]:
        libstauth.logout()
        assert not libstauth.user.is_logged_in
        return wsgi_page(environ, start_response)

    answer = serve_wsgi(Middleware(wsgi_login, auth), environ_of("/deep?x=1"))
    assert answer.is_login and "Content-Type" not in answer and b"None" not in answer.body
    assert return_page(auth, answer) == "/deep?x=1"
    answer = serve_wsgi(Middleware(leave, auth), environ_of("/", "POST", Cookie=ada, Origin=ORIGIN))
    assert (answer.status, answer["Location"]) == (303, "/") and "Max-Age=0" in answer["Set-Cookie"]


@pytest.mark.parametrize("when", ["call", "first piece", "end", "never starts"])
def test_generator_that_logs_in(auth: App, when: str) -> None:
    """start_response may come as late as with the first piece, and then there may be no piece."""

    def app(environ: Any, start_response: Any) -> Any:
        libstauth.login()
        if when == "never starts":
            return
        start_response("200 OK", PLAIN)
        if when == "first piece":
            yield b"page"
            pytest.fail("nobody wants more")

    def called(environ: Any, start_response: Any) -> Any:
        libstauth.login()
        start_response("200 OK", PLAIN)
        return (piece for piece in [b"page"])

    assert serve_wsgi(Middleware(called if when == "call" else app, auth), environ_of("/")).is_login


def test_write(auth: App) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/login":
            libstauth.login()
        start_response("200 OK", PLAIN)(b"written")
        return [b" and returned"]

    assert serve_wsgi(Middleware(app, auth), environ_of("/")).body == b"written and returned"
    assert serve_wsgi(Middleware(app, auth), environ_of("/login")).is_login


def test_late_login_fails_and_page_stands(auth: App) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", PLAIN)
        yield b"one"
        for call in (libstauth.login, libstauth.logout):
            with pytest.raises(libstauth.InvalidArgument, match="comes too late"):
                call()
        yield b" two"

    answer = serve_wsgi(Middleware(app, auth), environ_of("/"))
    assert (answer.status, answer.body, "Location" in answer) == (200, b"one two", False)


@pytest.mark.parametrize("logs_in", [False, True])
def test_start_again_after_an_error(auth: App, logs_in: bool) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        if logs_in:
            libstauth.login()
        start_response("200 OK", PLAIN)
        try:
            raise KeyError
        except KeyError:
            start_response("500 Oops", PLAIN, sys.exc_info())
        return [b"error page"]

    answer = serve_wsgi(Middleware(app, auth), environ_of("/"))
    assert answer.is_login if logs_in else (answer.status, answer.body) == (500, b"error page")


def test_renewal_is_added_to_the_page() -> None:
    with ClockedApp(settings={"auth.idle_timeout": "1h"}) as auth:
        cookie = cookie_header(auth.sign_in(sub="ada"))
        auth.offset = 40 * 60
        answer = serve_wsgi(Middleware(wsgi_page, auth), environ_of("/", Cookie=cookie))
        assert answer.headers[0] == PLAIN[0] and answer.body == b"ada"
        assert [answer[name] for name in ("Cache-Control", "Vary")] == ["private", "Cookie"]
        auth.offset = 80 * 60  # too long for the first cookie
        renewed = answer["Set-Cookie"].partition(";")[0]
        together = f"{cookie}; {renewed}"
        assert serve_wsgi(Middleware(wsgi_page, auth), environ_of("/", Cookie=together)).body == b"ada"
        assert serve_wsgi(Middleware(wsgi_page, auth), environ_of("/", Cookie=renewed)).body == b"None"
        assert serve_wsgi(Middleware(wsgi_page, auth), environ_of("/", Cookie=cookie)).body == b"None"


def test_page_that_depends_on_its_user(auth: App) -> None:
    """Caches learn of it, and of no other page."""

    def style(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/css")])
        return [b"body {}"]

    def greeting(environ: Any, start_response: Any) -> list[bytes]:
        name = libstauth.user.get("name", "nobody")
        start_response("200 OK", PLAIN)
        return [name.encode()]

    assert serve_wsgi(Middleware(greeting, auth), environ_of("/"))["Vary"] == "Cookie"
    assert "Vary" not in serve_wsgi(Middleware(style, auth), environ_of("/style"))
    gated = Middleware(style, auth, require_login=True, open_paths=["/style"])
    assert "Vary" not in serve_wsgi(gated, environ_of("/style"))
    member = serve_wsgi(gated, environ_of("/x", Cookie=cookie_header(auth.sign_in())))
    assert (member.body, member["Vary"]) == (b"body {}", "Cookie")


# ---- Errors ---------------------------------------------------------------------------------------------------------


def test_uncaught_error_is_a_response(auth: App) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        libstauth.login("nobody")
        return []

    answer = serve_wsgi(Middleware(app, auth), environ_of("/"))
    assert (answer.status, answer["Cache-Control"]) == (404, "no-store") and b"provider_unknown" in answer.body
    assert answer["Content-Type"] == "text/html; charset=utf-8" and "Set-Cookie" not in answer
    with failing(App()) as down:
        assert serve_wsgi(Middleware(wsgi_login, down), environ_of("/")).status == 502


@pytest.mark.parametrize("sent", [False, True])
def test_uncaught_error_after_the_start(auth: App, sent: bool, caplog: pytest.LogCaptureFixture) -> None:
    """It takes the place of a page of which nothing was sent yet. Otherwise the server aborts."""

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", PLAIN)
        if sent:
            yield b"begun"
        libstauth.login()
        yield b"never"

    if sent:
        with pytest.raises(libstauth.InvalidArgument, match="too late"):
            serve_wsgi(Middleware(app, auth), environ_of("/"))
    else:
        answer = serve_wsgi(Middleware(app, auth), environ_of("/"))
        assert answer.status == 500 and b"out_of_sequence" in answer.body and b"too late" not in answer.body
    assert "uncaught" in caplog.text and "too late" in caplog.text, "reported to the operator"


def test_caught_error_leaves_the_page(auth: App, ada: str) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        with pytest.raises(libstauth.InvalidArgument):
            libstauth.login("nobody")
        return wsgi_page(environ, start_response)

    assert serve_wsgi(Middleware(app, auth), environ_of("/", Cookie=ada)).body == b"ada"


def test_other_exceptions_pass(auth: App) -> None:
    seen: list[Any] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ["libstauth"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Middleware(app, auth)(environ_of("/"), lambda *_: lambda _: None)
    assert seen[0].closed
    with pytest.raises(libstauth.NoRequest):
        libstauth.login()


# ---- close() --------------------------------------------------------------------------------------------------------


class Body:
    closed = ""

    def __iter__(self) -> Any:
        yield b"one"
        yield b"two"

    def close(self) -> None:
        self.closed += str(libstauth.user.get("sub"))


def test_close_reaches_the_page_with_its_user(auth: App, ada: str) -> None:
    body = Body()

    def app(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", PLAIN)
        return body

    environ = environ_of("/", Cookie=ada)
    assert serve_wsgi(Middleware(app, auth), environ).body == b"onetwo"
    assert body.closed == "ada" and environ["libstauth"].closed and environ["libstauth"].user.sub == "ada"
    response: Any = Middleware(app, auth)(environ_of("/", Cookie=ada), lambda *_: lambda _: None)
    assert next(iter(response)) == b"one"  # the client hangs up
    response.close()
    assert body.closed == "adaada"


def test_never_closed(auth: App, ada: str) -> None:
    """A server that forgets it leaves nobody signed in on its thread, and nothing in memory."""
    environ = environ_of("/", Cookie=ada)
    response: Any = Middleware(wsgi_page, auth)(environ, lambda *_: lambda _: None)
    assert list(response) == [b"ada"]
    with pytest.raises(libstauth.NoRequest):
        libstauth.user.get("sub")
    request = weakref.ref(environ.pop("libstauth"))
    del response
    gc.collect()
    assert request() is None
