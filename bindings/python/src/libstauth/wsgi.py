"""WSGI (PEP 3333): `app = libstauth.wsgi.Middleware(app)`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Callable, Optional, Union
from urllib.parse import quote, unquote_to_bytes

from libstauth import current
from libstauth.app import App, Path
from libstauth.errors import StauthError
from libstauth.gate import Gate
from libstauth.refusal import refusal
from libstauth.request import BODY_LIMIT, Request, is_local, site_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]


class Middleware:
    """Answers the library's own paths, and provides `libstauth.user`, `login()` and `logout()` to the application.

    `auth`: an App, the path of a secrets.toml, or None for `App()`.
    `require_login`: require a login at the default provider for every path except the `open_paths`.
    The application finds the Request in `environ["libstauth"]`. A page must read the user before it calls
    `start_response`, which adds `Vary: Cookie` for caches.
    """

    def __init__(
        self,
        app: WSGIApplication,
        auth: Union[App, Path, None] = None,
        *,
        require_login: bool = False,
        open_paths: Sequence[str] = (),
    ) -> None:
        self.auth = auth if isinstance(auth, App) else App(auth)
        self._app = app
        self.gate = Gate(self.auth, require_login, open_paths)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = _Page(start_response, is_head=environ["REQUEST_METHOD"] == "HEAD")
        try:
            page.request = self.auth.request(
                environ["REQUEST_METHOD"], target(environ), headers(environ), environ.get("REMOTE_ADDR")
            )
            with current.using(page.request):
                self._answer(page, page.request, environ)
        except StauthError as error:
            page.refuse(error)
        except BaseException:
            page.close()
            raise
        return page

    def _answer(self, page: _Page, request: Request, environ: WSGIEnvironment) -> None:
        if request.wants_body:
            request.body(_read_body(environ))
        if not self.gate.begin(request, routed(environ)):
            environ["libstauth"] = request
            page.body = self._app(environ, page.start)
            return
        page.take_over()


class _Page:
    """The response: the application's, or the library's instead."""

    def __init__(self, start_response: StartResponse, is_head: bool) -> None:
        self.request: Optional[Request] = None
        self.body: Iterable[bytes] = ()
        self._start_response = start_response
        self._is_head = is_head
        self._own: Optional[bytes] = None

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        """The start_response of the application, which may be called late, and again after an error."""
        assert self.request is not None
        if self.take_over():
            return lambda _: None
        self.request.response_begun = True
        return self._start_response(status, [*headers, *self.request.headers], *([exc_info] if exc_info else []))

    def take_over(self) -> bool:
        """True if the response is the library's, which begins here unless the application's has begun."""
        request = self.request
        if request is not None and self._own is None and not request.response_begun:
            request.finish_login()
            if request.status:
                self._send(request.status, request.headers, request.content)
        return self._own is not None

    def refuse(self, error: StauthError) -> None:
        """Sends an error response, or lets the server abort if the application's response has begun."""
        if self._own is None:
            begun = self.request is not None and self.request.response_begun
            self._send(*refusal(error, self.request), *([sys.exc_info()] if begun else []))

    def _send(self, status: int, headers: Headers, content: bytes, *exc_info: Any) -> None:
        headers = [*headers, ("Content-Length", str(len(content)))]
        self._start_response(f"{status} {HTTPStatus(status).phrase}", headers, *exc_info)
        self._own = b"" if self._is_head else content

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in current.iterate(self.body, self.request):
                if self._own is not None:
                    break
                yield piece
            self.take_over()  # as if the application had only called login()
        except StauthError as error:
            self.refuse(error)
        if self._own:
            yield self._own

    def close(self) -> None:
        """The server calls it after the response was sent or has failed."""
        try:
            close = getattr(self.body, "close", None)
            if close:
                with current.using(self.request):
                    close()
        finally:
            if self.request is not None:
                self.request.close()


def routed(environ: WSGIEnvironment) -> bytes:
    """The path that the application routes. SCRIPT_NAME has no say in that: some servers take it
    from a header."""
    path: str = environ.get("PATH_INFO", "")
    return path.encode("latin-1", "replace")


def target(environ: WSGIEnvironment) -> str:
    """The target that the browser requested."""
    path = site_path(environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""))
    return encoded(path.encode("latin-1"), environ)


def encoded(path: bytes, environ: WSGIEnvironment) -> str:
    """Path and query, percent-encoded: as received if the server supplies that, otherwise encoded again."""
    query = environ.get("QUERY_STRING", "")
    for name in ("RAW_URI", "REQUEST_URI"):
        raw: str = environ.get(name, "")
        if raw.startswith("/") and unquote_to_bytes(raw.partition("?")[0].encode("latin-1", "replace")) == path:
            return raw
    return quote(path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def headers(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    """The request's headers."""
    if "HTTP_X_FORWARDED_PROTO" not in environ and is_local(environ.get("HTTP_HOST", "")):
        yield "X-Forwarded-Proto", environ.get("wsgi.url_scheme", "")
    for name, value in environ.items():
        if name.startswith("HTTP_") or name == "CONTENT_TYPE":
            yield name.removeprefix("HTTP_").replace("_", "-"), value


def _read_body(environ: WSGIEnvironment) -> bytes:
    """At most a byte more than the library accepts, so it can refuse a body that is too long."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    content: bytes = environ["wsgi.input"].read(max(0, min(length, BODY_LIMIT + 1)))
    return content
