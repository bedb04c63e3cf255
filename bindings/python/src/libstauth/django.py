"""Django, WSGI and ASGI: put "libstauth.django.Middleware" into MIDDLEWARE, above everything that makes pages.

    STAUTH = {"auth": "secrets.toml", "require_login": True, "open_paths": ["/static/"]}

sets the arguments of `libstauth.wsgi.Middleware`, if the defaults do not suit you.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Callable, Optional

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views import View

from libstauth import asgi, current, wsgi
from libstauth.app import App
from libstauth.errors import StauthError
from libstauth.gate import Gate
from libstauth.refusal import refusal
from libstauth.request import Request, site_path
from libstauth.user import AccessToken

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from libstauth.options import LoginOptions


class Middleware:
    """Answers the library's own paths, and provides `libstauth.user`, `login()` and `logout()` to views. An uncaught
    StauthError becomes a response with its HTTP status. The Request is `request.META["libstauth"]`."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        options = getattr(settings, "STAUTH", {})
        auth = options.get("auth")
        self.auth = auth if isinstance(auth, App) else App(auth)
        self._gate = Gate(self.auth, options.get("require_login", False), options.get("open_paths", ()))
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)
        if self._gate.required:  # again, after Django has chosen the view: a middleware may have changed the path
            self.process_view = self._judge_soon if iscoroutinefunction(self) else self._judge

    def __call__(self, http: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._answer(http)
        try:
            request = self._request(http)
            with current.using(request):
                page = None if self._gate.begin(request, http.path_info) else self._get_response(http)
            request.finish_login()
            return _finished(request, page)
        except StauthError as error:
            return self.process_exception(http, error)

    async def _answer(self, http: HttpRequest) -> Any:
        try:
            request = self._request(http)
            with current.using(request):
                is_answered = await self._gate.begin_soon(request, http.path_info)
                page = None if is_answered else await self._get_response(http)
            await request.turns.quiet()  # a task that the view has not waited for may still refresh
            if request.wanted:
                await asyncio.to_thread(request.finish_login)
            return _finished(request, page)
        except StauthError as error:
            return self.process_exception(http, error)

    def _request(self, http: HttpRequest) -> Request:
        # Django has decoded both, and knows FORCE_SCRIPT_NAME.
        path = site_path(http.META["SCRIPT_NAME"], http.META["PATH_INFO"])
        scope = getattr(http, "scope", None)
        target = asgi.encoded(path, scope) if scope else wsgi.encoded(path.encode(), http.META)
        address = http.META.get("REMOTE_ADDR")
        request = self.auth.request(http.META["REQUEST_METHOD"], target, wsgi.headers(http.META), address)
        http.META["libstauth"] = request
        if request.wants_body:
            request.body(http.body)
        return request

    def _judge(self, http: HttpRequest, *_view: Any) -> Optional[HttpResponse]:
        try:
            return _stopped(self._gate.stops(http.META["libstauth"], http.path_info))
        except StauthError as error:
            return self.process_exception(http, error)

    async def _judge_soon(self, http: HttpRequest, *_view: Any) -> Optional[HttpResponse]:
        try:
            return _stopped(await self._gate.stops_soon(http.META["libstauth"], http.path_info))
        except StauthError as error:
            return self.process_exception(http, error)

    def process_exception(self, http: HttpRequest, error: Exception) -> Optional[HttpResponse]:
        """For views: Django turns their exceptions into a response before they get here."""
        return _made(*refusal(error, http.META.get("libstauth"))) if isinstance(error, StauthError) else None


def login_required(view: Optional[Callable[..., Any]] = None, *, provider: Optional[str] = None) -> Any:
    """For a view that needs a user: `@login_required` or `@login_required(provider="google")`. Others are redirected to
    the provider if they load a page, and get 401 if not."""
    if view is None:
        return functools.partial(login_required, provider=provider)
    if iscoroutinefunction(view):

        @functools.wraps(view)
        async def guarded(*arguments: Any, **named: Any) -> Any:
            return await view(*arguments, **named) if current.require_login(provider) else HttpResponse()

    else:

        @functools.wraps(view)
        def guarded(*arguments: Any, **named: Any) -> Any:
            return view(*arguments, **named) if current.require_login(provider) else HttpResponse()

    return guarded


class LoginRequiredMixin(View):
    """`login_required` for a view that is a class."""

    provider: Optional[str] = None

    def dispatch(self, *arguments: Any, **named: Any) -> Any:
        if current.require_login(self.provider):
            return super().dispatch(*arguments, **named)
        return _soon(HttpResponse()) if self.view_is_async else HttpResponse()


async def _soon(page: HttpResponse) -> HttpResponse:
    return page


def login(
    provider: Optional[str] = None, return_to: Optional[str] = None, **options: Unpack[LoginOptions]
) -> HttpResponse:
    """`libstauth.login()` with a value for the view to return; the redirect replaces it."""
    current.login(provider, return_to, **options)
    return HttpResponse()


def logout(*, local: bool = False) -> HttpResponse:
    """`libstauth.logout()` with a value for the view to return; the redirect replaces it."""
    current.logout(local=local)
    return HttpResponse()


def access_token() -> AccessToken:
    """`libstauth.access_token()`, for views that are not async."""
    return current.access_token()


def refresh_user() -> None:
    """`libstauth.user.refresh()`, for views that are not async."""
    current.user.refresh()


async def aaccess_token() -> AccessToken:
    """The same for an async view."""
    return await asgi.access_token()


async def arefresh_user() -> None:
    """The same for an async view."""
    await asgi.refresh_user()


def add_user(_http: HttpRequest) -> dict[str, Any]:
    """A context processor: templates get the variable `user`."""
    return {"user": current.user}


def _stopped(is_stopped: bool) -> Optional[HttpResponse]:
    """What the library's response takes the place of."""
    return HttpResponse(status=401) if is_stopped else None


def _finished(request: Request, page: Optional[HttpResponseBase]) -> HttpResponseBase:
    """The library's response, or the page with the library's headers."""
    if request.status:
        page = _made(request.status, request.headers, request.content)
    else:
        assert page is not None
        _add_headers(page, request.headers)
    request.response_begun = True
    if isinstance(page, StreamingHttpResponse) and not getattr(page, "file_to_stream", None):
        stream = _stream_async if page.is_async else _stream
        page.streaming_content = stream(request, page.streaming_content)
    else:
        request.close()
    return page


def _made(status: int, headers: list[tuple[str, str]], content: bytes) -> HttpResponse:
    response = HttpResponse(content, status=status)
    _add_headers(response, headers)
    return response


def _add_headers(response: HttpResponseBase, headers: list[tuple[str, str]]) -> None:
    for name, value in headers:
        if name.lower() == "set-cookie":
            response.cookies.load(value)
        elif name.lower() in ("cache-control", "vary") and name in response.headers:
            response.headers[name] += f", {value}"  # in addition to the view's own cache headers, never instead
        else:
            response.headers[name] = value


def _stream(request: Request, pieces: Any) -> Iterator[bytes]:
    with contextlib.closing(request):
        yield from current.iterate(pieces, request)


async def _stream_async(request: Request, pieces: Any) -> AsyncIterator[bytes]:
    with contextlib.closing(request):
        while True:
            with current.using(request):
                try:
                    piece = await pieces.__anext__()
                except StopAsyncIteration:
                    return
            yield piece
