"""Access tokens, and claims that are read anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from conftest import cookie_header

import libstauth
import libstauth.testing
from libstauth import asgi, current, wsgi

PAGE = "/report"


@pytest.fixture(scope="module")
def auth() -> Iterator[libstauth.testing.App]:
    with libstauth.testing.App(settings={"auth.expose_tokens": "access"}) as app:
        yield app


def page(auth: libstauth.testing.App, cookies: str) -> libstauth.Request:
    request = auth.request("GET", PAGE, [("Cookie", cookies)])
    assert not request.begin()
    return request


def test_access_token(auth: libstauth.testing.App) -> None:
    with page(auth, cookie_header(auth.sign_in(sub="ada"))) as request:
        token = request.access_token()
        assert token == "test" and token.scope == "openid profile email"
        assert token.expires_at is not None and token.expires_at > 1_700_000_000
        assert "test" not in repr(token) and f"Bearer {token}" == "Bearer test"


def test_refresh(auth: libstauth.testing.App) -> None:
    with page(auth, cookie_header(auth.sign_in(sub="ada", name="Ada"))) as request:
        assert request.user["name"] == "Ada"
        request.refresh()
        assert request.user["name"] == "Ada" and request.access_token().startswith("test-")
        lines = [value for name, value in request.headers if name == "Set-Cookie"]
        assert len(lines) == 1 and "_tokens-" in lines[0]


def test_nobody(auth: libstauth.testing.App) -> None:
    with page(auth, "") as request:
        for call in (request.access_token, request.refresh):
            with pytest.raises(libstauth.RequestRefused) as caught:
                call()
            assert caught.value.code == "not_signed_in" and caught.value.http_status == 401


def test_session_without_tokens() -> None:
    with libstauth.testing.App() as auth, page(auth, cookie_header(auth.sign_in(sub="ada"))) as request:
        with pytest.raises(libstauth.RequestRefused) as caught:
            request.access_token()
        assert caught.value.code == "token_unavailable"


def test_after_the_response_has_begun(auth: libstauth.testing.App) -> None:
    cookies = cookie_header(auth.sign_in(sub="ada"))
    with page(auth, cookies) as request:
        request.response_begun = True
        for call in (request.access_token, request.refresh):
            with pytest.raises(libstauth.InvalidArgument, match="Call it earlier"):
                call()
        request.is_handshake = True  # which answers with what it has
        assert request.access_token() == "test"


def test_current_request(auth: libstauth.testing.App) -> None:
    with page(auth, cookie_header(auth.sign_in(sub="ada"))) as request, current.using(request):
        assert libstauth.access_token() == "test"
        libstauth.user.refresh()
        assert libstauth.access_token().startswith("test-")
        with pytest.raises(libstauth.InvalidArgument):
            request.user.refresh()


def test_event_loop_is_not_blocked(auth: libstauth.testing.App) -> None:
    async def main() -> None:
        for call in (libstauth.access_token, libstauth.user.refresh):
            with pytest.raises(libstauth.InvalidArgument, match="event loop"):
                call()
        assert await asgi.access_token() == "test"
        await asgi.refresh_user()
        assert (await asgi.access_token()).startswith("test-")

    with page(auth, cookie_header(auth.sign_in(sub="ada"))) as request, current.using(request):
        asyncio.run(main())


def test_wsgi_page(auth: libstauth.testing.App) -> None:
    def site(_environ: object, start_response: object) -> list[bytes]:
        libstauth.user.refresh()
        token = libstauth.access_token()
        start_response("200 OK", [])  # type: ignore[operator]
        return [token.encode()]

    started: list[tuple[str, list[tuple[str, str]]]] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": PAGE,
        "HTTP_COOKIE": cookie_header(auth.sign_in(sub="ada")),
        "wsgi.url_scheme": "http",
    }
    answer = wsgi.Middleware(site, auth)(environ, lambda *arguments: started.append(arguments))  # type: ignore
    assert b"".join(answer).startswith(b"test-")
    assert [name for name, _ in started[0][1]].count("Set-Cookie") == 1


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("flask", ("access_token", "refresh_user")),
        ("fastapi", ("access_token", "refresh_user")),
        ("django", ("access_token", "refresh_user", "aaccess_token", "arefresh_user")),
        ("dash", ("access_token", "refresh_user")),
        ("gradio", ("access_token", "refresh_user")),
        ("nicegui", ("access_token", "refresh_user")),
    ],
)
def test_each_framework_has_both(module: str, names: tuple[str, ...]) -> None:
    found = pytest.importorskip(f"libstauth.{module}")
    is_async = module in ("fastapi", "gradio", "nicegui")
    for name in names:
        is_awaited = is_async or name in ("aaccess_token", "arefresh_user")
        assert asyncio.iscoroutinefunction(getattr(found, name)) == is_awaited
