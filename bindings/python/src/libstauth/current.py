"""The three calls, on the request that is being answered here: in this thread, task or greenlet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, Optional, TypeVar, cast

from libstauth.errors import NOT_SIGNED_IN, NoRequest, StauthError
from libstauth.request import Request
from libstauth.user import User

_Piece = TypeVar("_Piece")

_current: ContextVar[Optional[Request]] = ContextVar("libstauth", default=None)

# For frameworks that run handlers outside of the context of the request they belong to. Each is told the request of
# the context, and knows better or gives None.
finders: list[Callable[[Optional[Request]], Optional[Request]]] = []


@contextmanager
def using(request: Optional[Request]) -> Iterator[None]:
    """Makes it the request of this context for a while."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)


def iterate(pieces: Iterable[_Piece], request: Optional[Request]) -> Iterator[_Piece]:
    """The pieces of a response, each of them made while the request is that of the context."""
    with using(request):
        iterator = iter(pieces)
    while True:
        with using(request):
            try:
                piece = next(iterator)
            except StopIteration:
                return
        yield piece


def request() -> Request:
    """The request of this context. Raises NoRequest outside of the middleware."""
    here = _current.get()
    for find in finders:
        found = find(here)
        if found is not None:
            return found
    # A task that a request leaves behind must not act as its user for as long as the process lives.
    if here is None or here.closed:
        raise NoRequest(
            "there is no request here. Wrap the application in libstauth.wsgi.Middleware or libstauth.asgi.Middleware,"
            " and call this while it answers a request",
            "no_request_bound",
        )
    return here


def login(provider: Optional[str] = None, return_to: Optional[str] = None) -> None:
    """Sends this user to a provider: the redirect takes the place of the page that is being made.

    `provider`: NAME of `[auth.NAME]`; None for the default one, or to let the user choose. `return_to`: the path to
    come back to; None for this page. Blocks for the provider's metadata when it is not cached, but never an event loop.
    """
    found = request()
    if _in_event_loop() and found.login_may_block(provider):
        found.login_later(provider, return_to)
    else:
        found.login(provider, return_to)


def logout() -> None:
    """Ends the session of this user: a redirect takes the place of the page that is being made, to the provider's
    logout or, if it has none, to the start page."""
    request().logout()


def require_login(provider: Optional[str] = None) -> bool:
    """For guards. True if the user is signed in. If not, a page load becomes a redirect to the provider, and all else,
    which could not follow it, raises an error with the HTTP status 401."""
    found = request()
    if found.user.is_logged_in:
        return True
    if not found.loads_page:
        raise StauthError("Sign in first.", NOT_SIGNED_IN, 401)
    login(provider)
    return False


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _CurrentUser(Mapping[str, Any]):
    """Whoever sent the request of this context. It is a User in everything but its type."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        return getattr(request().user, name) if not name.startswith("__") else object.__getattribute__(self, name)

    def __getitem__(self, name: str) -> Any:
        return request().user[name]

    def __iter__(self) -> Iterator[str]:
        return iter(request().user)

    def __len__(self) -> int:
        return len(request().user)

    def __reduce__(self) -> tuple[object, ...]:
        return request().user.__reduce__()  # a copy, or what goes to another process, is this user for ever

    def __repr__(self) -> str:
        try:
            return repr(request().user)
        except NoRequest:
            return "<User of no request>"


user = cast(User, _CurrentUser())
