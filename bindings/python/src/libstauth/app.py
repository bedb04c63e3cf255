"""An application: checked settings, keys and cached documents of the providers."""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Iterable, Mapping
from ctypes import byref, c_size_t, c_void_p, create_string_buffer
from typing import TYPE_CHECKING, Any, Callable, Optional, Union
from urllib.parse import urlencode

from libstauth import log
from libstauth._library import Library, library, text
from libstauth.errors import InvalidArgument
from libstauth.pages import Pages
from libstauth.request import Header, Request
from libstauth.user import ANONYMOUS, User

if TYPE_CHECKING:
    from typing_extensions import Self

Path = Union[str, "os.PathLike[str]"]
Setting = Union[str, int, bool]

DEFAULT_SECRETS = ".streamlit/secrets.toml"
# The most that st_user_from_cookie() needs.
_CAPACITY = 64 * 1024


class App:
    """A relying party, usually one per process. Create it before a server forks, if you like; all threads may use it.

    `secrets`: the path of a secrets.toml; by default $STAUTH_SECRETS, otherwise .streamlit/secrets.toml.
    `toml`: the text of one instead.
    `settings`: single keys that override it, `{"auth.port": 8501}`, or all keys, without a file or text.

    Set `pages` to a function that makes the application's own pages in place of the library's: `libstauth.pages`.

    Raises ConfigurationError, which lists all problems, and LibraryNotFound.
    """

    # Set by libstauth.testing: an HTTP client, and whether a request without telling headers counts as a
    # browser's page load.
    connect: Optional[Callable[[Library], Any]] = None
    takes_silence_for_browser = False
    pages: Optional[Pages] = None

    def __init__(
        self,
        secrets: Optional[Path] = None,
        *,
        toml: Optional[str] = None,
        settings: Optional[Mapping[str, Setting]] = None,
    ) -> None:
        if secrets is not None and toml is not None:
            raise TypeError("pass App a path or toml=..., not both")
        if not isinstance(settings, (Mapping, type(None))):
            raise TypeError(f"settings must be a mapping, not {type(settings).__name__}")
        if secrets is None and toml is None and settings is None:
            secrets = os.environ.get("STAUTH_SECRETS") or DEFAULT_SECRETS
        if stand_in is not None and (secrets is not None or (toml is None and settings is None)):
            secrets, settings = None, {**stand_in(self), **(settings or {})}
        log.obey_environment()
        lib = library()
        config = c_void_p()
        lib.call(lib.st_config_new, byref(config))
        try:
            if secrets is not None:
                lib.call(lib.st_config_load_file, config, text(os.fspath(secrets)))
            if toml is not None:
                encoded = text(toml)
                lib.call(lib.st_config_load_toml, config, encoded, len(encoded))
            for key, value in (settings or {}).items():
                lib.call(lib.st_config_set, config, text(key), text(_written(value)))
            self._finish(lib, config)
        finally:
            lib.st_config_free(config)

    def _finish(self, lib: Library, config: c_void_p) -> None:
        lib.call(lib.st_config_set_log, config, log.write_event, None, None)
        if self.connect is not None:
            lib.call(lib.st_config_set_transport, config, self.connect(lib), None, None)
        app = c_void_p()
        lib.call(lib.st_app_new, config, byref(app))
        self._library = lib
        self._handle = app.value
        self.requires_login = bool(lib.st_app_requires_login(app))  # of all pages, by secrets.toml
        self._spare: list[_Buffer] = []
        # Freed with this object, when no thread can still be in a call with it, or at the end of the process.
        weakref.finalize(self, lib.st_app_free, app.value).atexit = False

    def preload(self) -> None:
        """Fetches metadata and keys of all providers, so the first login need not. May block."""
        self._library.wait(self._library.st_app_preload, self._handle)

    def end_sessions(
        self,
        *,
        sub: Optional[str] = None,
        sid: Optional[str] = None,
        provider: Optional[str] = None,
        iss: Optional[str] = None,
        everybody: bool = False,
    ) -> None:
        """Ends sessions from now on, in every copy of their cookies: those of the user `sub`, those that belong to the
        session `sid` at the provider, or those of `everybody`. `provider`, its name in the settings, or `iss` says
        whose they are; everybody's may be all providers'. Logins afterwards count. Waits for no provider."""
        selector = {"sub": sub, "sid": sid, "provider": provider, "iss": iss, "all": everybody or None}
        given = json.dumps({name: value for name, value in selector.items() if value is not None})
        self._library.call(self._library.st_app_end_sessions, self._handle, text(given))

    def user_from_cookie(self, cookie: Union[str, bytes, None]) -> User:
        """Who sent this Cookie header? `cookie`: its value; None if absent. Never blocks.

        Raises LimitExceeded if it is longer than 64 KiB.
        """
        if cookie is None:
            return ANONYMOUS
        if isinstance(cookie, str):
            cookie = cookie.encode("latin-1", "replace")  # our cookies are ASCII, so nothing of them is lost
        elif not isinstance(cookie, bytes):
            raise TypeError(f"a Cookie header must be text or bytes, not {type(cookie).__name__}")
        try:
            buffer = self._spare.pop()
        except IndexError:
            buffer = _Buffer()
        arguments = (self._handle, cookie, len(cookie), *buffer.arguments)
        if self._library.st_user_from_cookie(*arguments, None) != 0:
            # Again, for the reason; or with a larger buffer, which a session store can take.
            return User(self._text_of(self._library.st_user_from_cookie, cookie, len(cookie)))
        user = User(buffer.view[: buffer.length.value].tobytes())
        self._spare.append(buffer)
        return user

    def stats(self) -> dict[str, Any]:
        """The numbers for monitoring, of this process: events by name, provider and error code, and how long requests
        to each provider took. docs/monitoring.md describes them."""
        numbers: dict[str, Any] = json.loads(self._text_of(self._library.st_app_stats_json))
        return numbers

    def stats_prometheus(self) -> str:
        """The same as text for Prometheus, of the type "text/plain; version=0.0.4"."""
        return self._text_of(self._library.st_app_stats_prometheus).decode()

    def _text_of(self, write: Callable[..., int], *given: object) -> bytes:
        capacity, length = 16 * 1024, c_size_t()
        while True:
            buffer = create_string_buffer(capacity)
            arguments = (self._handle, *given, buffer, capacity, byref(length))
            if write(*arguments, None) == 0:
                return buffer.raw[: length.value]
            if length.value <= capacity:
                self._library.call(write, *arguments)  # again, for the reason
            capacity = 2 * length.value  # it may grow meanwhile

    def request(
        self,
        method: str,
        target: Union[str, bytes],
        headers: Iterable[Header] = (),
        client_address: Optional[str] = None,
    ) -> Request:
        """One HTTP request to the app. `target`: path and query, percent-encoded as received. `client_address`: the
        browser's IP address, for the log."""
        return Request(self, self._library, self._handle, method, target, headers, client_address)

    @property
    def login_path(self) -> str:
        """The path that begins a login, "/auth/login"."""
        return self._path(self._library.st_app_login_path)

    @property
    def logout_path(self) -> str:
        """The path that ends the session by POST, and asks first by GET: "/auth/logout"."""
        return self._path(self._library.st_app_logout_path)

    @property
    def callback_paths(self) -> list[str]:
        """The paths to which providers send users back: one, unless providers have their own redirect_uri."""
        found = [self._path(self._library.st_app_callback_path, 0)]
        while path := self._library.st_app_callback_path(self._handle, len(found)):
            found.append(path.decode())
        return found

    def login_url(self, provider: Optional[str] = None, return_to: Optional[str] = None) -> str:
        """The address for a "Sign in" link. `return_to`: the path to return to; None for the page with the link."""
        query = {"provider": provider, "return_to": return_to}
        given = {name: text(value) for name, value in query.items() if value is not None}
        return self.login_path + ("?" + urlencode(given) if given else "")

    def close(self) -> None:
        """Closes the application; its memory is freed with this object. Requests made from it stay usable."""
        self._handle = None

    def _path(self, function: Any, *arguments: int) -> str:
        path: Optional[bytes] = function(self._handle, *arguments)
        if path is None:
            raise InvalidArgument("the application is closed", "invalid_handle")
        return path.decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# Supplies the settings of applications that would read a file; set by libstauth.testing.
stand_in: Optional[Callable[[App], Mapping[str, Setting]]] = None


class _Buffer:
    """The buffer for the user of a cookie. It serves one call at a time, even if a signal handler or a greenlet
    intervenes; it is reused, since making one takes longer than opening the cookie."""

    __slots__ = ("arguments", "length", "view")

    def __init__(self) -> None:
        space, self.length = create_string_buffer(_CAPACITY), c_size_t()
        self.view = memoryview(space).cast("B")
        self.arguments = (space, _CAPACITY, byref(self.length))


def _written(value: Setting) -> str:
    """A setting as written in TOML, but text without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise TypeError(f"a setting must be text, a number or a boolean, not {type(value).__name__}")
