"""libstauth.fastapi, in FastAPI and in Starlette."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpx")

from exchange import ORIGIN, failing
from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route
from starlette.websockets import WebSocketDisconnect

import libstauth
import libstauth.fastapi
import libstauth.testing

App = libstauth.testing.App
NAVIGATES = {"Sec-Fetch-Mode": "navigate"}
required = Depends(libstauth.fastapi.login_required)
seen: list[Any] = []


def make_site(auth: App, **gate: Any) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def pass_on(request: Any, call_next: Any) -> Any:
        assert libstauth.user == request.scope["libstauth"].user
        return await call_next(request)  # in another task

    assert libstauth.fastapi.init_app(app, auth, **gate) is auth

    @app.get("/")
    async def page() -> Any:
        return libstauth.user.to_dict()

    @app.get("/members")
    async def members(user: libstauth.User = required) -> Any:
        assert isinstance(user, libstauth.User)
        return user.name

    @app.get("/thread")
    def in_a_thread(user: libstauth.User = required) -> Any:
        return [user.name, libstauth.user.name]

    @app.get("/partners", dependencies=[Depends(libstauth.fastapi.LoginRequired("nobody"))])
    async def partners() -> Any:
        return libstauth.user.name

    @app.get("/login")
    async def login(provider: Any = None) -> Any:
        return libstauth.fastapi.login(provider)

    @app.get("/thread/login")
    def login_in_a_thread() -> Any:
        return libstauth.login()

    @app.post("/logout")
    async def logout() -> Any:
        return libstauth.fastapi.logout()

    @app.get("/background")
    async def background(tasks: BackgroundTasks) -> Any:
        tasks.add_task(lambda: seen.append(libstauth.user.name))
        return "later"

    @app.get("/stream")
    async def stream() -> Any:
        async def pieces() -> Any:
            yield libstauth.user.name
            with pytest.raises(libstauth.InvalidArgument, match="too late"):
                libstauth.login()
            yield "."

        return StreamingResponse(pieces())

    @app.websocket("/ws")
    async def talk(socket: WebSocket, user: libstauth.User = required) -> None:
        await socket.accept()
        await socket.send_text(f"{user.name} {libstauth.user.name}")
        await socket.close()

    return app


def client_of(app: Any, cookies: Any = None) -> TestClient:
    return TestClient(app, base_url=ORIGIN, cookies=cookies, follow_redirects=False)


@pytest.fixture(scope="module")
def site(auth: App) -> FastAPI:
    return make_site(auth)


@pytest.fixture
def client(site: FastAPI) -> TestClient:
    return client_of(site)


@pytest.fixture
def member(site: FastAPI, auth: App) -> TestClient:
    return client_of(site, auth.sign_in(name="Ada"))


def is_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["location"].startswith(libstauth.testing.ISSUER)


def test_user(client: TestClient, member: TestClient) -> None:
    assert client.get("/").json() == {"is_logged_in": False}
    assert member.get("/").json()["name"] == "Ada"


def test_login_required(client: TestClient, member: TestClient) -> None:
    assert (member.get("/members").json(), member.get("/thread").json()) == ("Ada", ["Ada", "Ada"])
    assert is_login(client.get("/members", headers=NAVIGATES)) and is_login(client.get("/thread", headers=NAVIGATES))
    answer = client.get("/members")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Sign in first."})


def test_login_required_of_a_provider(client: TestClient, member: TestClient) -> None:
    assert member.get("/partners").json() == "Ada"
    assert client.get("/partners", headers=NAVIGATES).status_code == 404, "there is no such provider"


@pytest.mark.parametrize("path", ["/login", "/thread/login", "/members"])
def test_login(path: str) -> None:
    """Whether the provider is cached or not, and if it is down."""
    with App() as auth:
        for _ in range(2):
            assert is_login(client_of(make_site(auth)).get(path, headers=NAVIGATES))
    with failing(App()) as down:
        assert client_of(make_site(down)).get(path, headers=NAVIGATES).status_code == 502


def test_logout(member: TestClient) -> None:
    answer = member.post("/logout", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and member.get("/").json()["is_logged_in"]
    answer = member.post("/logout", headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_background_task(member: TestClient) -> None:
    assert member.get("/background").json() == "later" and seen.pop() == "Ada"


def test_stream(member: TestClient) -> None:
    assert member.get("/stream").text == "Ada."


def test_websocket(client: TestClient, member: TestClient) -> None:
    with member.websocket_connect("/ws", headers={"Origin": ORIGIN}) as socket:
        assert socket.receive_text() == "Ada Ada"
    for stranger, origin in ((client, ORIGIN), (member, "https://evil.example")):
        with (
            pytest.raises(WebSocketDisconnect) as caught,
            stranger.websocket_connect("/ws", headers={"Origin": origin}),
        ):
            pass
        assert caught.value.code == 1008


def test_whole_site(auth: App) -> None:
    site = make_site(auth, require_login=True, open_paths=["/docs"])
    assert client_of(site).get("/").status_code == 401
    assert is_login(client_of(site).get("/", headers=NAVIGATES))
    assert client_of(site).get("/docs").status_code == 200
    assert client_of(site, auth.sign_in(name="Ada")).get("/").json()["name"] == "Ada"


# ---- Starlette ------------------------------------------------------------------------------------------------------


async def members(request: Any) -> PlainTextResponse:
    user = await libstauth.fastapi.login_required(request)
    return PlainTextResponse(user.name)


async def login(request: Any) -> Any:
    return libstauth.fastapi.login()


ROUTES = [Route("/members", members), Route("/login", login), Route("/auth/page", members)]


def test_starlette(auth: App) -> None:
    app = Starlette(routes=ROUTES)
    libstauth.fastapi.init_app(app, auth)
    assert client_of(app, auth.sign_in(name="Ada")).get("/members").text == "Ada"
    assert client_of(app).get("/members").status_code == 401
    assert is_login(client_of(app).get("/members", headers=NAVIGATES)) and is_login(client_of(app).get("/login"))


def test_mounted() -> None:
    """Its own paths are below where the application is mounted."""
    with App(f"{ORIGIN}/below/oauth2callback") as auth:
        below = Starlette(routes=ROUTES)
        libstauth.fastapi.init_app(below, auth)
        app = Starlette(routes=[Mount("/below", below)])
        assert is_login(client_of(app).get("/below/auth/login")) and is_login(client_of(app).get("/below/login"))
        assert client_of(app, auth.sign_in(name="Ada")).get("/below/auth/page").text == "Ada"
        assert client_of(app).get("/auth/login").status_code == 404


def test_without_middleware() -> None:
    with pytest.raises(libstauth.NoRequest, match=r"libstauth\.asgi\.Middleware"):
        client_of(Starlette(routes=ROUTES)).get("/members")


class Rewriting:
    """A middleware that a site may have: it sends requests for one path to another."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path", "").startswith("/open/"):
            scope = {**scope, "path": scope["path"].removeprefix("/open")}
        await self._app(scope, receive, send)


@pytest.mark.parametrize("first", [True, False], ids=["inside", "outside"])
def test_closed_is_what_the_router_gets(auth: App, ada: str, first: bool) -> None:
    app = FastAPI()
    app.get("/page")(lambda: "page")

    @app.websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()

    if first:
        app.add_middleware(Rewriting)
    libstauth.fastapi.init_app(app, auth, require_login=True, open_paths=["/open/"])
    if not first:
        app.add_middleware(Rewriting)
    with TestClient(app, base_url=ORIGIN) as client:
        assert client.get("/open/page", headers={"Cookie": ada}).json() == "page"
        assert client.get("/open/page").status_code == 401
        answer = client.get("/open/page", headers=NAVIGATES, follow_redirects=False)
        assert answer.status_code == 302 and answer.text == ""
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/open/ws", headers={"Origin": ORIGIN}):
            pass
        with client.websocket_connect("/open/ws", headers={"Origin": ORIGIN, "Cookie": ada}):
            pass
