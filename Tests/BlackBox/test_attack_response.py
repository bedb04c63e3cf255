"""Section D: authorization responses that are wrong, doubled, mixed up or somebody else's."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from provider import REMOVE, Reply, Sink
from refusal import assert_refused
from victim import Victim, case, check

MALFORMED, MISMATCH, MISSING = "response_malformed", "response_issuer_mismatch", "response_issuer_missing"


@pytest.fixture(scope="module")
def victim(shared_victim) -> Victim:
    return shared_victim()


def respond(change):
    """`change` gets code, state and iss, and returns the list of parameters to send."""
    return lambda provider: provider.authorization_response(lambda answer: change(*(value for _, value in answer)))


def with_iss(bend):
    return respond(lambda code, state, iss: [("code", code), ("state", state), ("iss", bend(iss))])


def error(code, *more):
    return respond(lambda _code, state, iss: [("error", code), ("state", state), ("iss", iss), *more])


def query(text):
    """The query as text; {code}, {state} and {iss} stand for the right ones."""
    return respond(lambda code, state, iss: text.format(code=code, state=state, iss=quote(iss, safe="")))


# Refused before anybody asks the token endpoint.
EARLY = [
    case("D53 fapi2-invalid-authorization-response-iss", MISMATCH, with_iss(lambda iss: iss + "1")),
    case("D53 iss with a slash", MISMATCH, with_iss(lambda iss: iss + "/")),
    case("D53 iss of the other provider", MISMATCH, with_iss(lambda iss: iss.rpartition("/")[0] + "/safe")),
    case("D53 iss empty", {MISMATCH, MISSING}, with_iss(lambda _: "")),
    case("D53 fapi2-remove-authorization-response-iss", MISSING, query("code={code}&state={state}")),
    case("D53 iss twice", MALFORMED, query("code={code}&state={state}&iss={iss}&iss={iss}")),
    case("D54 code twice", MALFORMED, query("code={code}&code={code}&state={state}&iss={iss}")),
    case("D54 two codes", MALFORMED, query("code=other&code={code}&state={state}&iss={iss}")),
    case("D54 code and error", MALFORMED, query("code={code}&error=access_denied&state={state}&iss={iss}")),
    case("D54 error twice", MALFORMED, query("error=a&error=b&state={state}&iss={iss}")),
    case("D54 neither code nor error", MALFORMED, query("state={state}&iss={iss}")),
    case("D54 code empty", MALFORMED, query("code=&state={state}&iss={iss}")),
    case("D54 code of 5 kB", MALFORMED, query("code=" + "x" * 5000 + "&state={state}&iss={iss}")),
    case("D54 code with a control character", MALFORMED, query("code=a%0ab&state={state}&iss={iss}")),
    case("D54 code with NUL", MALFORMED, query("code=a%00b&state={state}&iss={iss}")),
    case("D54 code with a space", MALFORMED, query("code=a+b&state={state}&iss={iss}")),
    case("D54 code not ASCII", MALFORMED, query("code=%C3%A4&state={state}&iss={iss}")),
    case("D59 JARM nobody asked for", MALFORMED, query("response=eyJhbGciOiJub25lIn0.e30.&state={state}&iss={iss}")),
    case("D55 access_denied", "authorization_refused", error("access_denied")),
    case("D55 login_required", "login_required", error("login_required")),
    case("D55 interaction_required", "interaction_required", error("interaction_required")),
    case("D55 temporarily_unavailable", "provider_unavailable", error("temporarily_unavailable")),
    case("D55 server_error", "provider_unavailable", error("server_error")),
    case("D55 invalid_scope", "authorization_failed", error("invalid_scope")),
    case("D55 an error of their own", "authorization_failed", error("x-custom.error~1")),
    *(case(f"D55 error named {code}, as one of ours", "authorization_failed", error(code))
      for code in ("user_not_allowed", "state_mismatch", "internal_error", "authorization_refused")),
    *(case(f"D55 error {code[:20]!r}", "authorization_failed", error(code)) for code in (
        "<script>alert(1)</script>", "a\r\nSet-Cookie: x=y", "a b", "\0", "ä", "x" * 5000, "\x1b[31m", "</code>")),
    case("D55 error ''", "response_malformed", error("")),
    case("D55 error_description with HTML", "authorization_refused",
         error("access_denied", ("error_description", "<script>alert(1)</script>"),
               ("error_uri", "javascript:alert(1)"))),
    case("D55 error_description of 6 kB", "authorization_refused",
         error("access_denied", ("error_description", "x" * 6000))),
    case("D55 error with a wrong iss", MISMATCH,
         respond(lambda _code, state, iss: [("error", "access_denied"), ("state", state), ("iss", iss + "1")])),
]  # fmt: skip


@pytest.mark.parametrize(("bend", "codes"), EARLY)
def test_refused_without_a_token_request(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    page = victim.refuses_login(codes, token_requests=0)
    for poison in ("<script", "alert(1)", "x=y", "\x1b", "xxxxxxxxxx", "javascript:"):
        assert poison not in page.text and poison not in str(page.headers)


# The response cannot be matched with a login, so no transaction ends.
ANONYMOUS = [
    case("D54 state twice", MALFORMED, query("code={code}&state={state}&state={state}&iss={iss}")),
    case("D48 fapi2-invalid-missing-state-fails", "state_missing", query("code={code}&iss={iss}")),
    case("D48 fapi2-invalid-state-fails", "state_mismatch", query("code={code}&state={state}1&iss={iss}")),
    case("D48 state empty", "state_missing", query("code={code}&state=&iss={iss}")),
    case("D48 state of 8 kB", "state_mismatch", query("code={code}&state=" + "x" * 8000 + "&iss={iss}")),
    case("D48 state with controls", "state_mismatch", query("code={code}&state=%00%0d%0a&iss={iss}")),
    case("D48 state as an array", "state_missing", query("code={code}&state[]={state}&iss={iss}")),
    case("D56 error without state", "state_missing", query("error=access_denied&iss={iss}")),
    case("D56 error with a wrong state", "state_mismatch", query("error=access_denied&state=x&iss={iss}")),
    case("D54 broken percent-encoding", MALFORMED, query("code={code}%&state={state}&iss={iss}")),
    case("T-06 odd separators", "state_missing", query("&&&=&==&%20")),
    case("D57 in the fragment", "state_missing", query("#code={code}&state={state}&iss={iss}")),
]  # fmt: skip


def test_d55_error_description_that_is_not_utf_8(victim):
    """RFC 6749 4.1.2.1 allows ASCII only. Told as what it is, or refused as no response at all."""
    victim.provider.behave()
    query("error=access_denied&error_description=%FF%FE&state={state}&iss={iss}")(victim.provider)
    page = victim.login()
    victim.refuses(page, {"authorization_refused", MALFORMED}, named=page.code == "authorization_refused")


@pytest.mark.parametrize(("bend", "codes"), ANONYMOUS)
def test_response_of_no_login(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    victim.ignores_response(codes)


GOOD = [
    case("D53 parameters in another order", None, query("iss={iss}&unknown=1&unknown=2&state={state}&code={code}")),
    case(
        "D53 session_state and scope", None, query("code={code}&state={state}&iss={iss}&session_state=x.y&scope=openid")
    ),
    case("D53 empty pairs", None, query("&code={code}&&state={state}&iss={iss}&")),
]


@pytest.mark.parametrize(("bend", "codes"), GOOD)
def test_good_response(victim, bend, codes):
    check(victim, bend, codes)


ISS = [
    ("sent though not announced", REMOVE, lambda iss: iss, None),
    ("wrong though not announced", REMOVE, lambda iss: iss + "1", MISMATCH),
    ("absent and not announced", REMOVE, None, None),
    ("absent and announced as false", False, None, None),
    ("absent and announced as text", "true", None, None),
]


@pytest.mark.parametrize(("announced", "bend", "code"), [row[1:] for row in ISS], ids=[row[0] for row in ISS])
def test_d53_iss_of_rfc_9207(new_victim, announced, bend, code):
    victim = new_victim()
    victim.provider.metadata({"authorization_response_iss_parameter_supported": announced})
    victim.provider.authorization_response(lambda a: a[:2] + ([("iss", bend(a[2][1]))] if bend else []))
    if code:
        victim.refuses_login(code, token_requests=0)
    else:
        victim.accepts_login()


def test_d53_mix_up(new_victim):
    """The attacker's provider (`default`) sends the user on to the honest one, and hopes to get its code."""
    victim = new_victim()
    honest = victim.site.providers["safe"]
    browser = victim.browser()
    start = victim.site.begin(browser, "default")
    state = dict(pair.split("=") for pair in start.target.partition("?")[2].split("&"))["state"]
    honest.requests.clear()
    stolen = victim.site.callback(victim.site.browser(), "safe")
    code = dict(pair.split("=") for pair in stolen.partition("?")[2].split("&"))["code"]
    url = victim.site.redirect_uri + f"?code={code}&state={state}&iss={quote(honest.issuer, safe='')}"
    victim.refuses(browser.open(url, follow=False), MISMATCH)
    assert victim.provider.seen("token") == []


def test_d53_mix_up_without_iss(start, new_provider):
    """The same with providers that name nobody in their answers: each has a callback of its own."""
    providers = {"default": new_provider("bad"), "safe": new_provider("safe")}
    for provider in providers.values():
        provider.metadata({"authorization_response_iss_parameter_supported": REMOVE})
        provider.authorization_response(lambda answer: answer[:2])
    site = start(providers, callback="/cb/{provider}", login_path="/cb/auth/login")
    browser = site.browser()
    bad = site.begin(browser, "default").follow().target
    good = site.begin(browser, "safe").follow().target
    assert [url.partition("?")[0] for url in (bad, good)] == [site.url("/cb/default"), site.url("/cb/safe")]
    state = next(pair for pair in bad.partition("?")[2].split("&") if pair.startswith("state="))
    code = next(pair for pair in good.partition("?")[2].split("&") if pair.startswith("code="))
    page = browser.open(site.url(f"/cb/safe?{code}&{state}"), follow=False)
    assert_refused(site, page, "response_redirect_uri_mismatch")
    assert providers["default"].seen("token") == providers["safe"].seen("token") == []
    assert browser.open(good).status == 200 and site.user(browser)["provider"] == "safe"


def test_d51_code_of_another_session(new_victim):
    """Code injection: the code belongs to another login, so the verifier does not fit."""
    victim = new_victim()
    attacker = victim.site.callback(victim.site.browser())
    code = dict(pair.split("=") for pair in attacker.partition("?")[2].split("&"))["code"]
    victim.provider.authorization_response(lambda a: [("code", code), *a[1:]])
    victim.refuses(victim.login(), "token_request_refused")


def test_d57_form_post(victim):
    """The answer as a POST: this library never asks for that."""
    victim.provider.behave()
    browser = victim.browser()
    callback = victim.site.callback(browser)
    page = browser.go(
        "POST",
        victim.site.redirect_uri,
        body=callback.partition("?")[2].encode(),
        initiator=victim.provider.issuer,
        follow=False,
    )
    assert page.status == 405 and victim.provider.seen("token") == []
    assert browser.open(callback, follow=False).status == 302


ODD_PATHS = ["/../x", "//x", "//oauth2callback", "/oauth2callback/", "/oauth2callback/..", "/%6fauth2callback"]


@pytest.mark.parametrize("path", [*ODD_PATHS, "/OAUTH2CALLBACK", "/oauth2callback;x"])
def test_d60_odd_callback_paths_are_not_the_callback(victim, path):
    victim.provider.behave()
    browser = victim.browser()
    callback = victim.site.callback(browser)
    browser.open(victim.site.public + path + "?" + callback.partition("?")[2], follow=False)
    assert victim.provider.seen("token") == []


def test_head_on_the_callback_redeems_nothing(victim):
    """Link previews and prefetchers ask so; a code serves once."""
    victim.provider.behave()
    browser = victim.browser()
    callback = victim.site.callback(browser)
    page = browser.go("HEAD", callback, follow=False)
    assert page.cookies == [] and victim.provider.seen("token") == []
    assert browser.open(callback, follow=False).status == 302


def test_nothing_is_fetched_for_a_forged_response(start, new_provider):
    """A stranger's requests to the callback must not make the host talk to anyone, even with cold caches."""
    provider = new_provider()
    site = start(provider)
    for text in (
        "code=a&state=b",
        "error=a&state=b",
        "code=a",
        "state=b",
        "code=a&state=b&iss=" + quote(provider.issuer),
    ):
        site.browser().open(site.redirect_uri + "?" + text, follow=False)
    assert provider.requests == []


def test_sink_is_real():
    """The sinks of these tests do notice a request."""
    sink = Sink(Reply(204))
    try:
        from browser import Browser

        assert Browser().open(sink.origin + "/x").status == 204 and len(sink.requests) == 1
    finally:
        sink.close()
