"""Who an authorization response is from (RFC 9207) and which login it answers (state): FAPI 2.0's rows."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from victim import Victim, case

FAPI = "fapi2-security-profile-final-client-test-{}".format
MISMATCH, MISSING, MALFORMED = "response_issuer_mismatch", "response_issuer_missing", "response_malformed"


@pytest.fixture(scope="module", params=["query", "form_post"])
def victim(shared_victim, request) -> Victim:
    return shared_victim(response_mode=request.param)


def answer(text):
    """{code}, {state} and {iss} stand for the right ones."""

    def change(pairs):
        return text.format(**{name: quote(value, safe="") for name, value in pairs})

    return lambda provider: provider.authorization_response(change)


@pytest.mark.parametrize(("bend", "codes"), [
    case(FAPI("invalid-authorization-response-iss"), MISMATCH, answer("code={code}&state={state}&iss={iss}1")),
    case(FAPI("remove-authorization-response-iss"), MISSING, answer("code={code}&state={state}")),
    case("iss empty", MISMATCH, answer("code={code}&state={state}&iss=")),
    case("iss twice", MALFORMED, answer("code={code}&state={state}&iss={iss}&iss={iss}")),
    case("error with a wrong iss", MISMATCH, answer("error=access_denied&state={state}&iss={iss}1")),
    case("error without iss", MISSING, answer("error=access_denied&state={state}")),
])  # fmt: skip
def test_issuer(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    victim.refuses_login(codes, token_requests=0)


@pytest.mark.parametrize(("bend", "codes"), [
    case(FAPI("ensure-authorization-response-with-invalid-state-fails"),
         "state_mismatch", answer("code={code}&state={state}1&iss={iss}")),
    case(FAPI("ensure-authorization-response-with-invalid-missing-state-fails"),
         "state_missing", answer("code={code}&iss={iss}")),
    case("state empty", "state_missing", answer("code={code}&state=&iss={iss}")),
    case("state twice", MALFORMED, answer("code={code}&state={state}&state={state}&iss={iss}")),
])  # fmt: skip
def test_state(victim, bend, codes):
    victim.provider.behave()
    bend(victim.provider)
    victim.ignores_response(codes)


def test_issuer_that_nobody_announced(start, new_provider):
    """RFC 9207 2.4: a wrong iss is a mix-up whether or not the metadata says that there is one; none is fine then."""
    provider, safe = new_provider(), new_provider()
    provider.metadata({"authorization_response_iss_parameter_supported": False})
    victim = Victim(start({"default": provider, "safe": safe}))
    answer("code={code}&state={state}")(provider)
    victim.accepts_login()
    answer("code={code}&state={state}&iss={iss}1")(provider)
    provider.requests.clear()
    victim.refuses_login(MISMATCH, token_requests=0)


ERRORS = {
    "login_required": "not signed in at the sign-in service", "interaction_required": "needs to ask you something",
    "consent_required": "consent is needed", "account_selection_required": "more than one account",
    "unmet_authentication_requirements": "a stronger sign-in", "access_denied": "You are not signed in",
}  # fmt: skip


@pytest.mark.parametrize(("code", "words"), ERRORS.items(), ids=ERRORS)
def test_errors_are_told_apart(victim, code, words):
    """OIDC Core 3.1.2.6: each has a page of its own."""
    victim.provider.behave()
    answer("error=" + code + "&state={state}&iss={iss}")(victim.provider)
    ours = "authorization_refused" if code == "access_denied" else code
    assert words in victim.refuses_login(ours, token_requests=0).text
