"""A site for each way to build one on ASGI; the Host header names it."""

from __future__ import annotations

from typing import Any

import common
import django_site
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

import libstauth.asgi
import libstauth.fastapi


class PrefixMiddleware:
    """What many sites have around them: the proxy's header becomes the root_path."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        prefix = dict(scope.get("headers", ())).get(b"x-forwarded-prefix", b"").decode()
        await self._app({**scope, "root_path": prefix} if prefix else scope, receive, send)


async def show(request: Request) -> PlainTextResponse:
    """The parameter is what the router found after the slash."""
    return PlainTextResponse(common.page("/" + request.path_params["path"]))


def fastapi_site(**options: Any) -> FastAPI:
    site = FastAPI(openapi_url=None, **options)
    site.add_route("/{path:path}", show)
    return site


def guarded(site: Any) -> Any:
    libstauth.fastapi.init_app(site, common.auth, **common.GATE)  # type: ignore[arg-type]
    return site


def around_prefix() -> FastAPI:
    site = fastapi_site()
    site.add_middleware(PrefixMiddleware)
    return guarded(site)


def with_mounts() -> Starlette:
    """Below /sub another application, which is guarded itself."""
    return Starlette(routes=[Mount("/sub", guarded(fastapi_site())), Mount("/", guarded(fastapi_site()))])


async def by_whole_path(scope: Any, receive: Any, send: Any) -> None:
    """An application that knows nothing of root_path."""
    await PlainTextResponse(common.page(scope["path"]))(scope, receive, send)


async def by_rest(scope: Any, receive: Any, send: Any) -> None:
    """One that cuts off root_path wherever it finds it."""
    root, path = scope.get("root_path"), scope["path"]
    await PlainTextResponse(common.page(path.split(root, 1)[-1] if root else path))(scope, receive, send)


SITES: dict[str, Any] = {
    "bare-whole": libstauth.asgi.Middleware(by_whole_path, common.auth, **common.GATE),  # type: ignore[arg-type]
    "bare-rest": libstauth.asgi.Middleware(by_rest, common.auth, **common.GATE),  # type: ignore[arg-type]
    "django": django_site.asgi,
    "fastapi": guarded(fastapi_site()),
    "fastapi-around-prefix": around_prefix(),
    "fastapi-in-prefix": PrefixMiddleware(guarded(fastapi_site())),
    "starlette-mounts": with_mounts(),
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    host = dict(scope["headers"])[b"host"].decode()
    await SITES[host](scope, receive, send)
