"""App: where its settings come from, what it says about wrong ones, and who a cookie belongs to."""

from __future__ import annotations

import gc
import random
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import cookie_header

import libstauth
import libstauth.testing
from libstauth.user import ANONYMOUS

AppOfTests = libstauth.testing.App


# ---- settings -------------------------------------------------------------------------------------------------------


@pytest.fixture
def secrets_file(secrets_toml: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with good settings, in a working directory that has no .streamlit."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STAUTH_SECRETS", raising=False)
    (tmp_path / "good.toml").write_text(secrets_toml)
    return tmp_path / "good.toml"


def test_path(secrets_file: Path) -> None:
    for path in (secrets_file, str(secrets_file), "good.toml"):
        with libstauth.App(path) as app:
            assert app.login_path == "/auth/login"


def test_path_with_other_letters(secrets_file: Path) -> None:
    libstauth.App(secrets_file.rename(secrets_file.with_name("schlüssel \U0001f980.toml"))).close()


def test_text(secrets_toml: str) -> None:
    app = libstauth.App(toml=secrets_toml.replace("8501/", "8501/shop/"))
    assert (app.login_path, app.logout_path) == ("/shop/auth/login", "/shop/auth/logout")
    assert app.callback_paths == ["/shop/oauth2callback"]


def test_settings_come_on_top(secrets_toml: str) -> None:
    text = secrets_toml.replace(":8501", ":{port}")
    app = libstauth.App(toml=text, settings={"auth.port": 8501, "auth.userinfo": True, "auth.login_path": "/in"})
    assert app.login_path == "/in"


def test_default_path(secrets_file: Path) -> None:
    with pytest.raises(libstauth.ConfigurationError, match=r"\.streamlit/secrets\.toml"):
        libstauth.App()
    (secrets_file.parent / ".streamlit").mkdir()
    secrets_file.rename(".streamlit/secrets.toml")
    libstauth.App().close()


def test_path_of_the_environment(secrets_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAUTH_SECRETS", str(secrets_file))
    libstauth.App().close()
    with pytest.raises(libstauth.ConfigurationError):
        libstauth.App("other.toml")
    with pytest.raises(libstauth.ConfigurationError):
        libstauth.App(settings={})


def test_all_problems_at_once() -> None:
    toml = '[auth]\ncookie_secret = "short"\ncookie_prefix = "a b"\nredirect_url = "x"\n'
    with pytest.raises(libstauth.ConfigurationError) as caught:
        libstauth.App(toml=toml, settings={"auth.port": "many"})
    lines = str(caught.value).splitlines()
    for key in ("cookie_secret", "cookie_prefix", "redirect_url", "port", "redirect_uri"):
        assert any(key in line for line in lines), (key, lines)
    assert "short" not in str(caught.value).replace("too short", "")


def test_path_or_text_not_both(secrets_file: Path) -> None:
    with pytest.raises(TypeError):
        libstauth.App(secrets_file, toml="")


def test_no_application_is_left_of_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    freed = []
    library = libstauth._library.library()
    original = library.st_config_free
    monkeypatch.setattr(library, "st_config_free", lambda config: (freed.append(config.value), original(config)))
    for arguments in ({"toml": "["}, {"toml": ""}, {"settings": {"auth.port": 1.5}}):
        with pytest.raises((libstauth.ConfigurationError, TypeError)):
            libstauth.App(**arguments)
    assert len(freed) == len(set(freed)) == 3


# ---- whatever is thrown at it ---------------------------------------------------------------------------------------


class Text(str):
    """A subclass of str, which is not the exact type."""


JUNK = [None, True, 5, 1.5, object(), ["list"], ("Cookie", "x"), {"a": "b"}]
JUNK += [b"bytes", b"\xff\xff\0", b"x" * 2_000_000, bytearray(b"x"), memoryview(b"x")]
JUNK += ["", "text", Text("text"), "\ud800", "\udcff", "nul\0nul", "é\U0001f980", "a\r\nb: c", "x" * 2_000_000]
CALLS: dict[str, Callable[[AppOfTests, Any], object]] = {
    "path": lambda _, junk: libstauth.App(junk, settings={}),
    "toml": lambda _, junk: libstauth.App(toml=junk, settings={}),
    "settings": lambda _, junk: libstauth.App(toml="", settings=junk),
    "setting's name": lambda _, junk: libstauth.App(settings={junk: "x"}),
    "setting": lambda _, junk: libstauth.App(settings={"auth.port": junk}),
    "cookie": lambda auth, junk: auth.user_from_cookie(junk),
    "method": lambda auth, junk: auth.request(junk, "/").begin(),
    "target": lambda auth, junk: auth.request("GET", junk).begin(),
    "header name": lambda auth, junk: auth.request("GET", "/", [(junk, "x")]).begin(),
    "header value": lambda auth, junk: auth.request("GET", "/", [("Origin", junk)]).begin(),
    "body": lambda auth, junk: auth.request("POST", "/").body(junk),
    "provider": lambda auth, junk: begun(auth).login(junk),
    "return_to": lambda auth, junk: begun(auth).login(None, junk),
    "login_may_block": lambda auth, junk: begun(auth).login_may_block(junk),
    "login_url": lambda auth, junk: auth.login_url(junk, junk),
}


def begun(auth: AppOfTests) -> libstauth.Request:
    request = auth.request("GET", "/")
    request.begin()
    return request


@pytest.mark.parametrize("call", CALLS)
def test_junk_is_refused_or_taken(auth: AppOfTests, call: str) -> None:
    outcomes = set()
    for junk in JUNK:
        try:
            CALLS[call](auth, junk)
        except (TypeError, libstauth.StauthError) as error:
            outcomes.add(type(error).__name__)
        else:
            outcomes.add("taken")
    assert "TypeError" in outcomes
    assert len(outcomes) > 1
    assert "InternalError" not in outcomes


@pytest.mark.parametrize("call", ["method", "provider", "return_to", "login_url", "toml", "setting's name"])
@pytest.mark.parametrize("junk", ["\ud800", "nul\0nul"])
def test_no_text(auth: AppOfTests, call: str, junk: str) -> None:
    with pytest.raises(libstauth.InvalidArgument) as caught:
        CALLS[call](auth, junk)
    assert (caught.value.code, caught.value.http_status) == ("invalid_text", 400)


# ---- links ----------------------------------------------------------------------------------------------------------


def test_login_url(auth: AppOfTests) -> None:
    assert auth.login_url() == "/auth/login"
    assert auth.login_url("google") == "/auth/login?provider=google"
    awkward = "a&b=c d/é?#\U0001f980%41+\"'"
    query = parse_qs(urlsplit(auth.login_url(awkward, f"/{awkward}")).query, strict_parsing=True)
    assert query == {"provider": [awkward], "return_to": [f"/{awkward}"]}
    assert auth.login_url(return_to="") == "/auth/login?return_to="
    assert auth.login_url(awkward).isascii()


def test_login_url_works(auth: AppOfTests) -> None:
    """The library reads it as it was meant: the provider is found, or named in the error."""
    with auth.request("GET", auth.login_url("no & such=provider")) as request:
        request.begin()
        assert "no & such=provider" in str(request.error)


def test_end_sessions() -> None:
    auth = AppOfTests()
    cookies = cookie_header(auth.sign_in(sub="ada"))
    other = cookie_header(auth.sign_in(sub="bob"))
    wrongs: list[Any] = [{}, {"sub": "ada"}, {"sub": "", "provider": "default"}, {"everybody": True, "sid": "1"}]
    for wrong in wrongs:
        with pytest.raises(libstauth.InvalidArgument) as caught:
            auth.end_sessions(**wrong)
        assert caught.value.code == "option_invalid"
    auth.end_sessions(provider="default", sub="ada")
    assert not auth.user_from_cookie(cookies).is_logged_in
    assert auth.user_from_cookie(other).is_logged_in
    auth.end_sessions(everybody=True)
    assert not auth.user_from_cookie(other).is_logged_in


# ---- the end --------------------------------------------------------------------------------------------------------


def test_closed() -> None:
    app = AppOfTests()
    cookies = cookie_header(app.sign_in())
    request = begun(app)
    app.close()
    app.close()
    uses: list[Callable[[], object]] = [
        lambda: app.user_from_cookie(cookies),
        lambda: app.request("GET", "/"),
        lambda: app.login_path,
        lambda: app.callback_paths,
        lambda: app.logout_path,
        app.login_url,
        app.preload,
        app.__enter__().sign_in,
    ]
    for use in uses:
        with pytest.raises(libstauth.InvalidArgument) as caught:
            use()
        assert caught.value.code == "invalid_handle"
    request.login()
    assert request.status == 302


def test_freed_with_the_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before: another thread may be in a call."""
    freed = []
    library = libstauth._library.library()
    original = library.st_app_free
    monkeypatch.setattr(library, "st_app_free", lambda handle: (freed.append(handle), original(handle)))
    app = AppOfTests()
    handle, seen = app._handle, weakref.ref(app)
    app.close()
    assert not freed
    del app
    gc.collect()
    assert seen() is None
    assert freed == [handle]
    assert library.st_app_login_path(handle) is None


# ---- cookies --------------------------------------------------------------------------------------------------------


def test_user(auth: AppOfTests, ada: str) -> None:
    for cookie in (ada, ada.encode(), Text(ada), f"other=1; {ada}; last=é", f"other={'x' * 60_000}; {ada}"):
        user = auth.user_from_cookie(cookie)
        assert user.is_logged_in
        assert (user.email, user.name, user.provider) == ("ada@example.org", "Ada \U0001f980", "default")


def test_nobody(auth: AppOfTests, ada: str) -> None:
    name, _, value = ada.partition("=")
    wrong = (None, "", b"", "\0", "é", b"\xff" * 100, ada[:-1], f"{name}=x", f"{name}x={value}", ada[::-1], ";" * 9999)
    for cookie in wrong:
        user = auth.user_from_cookie(cookie)
        assert not user.is_logged_in
        assert user == ANONYMOUS


def test_every_length(auth: AppOfTests, ada: str) -> None:
    """The longest that is taken, and after the longest the shortest."""
    for length in (*range(0, 300, 7), 16_383, 16_384, 16_385, 65_535, 65_536, 0):
        assert not auth.user_from_cookie("x" * length).is_logged_in
        if length > len(ada) + 2:
            assert auth.user_from_cookie(f"{ada}; ".ljust(length, "x")).is_logged_in
    for length in (65_537, 70_000, 20_000_000):
        with pytest.raises(libstauth.LimitExceeded) as caught:
            auth.user_from_cookie(ada.ljust(length, ";"))
        assert (caught.value.code, caught.value.http_status) == ("too_large", 413)
    assert auth.user_from_cookie(ada).is_logged_in


def test_user_who_needs_more_than_a_cookie_holds() -> None:
    with AppOfTests(settings={"auth.session_store": "memory"}) as auth:
        user = auth.user_from_cookie(cookie_header(auth.sign_in(note="x" * 100_000)))
        assert len(user.note) == 100_000


def test_threads_do_not_mix_users_up(auth: AppOfTests) -> None:
    headers = {str(number): cookie_header(auth.sign_in(sub=str(number), x="y" * number * 100)) for number in range(8)}
    started = threading.Barrier(len(headers))

    def read(sub: str) -> set[str]:
        started.wait()
        return {auth.user_from_cookie(headers[sub]).sub for _ in range(300)}

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(headers)) as pool:
            assert list(pool.map(read, headers)) == [{sub} for sub in headers]
    finally:
        sys.setswitchinterval(interval)


def test_signal_handlers_do_not_mix_users_up(auth: AppOfTests, ada: str) -> None:
    """A handler runs between any two steps of the main thread, on the same thread."""
    bob = cookie_header(auth.sign_in(sub="bob"))
    chance = random.Random(1)
    seen = []

    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(auth.user_from_cookie(bob).sub))
    try:
        while len(seen) < 2000:
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-6, 1e-4))
            assert {auth.user_from_cookie(ada).sub for _ in range(5)} == {"ada"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert set(seen) == {"bob"}
