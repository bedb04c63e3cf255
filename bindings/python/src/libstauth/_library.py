"""Finds libstauth.so.0, loads it once, and turns its errors into exceptions."""

from __future__ import annotations

import functools
import os
from ctypes import CDLL, byref, c_void_p, string_at
from pathlib import Path
from typing import Any, Callable, Optional, Union

from libstauth._declarations import FUNCTIONS
from libstauth._greenlets import wait_for
from libstauth.errors import BY_STATUS, InternalError, InvalidArgument, LibraryNotFound, StauthError

NAME = "libstauth.so.0"
BUNDLED = Path(__file__).with_name("_lib") / NAME
# The header that this binding was written for. Before 1.0, the same minor number means the same ABI.
MAJOR, MINOR = 0, 2


class Library:
    """The functions of stauth.h as attributes, and `call()` for those whose last argument is an `st_error **`."""

    def __init__(self, path: str) -> None:
        """Raises OSError or AttributeError if the file is not the library, or not one for this binding."""
        self._loaded = CDLL(path)
        major, minor = divmod(self._loaded.st_version_number() // 100, 100)
        if (major, minor) != (MAJOR, MINOR):
            raise OSError(f"is version {major}.{minor}, and {MAJOR}.{MINOR} is needed")
        for name, (result, *arguments) in FUNCTIONS.items():
            function = getattr(self._loaded, name)
            function.restype, function.argtypes = result, arguments

    def __getattr__(self, name: str) -> Any:
        if name not in FUNCTIONS:
            raise AttributeError(name)
        function = getattr(self._loaded, name)
        setattr(self, name, function)  # found directly from now on
        return function

    def call(self, function: Callable[..., int], *arguments: object) -> None:
        """Calls a function with an `st_error **` as the last argument, and raises the error stored there."""
        error = c_void_p()
        status = function(*arguments, byref(error))
        if status != 0:
            try:
                raise self.exception(status, error.value)
            finally:
                self.st_error_free(error)

    def wait(self, function: Callable[..., int], *arguments: object) -> None:
        """`call()` for a function that may wait for the network. Other greenlets go on meanwhile."""
        error = _SharedError()
        status = wait_for(function, *arguments, byref(error))
        if status != 0:
            raise self.exception(status, error.value)

    def exception(self, status: int, error: Optional[int]) -> StauthError:
        """An `st_error` as an exception. The caller still frees the error."""
        message, code = self.st_error_message(error), self.st_error_code(error)
        if message is None or code is None:
            return InternalError(f"the library failed without giving a reason: {self.st_status_name(status)!r}")
        kind = BY_STATUS.get(status, StauthError)
        said = (self.st_error_provider_code(error), self.st_error_provider_description(error))
        provider = (None if text is None else text.decode() for text in said)
        return kind(message.decode(), code.decode(), self.st_error_http_status(error), *provider)


class _SharedError(c_void_p):
    """An `st_error` that is freed when the call is over, even if its greenlet was stopped before."""

    def __del__(self) -> None:
        if self.value is not None:
            library().st_error_free(self)


def text(value: str) -> bytes:
    """Text for a C function."""
    if not isinstance(value, str):
        raise TypeError(f"expected text, not {type(value).__name__}")
    try:
        return without_nul(value.encode())
    except UnicodeEncodeError:
        raise InvalidArgument("text must not contain lone surrogates", "invalid_text", 400) from None


def without_nul(value: bytes) -> bytes:
    """Bytes for a C function, or an error: it would read a NUL as the end."""
    if b"\0" in value:
        raise InvalidArgument("text must not contain a NUL character", "invalid_text", 400)
    return value


def copied(address: Optional[int], length: int) -> bytes:
    """A copy of bytes that the library lends."""
    return string_at(address, length) if address and length else b""


@functools.cache
def library() -> Library:
    """The library, loaded on the first call. Raises LibraryNotFound, which lists what was tried."""
    named = os.environ.get("STAUTH_LIBRARY")
    candidates = [named] if named else ([str(BUNDLED)] if BUNDLED.exists() else []) + [NAME]
    tried = []
    for path in candidates:
        try:
            return Library(path)
        except (OSError, AttributeError) as error:
            tried.append(f"{path}: {error}")
    hint = "Install a wheel that contains the library, or set STAUTH_LIBRARY to the file."
    raise LibraryNotFound("\n".join([f"{NAME} could not be loaded. {hint} Tried:", *tried]), "library_not_found")


def octets(value: Union[str, bytes]) -> bytes:
    """A target, or a header's name or value: bytes as received, which WSGI passes as Latin-1."""
    if isinstance(value, str):
        try:
            return without_nul(value.encode("latin-1"))
        except UnicodeEncodeError:
            return text(value)
    if not isinstance(value, bytes):
        raise TypeError(f"expected text or bytes, not {type(value).__name__}")
    return without_nul(value)
