"""One HTTP request to the host, and the library's part of the response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ctypes import byref, c_char_p, c_int32, c_int64, c_size_t, c_void_p
from functools import partial
from typing import TYPE_CHECKING, Optional, Union

from libstauth import _greenlets, pages
from libstauth._library import Library, copied, octets, text
from libstauth._turns import Turns
from libstauth.errors import InvalidArgument, StauthError
from libstauth.options import LoginOptions, encoded
from libstauth.user import ANONYMOUS, AccessToken, User

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from libstauth.app import App

Text = Union[str, bytes]
Header = tuple[Text, Text]

# Under which name the browser sees the site. What a test client says there is its own default.
_NAMES = {b"host", b"x-forwarded-host", b"x-forwarded-proto"}
# stauth.h lists them at st_request_add_header(); the library ignores all others.
_HEADERS = {
    *(b"cookie", b"origin", b"referer", b"sec-fetch-site", b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"),
    *(b"upgrade", b"content-type", b"sec-fetch-mode", b"accept", b"accept-language", b"x-request-id"),
    *(b"authorization", b"dpop", b"access-control-request-method", *_NAMES),
    *(b"secure-session-response", b"sec-secure-session-id", b"secure-session-skipped"),
}
BODY_LIMIT = 64 * 1024
_RESPOND = 1


class Request:
    """Made by `App.request()` for one request of the host, which closes it or uses it in a `with`."""

    _handle: Optional[int] = None

    def __init__(
        self,
        app: App,
        lib: Library,
        app_handle: Optional[int],
        method: str,
        target: Text,
        headers: Iterable[Header],
        client_address: Optional[str] = None,
    ) -> None:
        handle = c_void_p()
        lib.call(lib.st_request_new, app_handle, text(method), octets(target), byref(handle))
        self.app = app
        self.closed = False
        self.response_begun = False  # set by the middleware when it is too late to add headers
        self.is_handshake = False  # of a WebSocket, which refreshes nothing
        self.wanted: Optional[Callable[[], None]] = None
        self._library = lib
        self._handle = handle.value
        self._user: Optional[User] = ANONYMOUS  # None: not read yet
        # The library requires one thread at a time. If a host gets that wrong, it should not crash.
        self._lock = self.turns = Turns()
        self._target = octets(target)
        self._own: Optional[tuple[bytes, Optional[bytes]]] = None
        is_silent = app.takes_silence_for_browser
        known = _HEADERS - _NAMES if is_silent else _HEADERS
        parts: list[bytes] = []
        for name, value in headers:
            lowered = octets(name).lower()
            if lowered in known:
                parts += (lowered, octets(value))
                is_silent = is_silent and not (value and lowered == b"accept")
        if is_silent:
            parts += (b"accept", b"text/html")
        # One foreign call for all of them. octets() lets no NUL pass, so no value can become a header.
        block = b"".join(part + b"\0" for part in parts)
        lib.call(lib.st_request_add_headers, self._handle, block, len(block))
        if client_address:
            lib.call(lib.st_request_set_client_address, self._handle, text(client_address))

    def body(self, content: bytes) -> None:
        """Passes the body, before `begin()`. Required only if `wants_body`; at most 64 KiB."""
        if not isinstance(content, bytes):
            raise TypeError(f"a body must be bytes, not {type(content).__name__}")
        with self._lock:
            self._library.call(self._library.st_request_set_body, self._handle, content, len(content))

    def add_route(self, path: Text) -> None:
        """Names the path that the host routes, decoded, without the query. `begin()` then judges by it, not by the
        target: call this before. After several calls, a page is open only if all of its paths are."""
        routed = _path(path)
        with self._lock:
            self._library.call(self._library.st_request_add_route, self._handle, routed, len(routed))

    def begin(self) -> bool:
        """Reads the session. True if the library has answered: send its response. May block, see `may_block`."""
        action = c_int32()
        with self._lock:
            waits = _greenlets.are_here() and self._library.st_request_may_block(self._handle)
            self._call(waits, self._library.st_request_begin, byref(action))
            answered = action.value == _RESPOND
            if not answered:
                self._user = None
        return answered

    @property
    def user(self) -> User:
        """Who sent this request, after `begin()`. Stays readable when the request is closed. Reading it makes the page
        depend on the user: `headers` then contain `Vary: Cookie`."""
        # Without a turn if it is known: while another task waits for a refresh, it is the user of before.
        known = self._user
        if known is None:
            with self._lock:
                known = self._user = self._user or self._read_user()
        return known

    def login(
        self, provider: Optional[str] = None, return_to: Optional[str] = None, **options: Unpack[LoginOptions]
    ) -> None:
        """Makes the response a redirect to a provider, or to a page where the user chooses one. Afterwards
        the user returns to `return_to`, a path; None for the page of this request. Options for this login alone:
        `login_hint`, `prompt`, `acr_values`, `max_age` in seconds, `ui_locales`. May block, see `login_may_block()`. If
        it raises, nothing has changed."""
        self._refuse_if_late("login")
        name = None if provider is None else text(provider)
        given = encoded(return_to, options)
        with self._lock:
            self._set(given)
            self._call(True, self._library.st_request_login, name)
            self.wanted = None

    def require_login(self, path: Optional[Text] = None, gate: Optional[int] = None) -> bool:
        """True if this user may see the page. If not, the response is a redirect to the login or, if the request could
        not follow one, 401. May block, see `login_may_block()`.

        `path`: as for `add_route()`; judged by `require_login` and `open_paths` of secrets.toml, or by `gate`, an
        `st_gate`. None: the page requires a login, whatever its path.
        """
        self._refuse_if_late("login")
        routed, action = None if path is None else _path(path), c_int32()
        with self._lock:
            arguments = (gate, routed, len(routed or b""), byref(action))
            waits = _greenlets.are_here() and self._library.st_request_login_may_block(self._handle, None)
            self._call(waits, self._library.st_request_require_login, *arguments)
        return action.value != _RESPOND

    def login_later(
        self, provider: Optional[str] = None, return_to: Optional[str] = None, **options: Unpack[LoginOptions]
    ) -> None:
        """Like `login()`, but completed by `finish_login()`: for code that must not wait."""
        self._refuse_if_late("login")
        encoded(return_to, options)  # a mistake is reported here
        self.wanted = partial(self.login, provider, return_to, **options)

    def finish_login(self) -> None:
        """Completes `login_later()` or `logout_later()`. May block. The middleware calls it when the page is ready."""
        wanted, self.wanted = self.wanted, None
        if wanted is not None:
            wanted()

    def logout(self, *, local: bool = False, everywhere: bool = False) -> None:
        """Ends the session, and makes the response a redirect to the provider's logout, or to the start page; with
        `local`, the session at the provider stays; with `everywhere`, the user's other sessions here end too. May block
        for a second, see `logout_may_block()`. Raises RequestRefused if another site caused the request."""
        self._refuse_if_late("logout")
        with self._lock:
            reach = b"everywhere" if everywhere else b"local" if local else None
            self._set({b"logout": reach} if reach else {})
            self._call(True, self._library.st_request_logout)  # for a session store
            self._user = ANONYMOUS
            self.wanted = None

    def access_token(self) -> AccessToken:
        """An access token that is valid for at least a minute more, if the provider gives such; refreshed first if
        necessary. Requires `expose_tokens` with `"access"`. Call it before the response begins, once or more. May
        block. Raises a StauthError: the code is "token_unavailable" without a token, "refresh_refused" if the session
        has ended; any other ends nothing."""
        self._refuse_if_late("access_token")
        action, token, expiry, scope = c_int32(), c_char_p(), c_int64(), c_char_p()
        with self._lock, self._reading_again():
            outputs = (byref(action), byref(token), byref(expiry), byref(scope))
            self._call(True, self._library.st_request_access_token, *outputs)
            found = AccessToken((token.value or b"").decode())
            found.expires_at, found.scope = expiry.value or None, (scope.value or b"").decode()
        return found

    def refresh(self) -> None:
        """Reads the user's claims anew, and the tokens: `user` has them afterwards. Call it before the response begins.
        May block. Raises a StauthError if the claims stay as they are, or if the user is signed out: see
        `access_token()`."""
        self._refuse_if_late("refresh")
        with self._lock, self._reading_again():
            self._call(True, self._library.st_request_refresh, byref(c_int32()))

    @contextmanager
    def _reading_again(self) -> Iterator[None]:
        """The user may be another afterwards, or nobody, even if the call fails. Until then, others read who it was."""
        if self._user is None and self._handle is not None:
            self._user = self._read_user()
        try:
            yield
        finally:
            self._user = None if self._handle is not None else self._user

    def _call(self, may_wait: bool, function: Callable[..., int], *arguments: object) -> None:
        """One call, which other greenlets do not wait for."""
        if not may_wait:
            return self._library.call(function, self._handle, *arguments)
        try:
            self._library.wait(function, self._handle, *arguments)
        except StauthError:
            raise
        except BaseException:
            # This greenlet was stopped, and a thread may still be in the call, which the library completes.
            self._library.st_request_free(self._handle)
            self._handle, self.closed = None, True
            raise

    def _set(self, options: dict[bytes, bytes]) -> None:
        try:
            for key, value in options.items():
                self._library.call(self._library.st_request_set, self._handle, key, value)
        except StauthError:
            for key in options:  # none is left for another login
                self._library.st_request_set(self._handle, key, None, None)
            raise

    def refuse(self, code: str) -> None:
        """Makes the response the library's page for an error code."""
        with self._lock:
            self._library.call(self._library.st_request_refuse, self._handle, text(code))

    def is_fresh(self, seconds: int) -> bool:
        """True if the provider authenticated the user at most so many seconds ago, by the claim `auth_time`. If not,
        `login(max_age=seconds)` has the user authenticate again and comes back to this page."""
        with self._lock:
            return bool(self._library.st_request_is_fresh(self._handle, seconds))

    @property
    def may_block(self) -> bool:
        """True if `begin()` would wait for the network now."""
        with self._lock:
            return bool(self._library.st_request_may_block(self._handle))

    def logout_later(self, *, local: bool = False, everywhere: bool = False) -> None:
        """Like `logout()`, but completed by `finish_login()`: for code that must not wait."""
        self._refuse_if_late("logout")
        self.wanted = partial(self.logout, local=local, everywhere=everywhere)

    def logout_may_block(self) -> bool:
        """True if `logout()` would wait for the network now."""
        with self._lock:
            return bool(self._library.st_request_logout_may_block(self._handle))

    def login_may_block(self, provider: Optional[str] = None) -> bool:
        """True if `login()` with this provider would wait for the network now."""
        name = None if provider is None else text(provider)
        with self._lock:
            return bool(self._library.st_request_login_may_block(self._handle, name))

    @property
    def loads_page(self) -> bool:
        """True if a browser loads a page by this request, so that a redirect can take the user to the login."""
        with self._lock:
            return bool(self._library.st_request_loads_page(self._handle))

    @property
    def wants_body(self) -> bool:
        """True if `begin()` needs the request's body."""
        with self._lock:
            return bool(self._library.st_request_wants_body(self._handle))

    @property
    def error(self) -> Optional[StauthError]:
        """Why this request's login was refused; None if it was not."""
        with self._lock:
            error = self._library.st_request_error(self._handle)
            return error and self._library.exception(self._library.st_error_status(error), error)

    @property
    def status(self) -> int:
        """The status of the library's response; 0 if there is none, and the host's page is the response."""
        with self._lock:
            status: int = self._library.st_request_response_status(self._handle)
        if status < 0:
            raise InvalidArgument("the request is closed", "invalid_handle")
        return status

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers to add to the response, the library's or the host's. A name may occur several times."""
        lib, block, length = self._library, c_void_p(), c_size_t()
        with self._lock:
            if self._handle:
                lib.call(lib.st_request_response_headers, self._handle, byref(block), byref(length))
            parts = copied(block.value, length.value).decode("latin-1").split("\0")
        found = list(zip(parts[::2], parts[1::2]))
        return found if self._own_page is None else pages.headers_of_own_page(found)

    @property
    def content(self) -> bytes:
        """The body of the library's response: UTF-8 HTML, by `App.pages` if that is set, or empty."""
        own = self._own_page
        return self._library_content() if own is None else own

    @property
    def is_logout(self) -> bool:
        """True if this request is for the library's logout path."""
        return self._target.partition(b"?")[0] == self.app.logout_path.encode()

    @property
    def _own_page(self) -> Optional[bytes]:
        """What `App.pages` makes of the library's page, asked once for each."""
        if self.app.pages is None:
            return None
        html = self._library_content()
        if self._own is None or self._own[0] != html:
            self._own = html, pages.own_page(self, self.status, html)
        return self._own[1]

    def _library_content(self) -> bytes:
        address, length = c_void_p(), c_size_t()
        with self._lock:
            lib = self._library
            lib.call(lib.st_request_response_body, self._handle, byref(address), byref(length))
            return copied(address.value, length.value)

    def close(self) -> None:
        """Frees the library's memory of it. Calling it again does nothing."""
        self.closed = True
        # Never during a call in another thread, as after a cancelled task: then it is freed with this object.
        if self._handle is not None and self._lock.take():
            if self._user is None:
                self._user = self._read_user()
            self._library.st_request_free(self._handle)
            self._handle = None
            self._lock.release()

    def _read_user(self) -> User:
        address, length = c_void_p(), c_size_t()
        lib = self._library
        lib.call(lib.st_request_user_json, self._handle, byref(address), byref(length))
        return User(copied(address.value, length.value))

    def _refuse_if_late(self, what: str) -> None:
        is_refresh = what in ("access_token", "refresh")
        if self.response_begun and not (is_refresh and self.is_handshake):
            hint = "Call it earlier" if is_refresh else f"Send the browser to App.{what}_path instead"
            raise InvalidArgument(f"{what}() comes too late: the response has begun. {hint}", "out_of_sequence")

    def __enter__(self) -> Request:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def is_local(host: str) -> bool:
    """True for a Host of this machine: the browser is here, and hardly anything in between changes the scheme."""
    return host.startswith(("localhost:", "127.0.0.1:", "[::1]:"))


def site_path(prefix: str, path: str) -> str:
    """The path as the browser sees it, of a page of an application mounted at a prefix."""
    prefix = prefix.strip("/")
    if prefix:
        prefix = f"/{prefix}"
        return prefix + path if path.startswith("/") or not path else f"{prefix}/{path}"
    return path if path.startswith("/") else f"/{path}"


def _path(value: Text) -> bytes:
    """A decoded path. What is not text in it stays so, and is closed for that."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
