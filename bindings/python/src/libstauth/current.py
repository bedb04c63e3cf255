"""The three calls, on the current request of this thread, task or greenlet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, cast

from libstauth.errors import NOT_SIGNED_IN, InvalidArgument, NoRequest, StauthError
from libstauth.options import LoginOptions
from libstauth.request import Request
from libstauth.user import AccessToken, User

if TYPE_CHECKING:
    from typing_extensions import Unpack

_Piece = TypeVar("_Piece")

_current: ContextVar[Optional[Request]] = ContextVar("libstauth", default=None)

# For frameworks that run handlers outside the context of their request. Each gets the request of the
# context, and returns a better one or None.
finders: list[Callable[[Optional[Request]], Optional[Request]]] = []


@contextmanager
def using(request: Optional[Request]) -> Iterator[None]:
    """Makes it the request of this context temporarily."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)


def iterate(pieces: Iterable[_Piece], request: Optional[Request]) -> Iterator[_Piece]:
    """The pieces of a response, each made while the request is that of the context."""
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
    # A task that outlives its request must not act as its user for the life of the process.
    if here is None or here.closed:
        raise NoRequest(
            "there is no current request. Wrap the application in libstauth.wsgi.Middleware or libstauth.asgi."
            "Middleware, and call this while a request is being answered",
            "no_request_bound",
        )
    return here


def login(provider: Optional[str] = None, return_to: Optional[str] = None, **options: Unpack[LoginOptions]) -> None:
    """Sends this user to a provider: the redirect replaces the current page.

    `provider`: NAME of `[auth.NAME]`; None for the default one, or to let the user choose. `return_to`: the path to
    return to; None for this page. `login_hint`, `prompt`, `acr_values`, `max_age` in seconds and `ui_locales`: for this
    login alone. May wait for the provider's metadata, but never blocks an event loop.
    """
    found = request()
    if _in_event_loop() and found.login_may_block(provider):
        found.login_later(provider, return_to, **options)
    else:
        found.login(provider, return_to, **options)


def logout(*, local: bool = False, everywhere: bool = False) -> None:
    """Ends the session of this user: a redirect replaces the current page, to the provider's logout or, if it has none
    or with `local`, to the start page. May wait a second for the provider to revoke tokens, but never blocks an event
    loop."""
    found = request()
    end = found.logout_later if _in_event_loop() and found.logout_may_block() else found.logout
    end(local=local, everywhere=everywhere)


def is_fresh(seconds: int) -> bool:
    """True if the provider authenticated this user at most so many seconds ago: see `Request.is_fresh()`."""
    return request().is_fresh(seconds)


def access_token() -> AccessToken:
    """An access token of this user that is valid for at least a minute more, refreshed first if necessary: see
    `Request.access_token()`. May wait for the provider; on an event loop, await `libstauth.asgi.access_token()`."""
    _refuse_on_event_loop("access_token")
    return request().access_token()


def _refuse_on_event_loop(name: str) -> None:
    if _in_event_loop():
        raise InvalidArgument(f"this would block the event loop: await libstauth.asgi.{name}()", "out_of_sequence")


def require_login(provider: Optional[str] = None) -> bool:
    """For guards. True if the user is signed in. Otherwise a page load is redirected to the provider, and any other
    request, which could not follow a redirect, raises an error with the HTTP status 401."""
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
    """The user of the current request. It is a User in everything but its type."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        is_own = name.startswith("__") or name == "refresh"
        return object.__getattribute__(self, name) if is_own else getattr(request().user, name)

    def refresh(self) -> None:
        """Reads the claims anew: see `Request.refresh()`. May wait for the provider; on an event loop, await
        `libstauth.asgi.refresh_user()`."""
        _refuse_on_event_loop("refresh_user")
        request().refresh()

    def __getitem__(self, name: str) -> Any:
        return request().user[name]

    def __iter__(self) -> Iterator[str]:
        return iter(request().user)

    def __len__(self) -> int:
        return len(request().user)

    def __reduce__(self) -> tuple[object, ...]:
        return request().user.__reduce__()  # a copy, or a pickle for another process, stays this user

    def __repr__(self) -> str:
        try:
            return repr(request().user)
        except NoRequest:
            return "<User of no request>"


user = cast(User, _CurrentUser())
