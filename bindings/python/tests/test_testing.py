"""libstauth.testing: whole logins without a provider, believed by nobody else."""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conftest import cookie_header

import libstauth
import libstauth.testing
import libstauth.wsgi

pytest_plugins = ["pytester"]

App = libstauth.testing.App


def test_sign_in(auth: App) -> None:
    cookies = auth.sign_in({"email": "ada@example.org", "sub": "1"}, sub="2", groups=["a"])
    user = auth.user_from_cookie(cookie_header(cookies))
    assert user.to_dict() == {
        "is_logged_in": True,
        "provider": "default",
        "sub": "2",
        "iss": libstauth.testing.ISSUER,
        "email": "ada@example.org",
        "groups": ["a"],
    }


def test_sign_in_with_nothing(auth: App) -> None:
    assert auth.user_from_cookie(cookie_header(auth.sign_in())).sub == "user"


def test_only_the_session_is_given(auth: App) -> None:
    assert all("session" in name for name in auth.sign_in())


def test_tokens() -> None:
    with App(settings={"auth.expose_tokens": '["id", "access"]'}) as auth:
        cookies = auth.sign_in()
        user = auth.user_from_cookie(cookie_header(cookies))
        assert user.tokens["access"] == "test" and user.tokens["id"].count(".") == 2
        assert "id" not in user and "access" not in user
        without = {name: value for name, value in cookies.items() if "tokens" not in name}
        assert "tokens" not in auth.user_from_cookie(cookie_header(without))


def test_several_users(auth: App) -> None:
    headers = [cookie_header(auth.sign_in(sub=sub)) for sub in ("ada", "bob")]
    assert [auth.user_from_cookie(header).sub for header in headers] == ["ada", "bob"]


def test_large_sessions(auth: App) -> None:
    """Claims that need more than one cookie."""
    groups = [sha256(bytes([number])).hexdigest() for number in range(120)]
    cookies = auth.sign_in(groups=groups)
    assert len(cookies) > 1
    assert auth.user_from_cookie(cookie_header(cookies)).groups == groups


def test_nobody_else_believes_the_cookies(auth: App, secrets_toml: str) -> None:
    header = cookie_header(auth.sign_in())
    for other in (App(), App(), libstauth.App(toml=secrets_toml)):
        assert not other.user_from_cookie(header).is_logged_in


def test_secrets_are_new_each_time() -> None:
    assert App()._provider.client_secret != App()._provider.client_secret


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"nonce": "another"}, "id_token_nonce_mismatch"),
        ({"sub": ""}, "id_token_subject_invalid"),
        ({"sub": 5}, "id_token_subject_invalid"),
        ({"azp": "another"}, "id_token_authorized_party_mismatch"),
        ({"nbf": int(time.time()) + 3600}, "id_token_not_yet_valid"),
    ],
)
def test_every_check_is_made(auth: App, claims: dict[str, Any], code: str) -> None:
    with pytest.raises(libstauth.TokenInvalid) as caught:
        auth.sign_in(claims)
    assert caught.value.code == code


def test_token_is_signed(auth: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth._provider, "client_secret", "x" * 64)
    with pytest.raises(libstauth.TokenInvalid) as caught:
        auth.sign_in()
    assert caught.value.code == "id_token_signature_invalid"


def test_claims_that_are_no_json(auth: App) -> None:
    with pytest.raises(TypeError):
        auth.sign_in(sub=object())
    assert auth.sign_in()


def test_settings() -> None:
    auth = App("https://example.org/shop/callback", settings={"auth.cookie_prefix": "shop"})
    assert auth.login_path == "/shop/auth/login"
    cookies = auth.sign_in()
    assert all(name.startswith("__Host-shop") for name in cookies)
    assert auth.user_from_cookie(cookie_header(cookies)).is_logged_in


def test_wrong_settings() -> None:
    with pytest.raises(libstauth.ConfigurationError, match="cookie_prefix"):
        App(settings={"auth.cookie_prefix": "a b"})


def test_login_that_cannot_begin() -> None:
    with pytest.raises(libstauth.ProviderError) as caught:
        App(settings={"auth.userinfo": True}).sign_in()
    assert caught.value.code == "metadata_invalid"


def test_type_of_the_context() -> None:
    with App() as auth:
        assert type(auth) is App
    with pytest.raises(libstauth.InvalidArgument):
        auth.sign_in()


def test_preload(auth: App) -> None:
    auth.preload()
    with auth.request("GET", auth.login_path) as request:
        assert not request.may_block


def test_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import libstauth

        closed = None

        def test_user(stauth_app):
            global closed
            closed = stauth_app
            header = "; ".join(f"{name}={value}" for name, value in stauth_app.sign_in(email="ada@example.org").items())
            assert stauth_app.user_from_cookie(header).email == "ada@example.org"

        def test_closed(stauth_app):
            assert stauth_app is not closed
            try:
                closed.sign_in()
            except libstauth.InvalidArgument:
                return
            raise AssertionError
        """
    )
    result = pytester.runpytest_subprocess("--disable-plugin-autoload", "-p", "libstauth.pytest_plugin", "-W", "error")
    result.assert_outcomes(passed=2)


# ---- Applications as they are ---------------------------------------------------------------------------------------


@pytest.fixture
def no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STAUTH_SECRETS", raising=False)


@pytest.mark.usefixtures("no_secrets")
def test_no_file_of_secrets_is_needed() -> None:
    """Applications make their App when they are imported."""
    with App().install() as auth:
        header = cookie_header(auth.sign_in(name="Ada"))
        twins = [libstauth.App(), libstauth.App("secrets.toml"), libstauth.App("x.toml", settings={"auth.port": 1})]
        twins.append(libstauth.wsgi.Middleware(lambda *_: []).auth)
        assert [twin.user_from_cookie(header).name for twin in twins] == ["Ada"] * 4
        with twins[0].request("GET", auth.login_path) as login:
            assert login.begin() and login.error is None, "it has the provider too"
    with pytest.raises(libstauth.ConfigurationError):
        libstauth.App()


def test_what_reads_no_file_stays(secrets_toml: str) -> None:
    with App().install() as auth:
        header = cookie_header(auth.sign_in())
        for other in (libstauth.App(toml=secrets_toml), App()):
            assert not other.user_from_cookie(header).is_logged_in


@pytest.mark.usefixtures("no_secrets")
def test_the_last_one_installed_counts() -> None:
    with App().install() as first:
        with App().install() as second:
            header = cookie_header(second.sign_in())
            assert libstauth.App().user_from_cookie(header).is_logged_in
        assert second is not first
        with pytest.raises(libstauth.ConfigurationError):
            libstauth.App()


@pytest.mark.parametrize("name", ["google", "github"])
def test_sign_in_at_a_provider(name: str) -> None:
    with App(providers=["google", "github"]) as auth:
        user = auth.user_from_cookie(cookie_header(auth.sign_in(provider=name, name="Ada")))
        assert (user.provider, user.iss, user.name) == (name, f"{libstauth.testing.ISSUER}/{name}", "Ada")
        assert auth.user_from_cookie(cookie_header(auth.sign_in())).provider == "default"
        with pytest.raises(libstauth.InvalidArgument) as caught:
            auth.sign_in(provider="nobody")
        assert caught.value.code == "provider_unknown"


def test_silent_test_client_is_taken_for_a_browser(auth: App, secrets_toml: str) -> None:
    for method, app, expected in [
        ("GET", auth, True),
        ("POST", auth, False),
        ("GET", libstauth.App(toml=secrets_toml), False),
    ]:
        with app.request(method, "/") as request:
            assert request.loads_page is expected
    for name, value in [("Accept", "application/json"), ("Accept", "*/*"), ("Sec-Fetch-Mode", "cors")]:
        with auth.request("GET", "/", [(name, value)]) as request:
            assert not request.loads_page
