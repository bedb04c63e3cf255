"""`require_login=True`: only signed-in users may see the application, except for open paths. The library judges."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Sequence
from ctypes import byref, c_char_p, c_void_p
from typing import TYPE_CHECKING, Optional

from libstauth._library import library, text
from libstauth.errors import ConfigurationError

if TYPE_CHECKING:
    from libstauth.app import App
    from libstauth.request import Request, Text


class Gate:
    """The gates before a page: that of `require_login` in secrets.toml, and one of these arguments. A page is open only
    if both leave it open.

    `open_paths`: paths that need no login. "/health" is that path alone, "/static/" all below it.
    `routed`, below: the path by which the application chooses the page, decoded, without the prefix that it is mounted
    at. Several, if it is not known which of them counts: then each has to be open.
    """

    def __init__(self, auth: App, require_login: bool, open_paths: Sequence[str]) -> None:
        if isinstance(open_paths, str):
            raise TypeError('open_paths is a list of paths: ["/health", "/static/"]')
        if open_paths and not require_login:
            raise ValueError("open_paths has no effect without require_login=True")
        self._own = _OpenPaths(open_paths) if require_login else None
        self._in_settings = auth.requires_login
        self.required = require_login or self._in_settings

    def begin(self, request: Request, *routed: Text) -> bool:
        """Begins the request. True if the response is the library's. May block."""
        self._name_routes(request, routed)
        return request.begin() or self._own_stops(request, routed)

    async def begin_soon(self, request: Request, *routed: Text) -> bool:
        """The same on an event loop, which it does not block."""
        self._name_routes(request, routed)
        if request.may_block or (self._own is not None and _login_may_block(request)):
            return await asyncio.to_thread(lambda: request.begin() or self._own_stops(request, routed))
        return request.begin() or self._own_stops(request, routed)

    def stops(self, request: Request, *routed: Text) -> bool:
        """Judges once more, next to the router: a middleware in between may have changed the path. True if the response
        is the library's. May block."""
        in_settings = self._in_settings and not all(map(request.require_login, routed))
        return in_settings or self._own_stops(request, routed)

    async def stops_soon(self, request: Request, *routed: Text) -> bool:
        """The same on an event loop, which it does not block."""
        if _login_may_block(request):
            return await asyncio.to_thread(self.stops, request, *routed)
        return self.stops(request, *routed)

    def _name_routes(self, request: Request, routed: Sequence[Text]) -> None:
        if self._in_settings:
            for path in routed:
                request.add_route(path)

    def _own_stops(self, request: Request, routed: Sequence[Text]) -> bool:
        own = self._own
        return own is not None and not all(request.require_login(path, own.handle) for path in routed)


def _login_may_block(request: Request) -> bool:
    return request.loads_page and request.login_may_block()


class _OpenPaths:
    """An `st_gate`, freed with this object."""

    def __init__(self, open_paths: Sequence[str]) -> None:
        lib, gate = library(), c_void_p()
        paths = [text(path) for path in open_paths]
        try:
            lib.call(lib.st_gate_new, (c_char_p * len(paths))(*paths), len(paths), byref(gate))
        except ConfigurationError as error:
            raise ValueError(str(error)) from None
        self.handle: Optional[int] = gate.value
        weakref.finalize(self, lib.st_gate_free, gate.value).atexit = False
