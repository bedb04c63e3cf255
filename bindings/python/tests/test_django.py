"""libstauth.django, sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Callable
from wsgiref.util import FileWrapper

import pytest

django = pytest.importorskip("django")

from asgiref.sync import iscoroutinefunction  # noqa: E402
from conftest import cookie_header  # noqa: E402
from django.conf import settings  # noqa: E402
from exchange import (  # noqa: E402
    ORIGIN,
    PATHS,
    Answer,
    ClockedApp,
    SlowProvider,
    environ_of,
    failing,
    return_page,
    scope_of,
    serve_asgi,
    serve_wsgi,
    visit,
)

import libstauth  # noqa: E402
import libstauth.testing  # noqa: E402

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["libstauth.django.Middleware", "django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="x",
    STATIC_URL="/static/",  # NiceGUI, in the same run, looks at every object that there is
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"context_processors": ["libstauth.django.add_user"]},
    }],
)  # fmt: skip
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import FileResponse, HttpResponse, StreamingHttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path, re_path  # noqa: E402
from django.utils.decorators import sync_and_async_middleware  # noqa: E402
from django.views import View  # noqa: E402

import libstauth.django  # noqa: E402

App = libstauth.testing.App
Serve = Callable[..., Answer]
NAVIGATES = {"Sec_Fetch_Mode": "navigate"}


asked: list[str] = []


def show_page(http: Any) -> Any:
    asked.append(http.path)
    assert http.META["libstauth"].user == libstauth.user
    page = HttpResponse(engines["django"].from_string("{{ user.name|default:'nobody' }}").render({}, http))
    page.set_cookie("own", "x")
    return page


def show_style(http: Any) -> Any:
    return HttpResponse("body {}", headers={"Cache-Control": "public, max-age=60", "Vary": "Accept"})


@libstauth.django.login_required
def show_members(http: Any) -> Any:
    return HttpResponse(libstauth.user.name)


@libstauth.django.login_required(provider="default")
async def show_members_soon(http: Any) -> Any:
    await asyncio.sleep(0)
    return HttpResponse(libstauth.user.name)


class Members(libstauth.django.LoginRequiredMixin, View):
    def get(self, http: Any) -> Any:
        return HttpResponse(libstauth.user.name)


class MembersSoon(libstauth.django.LoginRequiredMixin, View):
    async def get(self, http: Any) -> Any:
        return HttpResponse(libstauth.user.name)


def login(http: Any) -> Any:
    return libstauth.django.login(http.GET.get("provider"))


async def login_soon(http: Any) -> Any:
    return libstauth.django.login()


def pieces() -> Iterator[str]:
    yield libstauth.user.name
    with pytest.raises(libstauth.InvalidArgument, match="too late"):
        libstauth.login()
    yield "."


async def pieces_soon() -> Any:
    for piece in pieces():
        await asyncio.sleep(0)
        yield piece


urlpatterns = [
    path("members", show_members),
    path("async/members", show_members_soon),
    path("class/members", Members.as_view()),
    path("async/class/members", MembersSoon.as_view()),
    path("login", login),
    path("async/login", login_soon),
    path("logout", lambda http: libstauth.django.logout()),
    path("style", show_style),
    path("stream", lambda http: StreamingHttpResponse(pieces())),
    path("async/stream", lambda http: StreamingHttpResponse(pieces_soon())),
    path("file", lambda http: FileResponse(BytesIO(b"file"))),
    path("crash", lambda http: 1 / 0),
    re_path("", show_page),
]


def serve_django(kind: str, auth: App, **options: Any) -> Serve:
    with override_settings(STAUTH={"auth": auth, **options}):
        if kind == "asgi":
            app = get_asgi_application()
            return lambda target="/", body=b"", **more: visit(app, target, body, **more)
        wsgi = get_wsgi_application()
        return lambda target="/", body=b"", method="GET", **more: serve_wsgi(
            wsgi, environ_of(target, method, body, **more) | {"RAW_URI": target}
        )


@pytest.fixture(params=["wsgi", "asgi"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def serve(kind: str, auth: App) -> Serve:
    return serve_django(kind, auth)


@pytest.fixture
def member(auth: App) -> str:
    return cookie_header(auth.sign_in(name="Ada"))


def test_user(serve: Serve, member: str) -> None:
    assert (serve().body, serve(Cookie=member).body) == (b"nobody", b"Ada")
    assert "stauth" not in serve(Cookie=member)["Set-Cookie"], "only the page's own cookie"


@pytest.mark.parametrize("page", ["/members", "/async/members", "/class/members", "/async/class/members"])
def test_login_required(auth: App, serve: Serve, member: str, page: str, caplog: pytest.LogCaptureFixture) -> None:
    assert serve(page, Cookie=member).body == b"Ada"
    answer = serve(page + "?x=1", **NAVIGATES)
    assert answer.is_login and return_page(auth, answer) == page + "?x=1"
    assert "Internal Server Error" not in caplog.text, "the redirect takes the place of a page, not of a failure"
    answer = serve(page)
    assert answer.status == 401 and b"Sign in first." in answer.body and "Location" not in answer


@pytest.mark.parametrize("page", ["/login", "/async/login", "/members", "/async/members", "/auth/login"])
def test_login(kind: str, page: str) -> None:
    """Whether the provider is cached or not, and if it is down."""
    with App() as auth:
        serve = serve_django(kind, auth)
        for _ in range(2):
            assert serve(page, **NAVIGATES).is_login
    with failing(App()) as down:
        answer = serve_django(kind, down)(page, **NAVIGATES)
        assert answer.status == 502 and "Set-Cookie" not in answer
        assert b"<code>provider_unreachable</code>" in answer.body and b"provider.test" not in answer.body


def test_own_pages(kind: str) -> None:
    with failing(App()) as down:
        down.pages = lambda page: f"ours {page.kind} {page.code}"
        for page in ("/login", "/async/login", "/auth/login"):
            answer = serve_django(kind, down)(page, **NAVIGATES)
            assert (answer.status, answer.body) == (502, b"ours error provider_unreachable")
            assert "default-src" not in answer["Content-Security-Policy"]


def test_errors(serve: Serve) -> None:
    answer = serve("/login?provider=nobody")
    assert answer.status == 404 and b"provider_unknown" in answer.body and answer["Cache-Control"] == "no-store"
    assert serve("/x" * 10_000).status == 413


def test_other_exceptions_pass(serve: Serve) -> None:
    assert serve("/crash").status == 500
    with pytest.raises(libstauth.NoRequest):
        libstauth.login()


def test_own_paths_are_not_the_views(serve: Serve, member: str) -> None:
    asked.clear()
    assert serve("/auth/login").is_login and serve("/auth/logout", Cookie=member).status == 200
    assert asked == []
    serve("/auth/other")
    assert asked == ["/auth/other"]


def test_logout(serve: Serve, member: str) -> None:
    answer = serve("/logout", method="GET", Cookie=member, Sec_Fetch_Site="cross-site")
    assert answer.status == 403 and "Set-Cookie" not in answer
    answer = serve("/auth/logout", method="POST", Cookie=member, Origin=ORIGIN)
    assert answer.status == 303 and "Max-Age=0" in answer["Set-Cookie"], "CSRF is the library's business on its paths"


def test_login_form(auth: App, serve: Serve) -> None:
    options = {"method": "POST", "Origin": ORIGIN, "Content_Type": "application/x-www-form-urlencoded"}
    answer = serve("/auth/login", b"provider=default&return_to=%2Fx%3Fy%3D1", **options)
    assert answer.is_login and return_page(auth, answer) == "/x?y=1"
    assert serve("/auth/login", b"x" * (64 * 1024 + 1), **options).status == 413


@pytest.mark.parametrize("target", [path.rstrip("?") for path in PATHS])
def test_target(auth: App, kind: str, target: str) -> None:
    gated = serve_django(kind, auth, require_login=True)
    assert return_page(auth, gated(target, **NAVIGATES)) == target


def test_renewal_is_added_to_the_page(kind: str) -> None:
    with ClockedApp(settings={"auth.idle_timeout": "1h"}) as auth:
        cookie = cookie_header(auth.sign_in(name="Ada"))
        serve = serve_django(kind, auth)
        auth.offset = 40 * 60
        answer = serve(Cookie=cookie)
        cookies = sorted(value.strip() for name, value in answer.headers if name.lower() == "set-cookie")
        assert len(cookies) == 2 and cookies[0].startswith("own=x") and "HttpOnly" in cookies[1]
        with auth.request("GET", "/", [("Cookie", cookie)]) as request:
            request.begin()
            attributes = {part.strip() for part in dict(request.headers)["Set-Cookie"].split(";")[1:]}
        assert {part.strip() for part in cookies[1].split(";")[1:]} == attributes
        auth.offset = 80 * 60
        assert serve(Cookie=f"{cookie}; {cookies[1].partition(';')[0]}").body == b"Ada"
        assert serve(Cookie=cookie).body == b"nobody"


def test_renewal_stands_beside_what_the_view_says_to_caches(kind: str) -> None:
    with ClockedApp(settings={"auth.idle_timeout": "1h"}) as auth:
        cookie = cookie_header(auth.sign_in(name="Ada"))
        serve = serve_django(kind, auth)
        answer = serve("/style", Cookie=cookie)
        assert (answer["Cache-Control"], answer["Vary"]) == ("public, max-age=60", "Accept")
        auth.offset = 40 * 60
        answer = serve("/style", Cookie=cookie)
        assert (answer["Cache-Control"], answer["Vary"]) == ("public, max-age=60, private", "Accept, Cookie")


@pytest.mark.parametrize("page", ["/stream", "/async/stream"])
def test_stream(kind: str, serve: Serve, member: str, page: str) -> None:
    if (kind == "asgi") == page.startswith("/async"):
        assert serve(page, Cookie=member).body == b"Ada."


def test_file(auth: App) -> None:
    """The server may send it by itself."""
    wrapped: list[Any] = []

    def wrap(file: Any, size: int) -> Any:
        wrapped.append(file)
        return FileWrapper(file, size)

    with override_settings(STAUTH={"auth": auth}):
        app = get_wsgi_application()
    environ = environ_of("/file") | {"wsgi.file_wrapper": wrap}
    assert serve_wsgi(app, environ).body == b"file" and len(wrapped) == 1


def test_gate(kind: str, auth: App, member: str) -> None:
    serve = serve_django(kind, auth, require_login=True, open_paths=["/health", "/static/"])
    assert serve("/report", **NAVIGATES).is_login
    assert [serve(target).status for target in ("/report", "/static/../report", "/healthy")] == [401] * 3
    assert [serve(target).status for target in ("/health", "/static/x.css")] == [200] * 2
    assert serve("/report", Cookie=member).body == b"Ada"


@sync_and_async_middleware
def rewriting(get_response: Any) -> Any:
    """A middleware that a site may have: it sends requests for one path to another."""

    def rewritten(http: Any) -> Any:
        http.path_info = http.path_info.removeprefix("/open")
        return http

    if iscoroutinefunction(get_response):

        async def answer(http: Any) -> Any:
            return await get_response(rewritten(http))

        return answer
    return lambda http: get_response(rewritten(http))


@pytest.mark.parametrize("order", [1, -1], ids=["inside", "outside"])
def test_closed_is_what_the_resolver_gets(kind: str, auth: App, member: str, order: int) -> None:
    middleware = ["libstauth.django.Middleware", f"{__name__}.rewriting"][::order]
    with override_settings(MIDDLEWARE=middleware):
        serve = serve_django(kind, auth, require_login=True, open_paths=["/open/", "/health"])
    assert serve("/open/report", Cookie=member).body == b"Ada"
    answer = serve("/open/report")
    assert answer.status == 401 and b"Ada" not in answer.body
    assert serve("/open/report", **NAVIGATES).is_login
    assert serve("/open/health").status == 200


def test_login_holds_up_nobody_else() -> None:
    async def ask(auth: App, target: str) -> Answer:
        provider = SlowProvider(auth)
        with override_settings(STAUTH={"auth": auth}):
            app = get_asgi_application()
        waiting = asyncio.create_task(serve_asgi(app, scope_of(target)))
        assert await asyncio.to_thread(provider.asked.wait, 30)
        assert (await serve_asgi(app, scope_of("/"))).body == b"nobody" and not waiting.done()
        provider.go.set()
        return await waiting

    for target in ("/login", "/async/login", "/auth/login"):
        with App() as auth:
            assert asyncio.run(ask(auth, target)).is_login


def test_client_of_djangos_tests(auth: App) -> None:
    with override_settings(STAUTH={"auth": auth}):
        client = Client()
        assert client.get("/members", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 302
        client.cookies.load(auth.sign_in(name="Ada"))
        assert client.get("/members").content == b"Ada"
        client.post("/auth/logout", headers={"Origin": ORIGIN})
        assert client.get("/").content == b"nobody"
