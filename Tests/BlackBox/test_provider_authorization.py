"""The scripted provider refuses every authorization request that a specification forbids."""

from __future__ import annotations

import json
import time
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from browser import Browser
from provider import OpenIDProvider, RequestObjects
from test_provider_itself import fetch, request_of

KEY = ECKey.generate_key("P-256")


def status(provider: OpenIDProvider, query: dict[str, str], more: str = "") -> int:
    return Browser().open(f"{provider.issuer}/authorize?{urlencode(query)}{more}", follow=False).status


@pytest.mark.parametrize(
    "change",
    [
        {"response_type": "code token"}, {"client_id": "other"}, {"scope": "email"}, {"nonce": ""}, {"state": ""},
        {"code_challenge_method": "plain"}, {"code_challenge": "x"}, {"redirect_uri": ""}, {"max_age": "x"},
        {"response_mode": "fragment"}, {"prompt": "none login"}, {"claims": "x"}, {"claims": "[]"}, {"claims": "{}"},
        {"claims": '{"id_token":{"acr":1}}'}, {"authorization_details": "{}"}, {"authorization_details": "[]"},
        {"authorization_details": '[{"x":1}]'}, {"request": "a.b.c"}, {"request_uri": "urn:x"},
    ],
)  # fmt: skip
def test_forbidden_requests(new_provider, change):
    provider = new_provider()
    assert status(provider, request_of(provider)) == 302
    assert status(provider, request_of(provider, **change)) == 400


def test_parameters_come_once(new_provider):
    provider = new_provider()
    assert status(provider, request_of(provider), "&state=x") == 400


def signed(provider: OpenIDProvider, header: dict | None = None, key=KEY, **change) -> str:
    now = int(time.time())
    claims = {"iss": provider.client_id, "aud": provider.issuer, "iat": now, "nbf": now - 5, "exp": now + 60}
    claims |= {"jti": "j" * 22, **request_of(provider), **change}
    return jwt.encode({"alg": "ES256", "typ": "oauth-authz-req+jwt", **(header or {})}, claims, key)


@pytest.mark.parametrize(
    ("header", "change"),
    [
        ({"typ": "JWT"}, {}), ({}, {"iss": "other"}), ({}, {"aud": "other"}), ({}, {"sub": "x"}), ({}, {"exp": 1}),
        ({}, {"exp": 2**33}), ({}, {"nbf": 2**33}), ({}, {"iat": 1}), ({}, {"jti": "short"}), ({}, {"max_age": "1"}),
        ({}, {"claims": "{}"}), ({}, {"request": "x"}), ({}, {"scope": "openid x"}), ({}, {"response_type": "token"}),
    ],
)  # fmt: skip
def test_forbidden_request_objects(new_provider, header, change):
    provider = new_provider()
    provider.request_objects = RequestObjects(provider.client_id, provider.issuer, "ES256", KEY)
    outside = {name: request_of(provider)[name] for name in ("response_type", "client_id", "scope")}
    assert status(provider, outside | {"request": signed(provider, header, **change)}) == 400
    assert status(provider, outside | {"request": signed(provider, key=ECKey.generate_key("P-256"))}) == 400
    assert status(provider, request_of(provider)) == 400, "unsigned"
    good = outside | {"request": signed(provider, jti="k" * 22)}
    assert status(provider, good) == 302
    assert status(provider, good) == 400, "once"


def push(provider: OpenIDProvider, **more: str) -> tuple[int, dict]:
    form = {**request_of(provider), "client_secret": provider.client_secret or "", **more}
    code, _, body = fetch(provider.issuer + "/par", form)
    return code, json.loads(body)


def test_pushed_requests(new_provider):
    provider = new_provider()
    provider.pushes = True
    assert push(provider, client_secret="wrong")[0] == 401
    assert push(provider, request_uri="urn:x")[0] == push(provider, response_type="token")[0] == 400
    code, answer = push(provider)
    assert code == 201
    query = {"client_id": provider.client_id, "request_uri": answer["request_uri"]}
    assert status(provider, request_of(provider)) == 400, "not pushed"
    assert status(provider, query | {"state": "x"}) == status(provider, query | {"client_id": "other"}) == 400
    assert status(provider, query) == 302
    assert status(provider, query) == 400, "once"
