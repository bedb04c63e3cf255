"""libstauth.flask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

flask = pytest.importorskip("flask")

from exchange import ORIGIN, failing  # noqa: E402

import libstauth  # noqa: E402
import libstauth.flask  # noqa: E402
import libstauth.testing  # noqa: E402

App = libstauth.testing.App
NAVIGATES = {"Sec-Fetch-Mode": "navigate"}
SCRIPT = {"Accept": "application/json"}


def make_site(auth: App, **gate: Any) -> Any:
    app = flask.Flask(__name__)
    assert libstauth.flask.init_app(app, auth, **gate) is auth

    @app.get("/")
    def page() -> str:
        return flask.render_template_string("{{ user.name if user.is_logged_in else 'nobody' }}") or ""

    @app.get("/members")
    @libstauth.flask.login_required
    def members() -> Any:
        return libstauth.user.name

    @app.get("/partners/<name>")
    @libstauth.flask.login_required(provider="nobody")
    async def partners(name: str) -> Any:
        return f"{libstauth.user.name} {name}"

    @app.get("/login")
    def login() -> Any:
        return libstauth.flask.login(flask.request.args.get("provider"), flask.request.args.get("return_to"))

    @app.post("/logout")
    def logout() -> Any:
        return libstauth.flask.logout()

    @app.get("/async")
    async def login_of_coroutine() -> Any:
        return libstauth.flask.login()

    @app.get("/stream")
    def stream() -> Any:
        def pieces() -> Iterator[str]:
            yield libstauth.user.name
            with pytest.raises(libstauth.InvalidArgument, match="too late"):
                libstauth.login()
            yield "."

        return flask.Response(pieces())

    @app.errorhandler(404)
    def not_found(error: Any) -> Any:
        return f"our page: {error.description}", 404

    return app


@pytest.fixture(scope="module")
def site(auth: App) -> Any:
    return make_site(auth)


@pytest.fixture
def client(site: Any) -> Any:
    return site.test_client()


@pytest.fixture
def member(site: Any, auth: App) -> Any:
    client = site.test_client()
    for name, value in auth.sign_in(name="Ada").items():
        client.set_cookie(name, value)
    return client


def test_templates_know_the_user(client: Any, member: Any) -> None:
    assert (client.get("/").text, member.get("/").text) == ("nobody", "Ada")


def test_outside_of_a_request(site: Any) -> None:
    with site.app_context():
        assert flask.render_template_string("no user here") == "no user here"
        with pytest.raises(libstauth.NoRequest, match=r"libstauth\.wsgi\.Middleware"):
            flask.render_template_string("{{ user.name }}")


def test_login_required(client: Any, member: Any) -> None:
    assert member.get("/members").text == "Ada"
    answer = client.get("/members", headers=NAVIGATES)
    assert answer.status_code == 302 and answer.location.startswith(libstauth.testing.ISSUER)
    answer = client.get("/members", headers=SCRIPT)
    assert answer.status_code == 401 and "Sign in first." in answer.text and "Location" not in answer.headers


def test_login_required_of_coroutine(client: Any, member: Any) -> None:
    assert member.get("/partners/x").text == "Ada x"
    answer = client.get("/partners/x", headers=NAVIGATES)
    assert answer.status_code == 404 and "provider" in answer.text, "there is no such provider"


def test_login_and_logout(client: Any, member: Any) -> None:
    answer = client.get("/login?return_to=/deep")
    assert answer.status_code == 302 and answer.location.startswith(libstauth.testing.ISSUER)
    answer = member.post("/logout", headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.location) == (303, "/")
    assert member.get("/").text == "nobody"


def test_login_in_a_coroutine() -> None:
    """Flask runs it in an event loop, where login() must not wait. The middleware does."""
    with App() as auth:
        answer = make_site(auth).test_client().get("/async")
        assert answer.status_code == 302 and answer.location.startswith(libstauth.testing.ISSUER)
    with failing(App()) as down:
        assert make_site(down).test_client().get("/async").status_code == 502


def test_errors_end_on_the_error_pages(client: Any, member: Any) -> None:
    answer = client.get("/login?provider=nobody")
    assert answer.status_code == 404 and answer.text.startswith("our page: ")
    answer = member.post("/logout", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and member.get("/").text == "Ada"
    with failing(App()) as down:
        assert make_site(down).test_client().get("/login").status_code == 502


def test_stream(member: Any) -> None:
    assert member.get("/stream").text == "Ada."


def test_whole_site(auth: App) -> None:
    client = make_site(auth, require_login=True, open_paths=["/stream"]).test_client()
    assert client.get("/").status_code == 302, "a test client is taken for a browser"
    assert client.get("/", headers=SCRIPT).status_code == 401
    assert client.get("/", headers=NAVIGATES).status_code == 302
    for name, value in auth.sign_in(name="Ada").items():
        client.set_cookie(name, value)
    assert client.get("/").text == "Ada"
