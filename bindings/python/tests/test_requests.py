"""Request: the order of calls, several threads, and the end of it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import cookie_header

import libstauth
import libstauth.testing
from libstauth import _library

App = libstauth.testing.App
ORIGIN = "http://localhost:8501"


def refused(call: Callable[[], object], code: str = "out_of_sequence") -> None:
    with pytest.raises(libstauth.InvalidArgument) as caught:
        call()
    assert caught.value.code == code


def test_page(auth: App, ada: str) -> None:
    with auth.request("GET", "/report?id=3", [("Cookie", ada), ("X-Other", "é"), ("x", "\n")]) as request:
        assert not request.user.is_logged_in
        assert not request.begin()
        assert (request.user.email, request.status, request.content) == ("ada@example.org", 0, b"")
        assert request.error is None
        assert request.app is auth


@pytest.mark.parametrize("names", [("cookie", "COOKIE"), (b"Cookie", b"cookie")])
def test_headers_as_text_or_bytes(auth: App, ada: str, names: tuple[Any, Any]) -> None:
    """In any case, of any kind of name, and several of one name."""
    for headers in ([(names[0], ada)], [(names[0], "a=b"), (names[1], ada.encode())]):
        with auth.request("GET", b"/", iter(headers)) as request:
            request.begin()
            assert request.user.is_logged_in


def test_bytes_that_are_no_utf8(auth: App, ada: str) -> None:
    for value in (f"x=\xff; {ada}", b"x=\xff; " + ada.encode()):
        with auth.request("GET", "/", [("Cookie", value)]) as request:
            request.begin()
            assert request.user.is_logged_in


def test_target_that_is_no_utf8(auth: App) -> None:
    for target in ("/\xff", b"/\xff"):  # text stands for the bytes that came, as in WSGI
        refused(lambda target=target: auth.request("GET", target), "invalid_text")
    auth.request("GET", "/\xc3\xa9").close()


def test_login(auth: App) -> None:
    with auth.request("GET", "/report?id=3") as request:
        request.begin()
        request.login()
        headers = dict(request.headers)
        assert request.status == 302
        assert headers["Location"].startswith(f"{libstauth.testing.ISSUER}/authorize?")
        assert "HttpOnly" in headers["Set-Cookie"]


def test_logout(auth: App, ada: str) -> None:
    with auth.request("POST", "/", [("Cookie", ada), ("Origin", ORIGIN)]) as request:
        request.begin()
        assert request.user.is_logged_in
        request.logout()
        assert not request.user.is_logged_in
        assert request.status == 303
        assert "Max-Age=0" in dict(request.headers)["Set-Cookie"]


def test_own_pages(auth: App, ada: str) -> None:
    with auth.request("GET", auth.logout_path, [("Cookie", ada)]) as request:
        assert request.begin()
        assert request.status == 200
        assert b"<form" in request.content


def test_form_of_the_login_path(auth: App) -> None:
    form = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", ORIGIN)]
    with auth.request("POST", auth.login_path, form) as request:
        assert request.wants_body
        request.body(b"return_to=%2Freport")
        assert request.begin()
        assert request.status in (302, 303)
    with auth.request("POST", "/other", form) as request:
        assert not request.wants_body


def test_longest_body(auth: App) -> None:
    request = auth.request("POST", auth.login_path, [("Content-Type", "application/x-www-form-urlencoded")])
    request.body(b"x" * 64 * 1024)
    with pytest.raises(libstauth.LimitExceeded):
        request.body(b"x" * (64 * 1024 + 1))


def test_who_may_block(secrets_toml: str) -> None:
    app = libstauth.App(toml=secrets_toml)
    with app.request("GET", "/") as request:
        assert not request.may_block
        assert request.login_may_block()
        assert not request.login_may_block("nobody")
    with app.request("GET", app.login_path) as request:
        assert request.may_block


def test_failed_login_changes_nothing(secrets_toml: str) -> None:
    app = libstauth.App(toml=secrets_toml)
    with app.request("GET", "/") as request:
        request.begin()
        with pytest.raises(libstauth.NetworkError) as caught:
            request.login()
        assert caught.value.code == "provider_unreachable"
        assert (request.status, request.headers) == (0, [])
        assert isinstance(request.error, libstauth.NetworkError)
    with pytest.raises(libstauth.NetworkError):
        app.preload()


def test_order(auth: App) -> None:
    with auth.request("POST", "/") as request:
        for call in (request.login, request.logout):
            refused(call)
        assert (request.status, request.headers, request.content) == (0, [], b"")
        request.begin()
        refused(request.begin)
        refused(lambda: request.body(b""))


def test_too_late(auth: App) -> None:
    with auth.request("GET", "/") as request:
        request.begin()
        request.response_begun = True
        for call in (request.login, request.login_later, request.logout):
            refused(call)
        assert (request.status, request.wanted) == (0, None)


def test_later(auth: App, ada: str) -> None:
    with auth.request("GET", "/") as request:
        request.begin()
        request.finish_login()
        assert request.status == 0
        request.login_later()
        assert request.status == 0
        request.finish_login()
        request.finish_login()
        assert request.status == 302
    with auth.request("GET", "/") as request:
        request.begin()
        request.login_later("nobody")
        request.login()
        request.finish_login()  # what was wanted before is not wanted any more
        assert request.status == 302
    with auth.request("GET", "/", [("Cookie", ada), ("Sec-Fetch-Site", "same-origin")]) as request:
        request.begin()
        request.login_later()
        request.logout()
        assert request.wanted is None
        request.finish_login()
        assert "authorize" not in dict(request.headers)["Location"]


def test_closed(auth: App, ada: str) -> None:
    with auth.request("GET", "/", [("Cookie", ada)]) as request:
        request.begin()
        user = request.user
    request.close()
    assert request.user is user
    assert user.to_dict()["email"] == "ada@example.org"
    for call in (request.begin, request.login, request.logout, lambda: request.body(b""), lambda: request.content):
        refused(call, "invalid_handle")
    refused(lambda: request.status, "invalid_handle")
    assert (request.headers, request.error) == ([], None)
    assert not (request.may_block or request.login_may_block() or request.wants_body)


def query_of(request: libstauth.Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(dict(request.headers)["Location"]).query)


def test_login_options(auth: App) -> None:
    with auth.request("GET", "/") as request:
        request.begin()
        request.login(login_hint="ada@example.org", prompt="login", acr_values="mfa", max_age=60, ui_locales="de fr")
        query = query_of(request)
        assert query["login_hint"] == ["ada@example.org"]
        assert [query[name] for name in ("prompt", "acr_values", "max_age", "ui_locales")] == [
            *(["login"], ["mfa"], ["60"], ["de fr"]),
        ]
        request.login(prompt=None)
        assert "max_age" not in query_of(request)


def test_login_options_later(auth: App) -> None:
    with auth.request("GET", "/") as request:
        request.begin()
        request.login_later(max_age=5)
        request.finish_login()
        assert query_of(request)["max_age"] == ["5"]


@pytest.mark.parametrize("options", [{"max_age": -1}, {"prompt": "none login"}, {"login_hint": ""}])
def test_bad_login_options(auth: App, options: dict[str, Any]) -> None:
    """A login that is refused for one option leaves none of the others to the next login."""
    with auth.request("GET", "/") as request:
        request.begin()
        with pytest.raises(libstauth.InvalidArgument, match=next(iter(options))) as caught:
            request.login(acr_values="mfa", **options)
        assert caught.value.code == "option_invalid"
        request.login()
        assert "acr_values" not in query_of(request)


@pytest.mark.parametrize("options", [{"logout": "local"}, {"scope": "openid"}, {"max_age": True}, {"prompt": 1}])
def test_wrong_login_options(auth: App, options: dict[str, Any]) -> None:
    with auth.request("GET", "/") as request:
        request.begin()
        for login in (request.login, request.login_later):
            with pytest.raises(TypeError):
                login(**options)


def test_local_logout(auth: App, ada: str) -> None:
    with auth.request("GET", "/", [("Cookie", ada), ("Sec-Fetch-Site", "same-origin")]) as request:
        request.begin()
        request.logout(local=True)
        assert dict(request.headers)["Location"] == "/"
        assert not request.user.is_logged_in


@pytest.fixture
def freed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The requests that were freed since."""
    gc.collect()
    handles: list[int] = []
    library = _library.library()
    original = library.st_request_free
    monkeypatch.setattr(library, "st_request_free", lambda handle: (handles.append(handle), original(handle)))
    return handles


def test_freed_once(auth: App, freed: list[int]) -> None:
    request = auth.request("GET", "/")
    handle = request._handle
    request.close()
    request.close()
    del request
    gc.collect()
    assert freed == [handle]


def test_freed_with_the_object(auth: App, freed: list[int]) -> None:
    handle = auth.request("GET", "/")._handle
    gc.collect()
    assert freed == [handle]


def test_freed_if_a_header_is_refused(auth: App, freed: list[int]) -> None:
    for value in ("\0", 5, "x" * 70_000):
        with pytest.raises((libstauth.StauthError, TypeError)):
            auth.request("GET", "/", [("Cookie", value)])
    gc.collect()
    assert len(freed) == 3


def test_application_lives_as_long_as_its_requests() -> None:
    request = App().request("GET", "/")
    gc.collect()
    request.begin()
    request.login()
    assert request.status == 302


class SlowProvider:
    """Holds a login in the middle of the provider's answer."""

    def __init__(self, auth: App) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self._answer, auth._provider._answer = auth._provider._answer, self

    def __call__(self, url: str, body: bytes) -> Any:
        self.reached.set()
        assert self.go_on.wait(30)
        return self._answer(url, body)


def test_close_while_another_thread_waits(freed: list[int]) -> None:
    """As when a task is cancelled: closing waits for nobody, and frees nothing that is in use."""
    auth = App()
    provider = SlowProvider(auth)
    request = auth.request("GET", auth.login_path)
    thread = threading.Thread(target=request.begin)
    thread.start()
    assert provider.reached.wait(30)
    request.close()
    assert freed == []
    provider.go_on.set()
    thread.join()
    assert request.status == 302
    handle = request._handle
    del request, thread
    gc.collect()
    assert freed == [handle]


def test_two_threads_on_one_request(auth: App, ada: str) -> None:
    """A mistake of the host: errors, but never a crash or someone else's answer."""
    start = threading.Barrier(2)

    def use(request: libstauth.Request) -> set[str]:
        seen = set()
        start.wait()
        steps: list[Callable[[], object]] = [
            request.begin,
            lambda: request.headers,
            request.login,
            lambda: request.content,
            lambda: request.error,
            request.logout,
            lambda: request.headers,
            request.close,
            lambda: request.status,
        ]
        for step in steps:
            try:
                step()
            except libstauth.InvalidArgument as error:
                seen.add(error.code)
        return seen

    with ThreadPoolExecutor(2) as pool:
        for _ in range(500):
            request = auth.request("GET", "/", [("Cookie", ada), ("Sec-Fetch-Site", "same-origin")])
            first, second = pool.submit(use, request), pool.submit(use, request)
            assert (first.result() | second.result()) <= {"out_of_sequence", "invalid_handle"}


def test_many_threads_with_requests_of_their_own(auth: App) -> None:
    def visit(number: int) -> str:
        header = cookie_header(auth.sign_in(sub=f"user{number}"))
        with auth.request("GET", "/", [("Cookie", header)]) as request:
            request.begin()
            return str(request.user.sub)

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(visit, range(400))) == [f"user{number}" for number in range(400)]
