"""The client secret that Apple wants: a JWT of the developer team's, judged by joserfc."""

from __future__ import annotations

import time

from joserfc import jwt
from joserfc.jwk import ECKey

from provider import Reply

KEY = ECKey.generate_key("P-256")


def test_secret_is_made_for_each_login(start, new_provider):
    provider = new_provider()
    seen = []

    def judge(request):
        secret = request.value("client_secret") or ""
        token = jwt.decode(secret, ECKey.import_key(KEY.as_dict(private=False)), algorithms=["ES256"])
        seen.append((token.header, token.claims))
        assert request.header("Authorization") is None and request.value("client_assertion") is None
        provider.client_secret = secret  # the rest of the request is judged as ever
        provider.issued.add(secret)

    provider.client_secret = None
    provider.auth_method = "client_secret_post"
    provider.respond("token", judge)
    section = {
        "team_id": "ABCDE12345",
        "client_private_key": KEY.as_pem(private=True).decode(),
        "client_private_key_id": "KEY1234567",
    }
    site = start(provider, more={"default": section})
    for _ in range(2):
        site.log_in(site.browser())
    for header, claims in seen:
        assert header == {"alg": "ES256", "kid": "KEY1234567"}
        assert claims.keys() == {"iss", "sub", "aud", "iat", "exp"}
        assert claims["iss"] == "ABCDE12345" and claims["sub"] == provider.client_id
        assert claims["aud"] == provider.issuer
        assert claims["exp"] - claims["iat"] == 60 and abs(claims["iat"] - time.time()) < 60
    assert len(seen) == 2
    assert provider.client_secret not in site.host.log()


def test_wrong_key(start, new_provider):
    provider = new_provider()
    provider.client_secret = None
    provider.respond("token", Reply(400, {"error": "invalid_client"}))
    section = {
        "team_id": "ABCDE12345",
        "client_private_key": KEY.as_pem(private=True).decode(),
        "client_private_key_id": "KEY1234567",
    }
    site = start(provider, more={"default": section})
    assert site.login(site.browser()).code == "client_refused"
