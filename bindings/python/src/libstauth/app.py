"""An application: checked settings, keys, and what is cached of the providers."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Mapping
from ctypes import byref, c_size_t, c_void_p, create_string_buffer
from typing import TYPE_CHECKING, Any, Callable, Optional, Union
from urllib.parse import urlencode

from libstauth import log
from libstauth._library import Library, library, text
from libstauth.errors import InvalidArgument
from libstauth.request import Header, Request
from libstauth.user import ANONYMOUS, User

if TYPE_CHECKING:
    from typing_extensions import Self

Path = Union[str, "os.PathLike[str]"]
Setting = Union[str, int, bool]

DEFAULT_SECRETS = ".streamlit/secrets.toml"
# What st_user_from_cookie() needs at most.
_CAPACITY = 64 * 1024


class App:
    """A relying party. One for each process is usual; it may be made before a server forks, and used by all threads.

    `secrets`: the path of a secrets.toml; by default $STAUTH_SECRETS, or else .streamlit/secrets.toml.
    `toml`: the text of one instead.
    `settings`: single keys on top of it, `{"auth.port": 8501}`, or all of them with neither file nor text.

    Raises ConfigurationError with all problems, and LibraryNotFound.
    """

    # What libstauth.testing sets: an HTTP client, and whether a request that says nothing of itself counts as a
    # browser's for a page.
    connect: Optional[Callable[[Library], Any]] = None
    takes_silence_for_browser = False

    def __init__(
        self,
        secrets: Optional[Path] = None,
        *,
        toml: Optional[str] = None,
        settings: Optional[Mapping[str, Setting]] = None,
    ) -> None:
        if secrets is not None and toml is not None:
            raise TypeError("App takes a path or toml=..., not both")
        if not isinstance(settings, (Mapping, type(None))):
            raise TypeError(f"settings is a mapping, not {type(settings).__name__}")
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
        lib.call(lib.st_config_set_log, config, log.write_event, None)
        if self.connect is not None:
            lib.call(lib.st_config_set_transport, config, self.connect(lib), None)
        app = c_void_p()
        lib.call(lib.st_app_new, config, byref(app))
        self._library = lib
        self._handle = app.value
        self._spare: list[_Buffer] = []
        # Freed with this object, when no thread can be in a call with it any more; the process's end frees it as well.
        weakref.finalize(self, lib.st_app_free, app.value).atexit = False

    def preload(self) -> None:
        """Fetches metadata and keys of all providers, so that the first login need not. May block."""
        self._library.call(self._library.st_app_preload, self._handle)

    def user_from_cookie(self, cookie: Union[str, bytes, None]) -> User:
        """Who sent this Cookie header? `cookie`: its value; None if there was none. Never blocks.

        Raises LimitExceeded if it is longer than 64 KiB.
        """
        if cookie is None:
            return ANONYMOUS
        if isinstance(cookie, str):
            cookie = cookie.encode("latin-1", "replace")  # of ours, nothing is lost: it is all ASCII
        elif not isinstance(cookie, bytes):
            raise TypeError(f"a Cookie header is text or bytes, not {type(cookie).__name__}")
        try:
            buffer = self._spare.pop()
        except IndexError:
            buffer = _Buffer()
        arguments = (self._handle, cookie, len(cookie), *buffer.arguments)
        if self._library.st_user_from_cookie(*arguments, None) != 0:
            self._library.call(self._library.st_user_from_cookie, *arguments)  # once more, for the reason
        user = User(buffer.view[: buffer.length.value].tobytes())
        self._spare.append(buffer)
        return user

    def request(self, method: str, target: Union[str, bytes], headers: Iterable[Header] = ()) -> Request:
        """One HTTP request to the app. `target`: path and query, percent-encoded as received."""
        return Request(self, self._library, self._handle, method, target, headers)

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
        """The address for a "Sign in" link. `return_to`: the path to come back to; None for the page with the link."""
        query = {"provider": provider, "return_to": return_to}
        given = {name: text(value) for name, value in query.items() if value is not None}
        return self.login_path + ("?" + urlencode(given) if given else "")

    def close(self) -> None:
        """Ends the use of the application; its memory goes with this object. Requests made of it stay usable."""
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


# Gives the settings of applications that would read a file; libstauth.testing sets it.
stand_in: Optional[Callable[[App], Mapping[str, Setting]]] = None


class _Buffer:
    """Where the library writes the user of a cookie. It has one user at a time, also if a signal handler or a greenlet
    comes in between; and it is kept for the next, since making one takes longer than opening the cookie."""

    __slots__ = ("arguments", "length", "view")

    def __init__(self) -> None:
        space, self.length = create_string_buffer(_CAPACITY), c_size_t()
        self.view = memoryview(space).cast("B")
        self.arguments = (space, _CAPACITY, byref(self.length))


def _written(value: Setting) -> str:
    """A setting as TOML has it, but text without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise TypeError(f"a setting is text, a number or a boolean, not {type(value).__name__}")
