"""E70 to E72: the UserInfo endpoint, for applications that want its claims."""

from __future__ import annotations

import time

import pytest

from provider import REMOVE, Reply
from victim import Victim, case

TOO_LARGE = "response_too_large"


@pytest.fixture(scope="module")
def asking(shared_victim) -> Victim:
    """A victim that asks the UserInfo endpoint, too."""
    return shared_victim(userinfo=True)


USERINFO = [
    case("E70 oidcc-client-test-userinfo-invalid-sub", "userinfo_subject_mismatch",
         lambda p: p.userinfo(lambda u: u.update(sub=u["sub"] + "invalid"))),
    *(case(f"E70 sub {value!r}", "userinfo_subject_mismatch", lambda p, value=value: p.userinfo({"sub": value}))
      for value in ("", None, 1, [])),
    case("E70 sub missing", "userinfo_subject_mismatch", lambda p: p.userinfo({"sub": REMOVE})),
    case("E70 401", "provider_status", lambda p: p.respond("userinfo", Reply(401))),
    case("E70 500", "provider_status", lambda p: p.respond("userinfo", Reply(500))),
    case("E70 HTML", "userinfo_invalid", lambda p: p.respond("userinfo", Reply(body="<html>"))),
    case("E70 a list", "userinfo_invalid", lambda p: p.userinfo(lambda u: [u])),
    case("E70 sub twice", "userinfo_invalid", lambda p: p.respond("userinfo", Reply(body=b'{"sub":"a","sub":"b"}'))),
    case("E70 an unsigned JWT", "userinfo_invalid",
         lambda p: p.respond("userinfo", Reply(body=b"eyJhbGciOiJub25lIn0.e30."))),
    case("E70 3 MB", TOO_LARGE, lambda p: p.userinfo({"x": "y" * 3_000_000})),
    case("E70 900 kB", "session_too_large", lambda p: p.userinfo({"x": "y" * 900_000})),
    case("E70 50,000 members", "userinfo_invalid",
         lambda p: p.userinfo(lambda u: u.update({f"m{i}": 0 for i in range(50_000)}))),
    case("E70 redirect", "provider_status",
         lambda p: p.respond("userinfo", Reply(302, b"", {"Location": p.issuer + "/jwks"}))),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), USERINFO)
def test_e70_userinfo(asking, bend, codes):
    asking.provider.behave()
    bend(asking.provider)
    began = time.monotonic()
    asking.refuses_userinfo(codes)
    assert time.monotonic() - began < 5
    asking.provider.behave()


@pytest.mark.conformance(
    "oidcc-client-test", "oidcc-client-test-scope-userinfo-claims", "oidcc-client-test-userinfo-bearer-header"
)
def test_userinfo_adds_claims(asking):
    asking.provider.behave()
    asking.provider.userinfo({"phone_number": "+358 9 1234", "zoneinfo": "Europe/Helsinki"})
    user = asking.accepts_login()
    if not asking.provider.polite:
        assert (user["phone_number"], user["zoneinfo"]) == ("+358 9 1234", "Europe/Helsinki")
    request = asking.provider.seen("userinfo")[-1]
    assert request.method == "GET" and (request.header("Authorization") or "").startswith("Bearer access-")
    assert "access-" not in request.path
    asking.provider.behave()


def test_e72_userinfo_does_not_overwrite_the_id_token(asking):
    asking.provider.behave()
    poison = {
        "iss": "evil",
        "aud": "evil",
        "exp": 1,
        "email": "evil@example.org",
        "is_logged_in": False,
        "provider": "evil",
    }
    asking.provider.userinfo(poison)
    user = asking.accepts_login()
    assert "evil" not in str(user) and user["is_logged_in"] is True
    asking.provider.behave()


def test_userinfo_asked_but_not_offered(new_victim):
    victim = new_victim(userinfo=True)
    victim.provider.metadata({"userinfo_endpoint": REMOVE})
    victim.refuses(victim.login(), "metadata_invalid")
    assert victim.provider.seen("token") == [], "it could be known before the code was spent"


def test_userinfo_is_not_asked_by_default(new_victim):
    victim = new_victim()
    victim.accepts_login()
    assert victim.provider.seen("userinfo") == []


@pytest.mark.conformance("oidcc-client-test-userinfo-bearer-body", "oidcc-client-test-userinfo-bearer-body[form_post]")
@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_access_token_in_the_body(new_victim, mode):
    victim = new_victim(userinfo=True, userinfo_bearer_method="body", response_mode=mode)
    victim.provider.bearer_method = "body"
    victim.provider.userinfo({"zoneinfo": "Europe/Helsinki"})
    user = victim.accepts_login()
    assert victim.provider.polite or user["zoneinfo"] == "Europe/Helsinki"
    request = victim.provider.seen("userinfo")[-1]
    assert (request.method, request.header("Authorization")) == ("POST", None)
    assert "access-" not in request.path


@pytest.mark.parametrize(("ours", "theirs"), [("header", "body"), ("body", "header")])
def test_access_token_where_the_provider_does_not_look(new_victim, ours, theirs):
    victim = new_victim(userinfo=True, userinfo_bearer_method=ours)
    victim.provider.bearer_method = theirs
    victim.refuses_userinfo("provider_status")
