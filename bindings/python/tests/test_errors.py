"""The exceptions: which one, its code, its HTTP status; compared with docs/errors.md."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from ctypes import byref, c_void_p
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT, cookie_header

import libstauth
import libstauth.testing
from libstauth import errors
from libstauth._library import library

KINDS = [*errors.BY_STATUS.values(), libstauth.LibraryNotFound]
ROW = re.compile(r"^\| `(\w+)` \| `ST_(\w+)` \| (\d+) \|", re.MULTILINE)
PAGE = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
DOCUMENTED = {code: (status, int(http)) for code, status, http in ROW.findall(PAGE)}

App = libstauth.testing.App


@pytest.mark.parametrize("kind", KINDS)
def test_tree(kind: type[libstauth.StauthError]) -> None:
    assert issubclass(kind, libstauth.StauthError)
    assert getattr(libstauth, kind.__name__) is kind
    assert kind.__name__ in libstauth.__all__
    assert kind.__doc__


def test_all_are_in_the_tree() -> None:
    defined = {value for value in vars(errors).values() if isinstance(value, type)}
    assert defined == {*KINDS, libstauth.StauthError}
    assert list(errors.BY_STATUS) == list(range(1, 13))
    assert len(set(KINDS)) == 13


@pytest.mark.parametrize("kind", [libstauth.StauthError, *KINDS])
def test_copies(kind: type[libstauth.StauthError]) -> None:
    error = kind("What to do", "a_code", 418)
    for again in (copy.copy(error), copy.deepcopy(error), *(pickle.loads(pickle.dumps(error, n)) for n in range(6))):
        assert type(again) is kind
        assert (str(again), again.code, again.http_status) == ("What to do", "a_code", 418)


def test_defaults() -> None:
    error = libstauth.StauthError("text")
    assert (error.code, error.http_status) == ("internal_error", 500)


def test_documentation_is_understood() -> None:
    assert len(DOCUMENTED) > 50


@pytest.mark.parametrize(("status", "kind"), errors.BY_STATUS.items())
def test_every_status(status: int, kind: type[libstauth.StauthError]) -> None:
    """A status becomes its exception, with what the st_error says."""
    lib, error = library(), c_void_p()
    assert lib.st_config_load_file(None, None, byref(error)) == 1
    try:
        raised = lib.exception(status, error.value)
        assert type(raised) is kind
        assert (raised.code, raised.http_status) == ("invalid_handle", 500)
        assert str(raised)
        assert type(lib.exception(13, error.value)) is libstauth.StauthError, "a status of a later version"
    finally:
        lib.st_error_free(error)


def test_no_error_object() -> None:
    raised = library().exception(3, None)
    assert type(raised) is libstauth.InternalError
    assert "ST_NETWORK_ERROR" in str(raised)


def test_error_is_freed() -> None:
    """Handles are limited to about a million, and it would be the host that runs out."""
    lib = library()
    seen = []
    original = lib.st_error_free
    try:
        lib.st_error_free = lambda error: (seen.append(error.value), original(error))
        with pytest.raises(libstauth.InvalidArgument):
            lib.call(lib.st_app_preload, None)
    finally:
        lib.st_error_free = original
    assert len(seen) == 1
    assert lib.st_error_code(seen[0]) is None


def start(auth: App) -> tuple[str, str]:
    """Begins a login: the Cookie header and the state."""
    with auth.request("GET", auth.login_path) as request:
        request.begin()
        cookies = [value.partition(";")[0] for name, value in request.headers if name == "Set-Cookie"]
        query = parse_qs(urlsplit(dict(request.headers)["Location"]).query)
    return "; ".join(cookies), query["state"][0]


def callback(auth: App, query: str, cookies: str = "") -> None:
    with auth.request("GET", f"/oauth2callback?{query}", [("Cookie", cookies)]) as request:
        assert request.begin()
        assert request.error is not None
        raise request.error


def denied(auth: App, answer: str) -> None:
    cookies, state = start(auth)
    callback(auth, f"{answer}&state={state}&iss={libstauth.testing.ISSUER}", cookies)


def unknown_code(auth: App) -> None:
    cookies, state = start(auth)
    callback(auth, f"code=unknown&state={state}&iss={libstauth.testing.ISSUER}", cookies)


def logout(auth: App, **headers: str) -> None:
    with auth.request("GET", "/", [(name.replace("_", "-"), value) for name, value in headers.items()]) as request:
        request.begin()
        request.logout()


def login(auth: App, *arguments: str) -> None:
    with auth.request("GET", "/") as request:
        request.begin()
        request.login(*arguments)


def late_body(auth: App) -> None:
    with auth.request("POST", "/") as request:
        request.begin()
        request.body(b"x")


def lost_body(auth: App) -> None:
    with auth.request("POST", auth.login_path) as request:
        with pytest.raises(libstauth.LimitExceeded):
            request.body(b"x" * 65_537)
        request.begin()


def use_closed(auth: App) -> None:
    request = auth.request("GET", "/")
    request.close()
    request.begin()


MISTAKES: dict[str, Callable[[App], object]] = {
    "invalid_argument": lambda auth: auth.request("GET", "no slash"),
    "invalid_handle": use_closed,
    "invalid_text": lambda auth: auth.request("GET\ud800", "/"),
    "out_of_sequence": late_body,
    "provider_unknown": lambda auth: login(auth, "nobody"),
    "too_large": lambda auth: auth.user_from_cookie("x" * 65_537),
    "session_too_large": lambda auth: auth.sign_in(groups=[sha256(bytes([n])).hexdigest() for n in range(250)]),
    "configuration_invalid": lambda _: libstauth.App(settings={"auth.port": "x"}),
    "provider_unreachable": unknown_code,
    "metadata_invalid": lambda _: App(settings={"auth.userinfo": True}).sign_in(),
    "state_missing": lambda auth: callback(auth, "code=x"),
    "state_mismatch": lambda auth: callback(auth, "code=x&state=y"),
    "id_token_nonce_mismatch": lambda auth: auth.sign_in(nonce="another"),
    "cross_site_request": lambda auth: logout(auth, Sec_Fetch_Site="cross-site"),
    "request_incomplete": lost_body,
    "websocket_handshake": lambda auth: logout(auth, Upgrade="websocket", Origin="http://localhost:8501"),
}


@pytest.mark.parametrize("code", MISTAKES)
def test_as_documented(auth: App, code: str) -> None:
    with pytest.raises(libstauth.StauthError) as caught:
        MISTAKES[code](auth)
    raised = caught.value
    assert raised.code == code
    status, http_status = DOCUMENTED[code]
    assert raised.http_status == http_status
    number = {kind: number for number, kind in errors.BY_STATUS.items()}[type(raised)]
    assert library().st_status_name(number).decode() == f"ST_{status}"


def test_what_the_provider_says(auth: App) -> None:
    with pytest.raises(libstauth.AuthorizationDenied) as caught:
        denied(auth, "error=access_denied&error_description=no%1b")
    raised = caught.value
    assert (raised.code, raised.http_status) == ("authorization_refused", DOCUMENTED["authorization_refused"][1])
    assert (raised.provider_code, raised.provider_description) == ("access_denied", "no\\x1b")
    again = pickle.loads(pickle.dumps(raised))
    assert vars(again) == vars(raised)


def test_provider_chooses_no_code(auth: App) -> None:
    with pytest.raises(libstauth.ProviderError) as caught:
        denied(auth, "error=user_not_allowed")
    assert (caught.value.code, caught.value.provider_code) == ("authorization_failed", "user_not_allowed")
    assert caught.value.provider_description is None


def test_message_tells_no_secret(auth: App) -> None:
    cookies = cookie_header(auth.sign_in())
    with pytest.raises(libstauth.LimitExceeded) as caught:
        auth.user_from_cookie(cookies * 1000)
    value = cookies.partition("=")[2]
    assert value[:8] not in str(caught.value)
