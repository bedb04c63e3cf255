"""Forty mistakes and more that people make, each to be put into a good set-up, and what `stauth check` says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provider import REMOVE, Reply
from provider.certificates import DAY, NOW, stranger
from set_up import SetUp

YEAR = 365 * DAY
LONG_LASTING = {"end": NOW + YEAR}


@dataclass
class Mistake:
    """`make` puts it into a good set-up. The check must then have a finding with this code, and this phrase in it."""

    name: str
    make: Callable[[SetUp], Any]
    code: str
    phrase: str
    works: bool = False  # whether logins can work all the same
    tls: dict[str, Any] | None = None
    level: str | None = None  # of the finding, where others would be wrong


def shared(**keys: Any) -> Callable[[SetUp], None]:
    return lambda set_up: set_up.shared.update(keys)


def section(**keys: Any) -> Callable[[SetUp], None]:
    return lambda set_up: set_up.section.update(keys)


def metadata(**members: Any) -> Callable[[SetUp], None]:
    return lambda set_up: set_up.provider.metadata(members)


def both(*makers: Callable[[SetUp], Any]) -> Callable[[SetUp], None]:
    def make(set_up: SetUp) -> None:
        for maker in makers:
            maker(set_up)

    return make


def answer(endpoint: str, reply: Reply) -> Callable[[SetUp], None]:
    return lambda set_up: set_up.provider.respond(endpoint, reply)


def site(reply: Reply) -> Callable[[SetUp], None]:
    return lambda set_up: setattr(set_up.site, "_reply", reply)


def clock(seconds: int) -> Callable[[SetUp], None]:
    """The provider's clock, beside ours."""
    return lambda set_up: setattr(set_up.provider, "clock_offset", seconds)


def secret_in_a_file(mode: int) -> Callable[[SetUp], None]:
    def make(set_up: SetUp) -> None:
        file = set_up.folder / "client.txt"
        file.write_text(set_up.section["client_secret"])
        file.chmod(mode)
        set_up.section["client_secret"] = {"file": file.name}

    return make


def refusing(set_up: SetUp) -> None:
    """The provider's page of errors quotes the address that it refuses."""
    set_up.provider.respond("authorize", Reply(200, f"<p>{set_up.shared['redirect_uri']} is not registered.</p>"))


def redis(url: str) -> Callable[[SetUp], None]:
    return shared(session_store="redis", redis_url=url)


IN_FILE = "configuration_invalid"

MISTAKES = [
    # The file.
    Mistake("no TOML", lambda s: setattr(s, "text", "[auth\n"), IN_FILE, "secrets.toml:1"),
    Mistake("no auth table", lambda s: setattr(s, "text", "[other]\nkey = 1\n"), IN_FILE, "no [auth] table"),
    Mistake(
        "readable by others", lambda s: setattr(s, "mode", 0o644), "file_readable_by_others", "can read", works=True
    ),
    Mistake(
        "writable by its group",
        lambda s: setattr(s, "mode", 0o660),
        "file_writable_by_others",
        "can change it",
        works=True,
    ),
    Mistake(
        "client secret in a file that others can read",
        secret_in_a_file(0o644),
        "file_readable_by_others",
        "client.txt",
        works=True,
    ),
    Mistake(
        "client secret in a file that others can write",
        secret_in_a_file(0o602),
        "file_writable_by_others",
        "client.txt",
        works=True,
    ),
    Mistake("no cookie_secret", shared(cookie_secret=None), IN_FILE, "cookie_secret: is missing"),
    Mistake("sample secret", shared(cookie_secret="change-me-change-me-change-me"), IN_FILE, "sample"),
    Mistake("short secret", shared(cookie_secret="8Wk2pQ"), IN_FILE, "too short"),
    Mistake("misspelled key", shared(redirect_url="https://a.example"), IN_FILE, "redirect_ur"),
    Mistake("no redirect_uri", shared(redirect_uri=None), IN_FILE, "redirect_uri: is missing"),
    Mistake("plain http", shared(redirect_uri="http://app.example.org/oauth2callback"), IN_FILE, "https"),
    Mistake("no client_id", section(client_id=None), IN_FILE, "client_id: is missing"),
    Mistake(
        "placeholder",
        section(server_metadata_url="https://{domain}/.well-known/openid-configuration"),
        IN_FILE,
        "placeholder",
    ),
    Mistake(
        "issuer instead of metadata",
        lambda s: s.section.update(server_metadata_url=s.provider.issuer),
        IN_FILE,
        "must end in",
    ),
    Mistake("variable not set", section(client_secret={"env": "STAUTH_TEST_NOT_SET"}), IN_FILE, "is not set"),
    Mistake("unknown preset", section(provider="gogle", server_metadata_url=None), IN_FILE, "is google meant?"),
    # The site.
    Mistake(
        "unknown host",
        shared(redirect_uri="https://app.invalid/oauth2callback"),
        "redirect_uri_host_unknown",
        "app.invalid",
    ),
    Mistake("nobody serves the callback", site(Reply(404, "no")), "callback_not_served", "404"),
    Mistake(
        "callback redirects",
        site(Reply(301, b"", {"Location": "https://www.example.org/"})),
        "callback_redirects",
        "www.example.org",
        works=True,
    ),
    Mistake("callback by other", site(Reply(200, "<h1>My app</h1>")), "callback_answered_by_other", "200", works=True),
    Mistake("site fails", site(Reply(502, "Bad gateway")), "site_failing", "502", works=True),
    Mistake("site not running", lambda s: s.site.close(), "site_not_running", "oauth2callback", works=True),
    # The provider's metadata.
    Mistake(
        "provider down",
        section(server_metadata_url="http://127.0.0.1:9/.well-known/openid-configuration"),
        "provider_unreachable",
        "127.0.0.1:9",
    ),
    Mistake("no such realm", answer("metadata", Reply(404, "no")), "provider_status", "404"),
    Mistake(
        "other issuer", metadata(issuer="https://other.example.org"), "metadata_issuer_mismatch", "other.example.org"
    ),
    Mistake(
        "a page, no metadata", answer("metadata", Reply(200, "<html>Sign in</html>")), "metadata_invalid", "metadata"
    ),
    Mistake("no token endpoint", metadata(token_endpoint=REMOVE), "metadata_invalid", "token_endpoint"),
    Mistake("no PKCE", metadata(code_challenge_methods_supported=["plain"]), "metadata_invalid", "PKCE"),
    Mistake("no code flow", metadata(response_types_supported=["id_token"]), "response_type_not_listed", "code"),
    Mistake(
        "response mode",
        both(section(response_mode="form_post"), metadata(response_modes_supported=["query"])),
        "response_mode_not_listed",
        "form_post",
        works=True,
    ),
    Mistake(
        "authentication method",
        both(
            section(token_endpoint_auth_method="client_secret_post"),
            metadata(token_endpoint_auth_methods_supported=["client_secret_basic"]),
        ),
        "client_authentication_not_listed",
        "client_secret_post",
    ),
    Mistake(
        "secret forgotten",
        both(section(client_secret=None), metadata(token_endpoint_auth_methods_supported=["client_secret_basic"])),
        "client_authentication_not_listed",
        "none",
    ),
    Mistake(
        "algorithm",
        both(section(id_token_signed_response_alg="ES256"), metadata(id_token_signing_alg_values_supported=["RS256"])),
        "algorithm_not_listed",
        "id_token_signed_response_alg",
    ),
    Mistake(
        "scope",
        both(section(client_kwargs={"scope": "openid groups"}), metadata(scopes_supported=["openid", "email"])),
        "scope_not_listed",
        "groups",
        works=True,
    ),
    Mistake(
        "no offline_access",
        both(shared(refresh_claims="1h"), metadata(scopes_supported=["openid", "profile", "email", "offline_access"])),
        "refresh_scope_missing",
        "offline_access",
        works=True,
    ),
    Mistake(
        "rule on a claim that never comes",
        both(section(allowed_groups=["staff"]), metadata(claims_supported=["sub", "email"])),
        "claim_not_listed",
        "groups",
        works=True,
    ),
    Mistake(
        "pushed requests required",
        metadata(require_pushed_authorization_requests=True),
        "pushed_endpoint_missing",
        "pushed",
    ),
    Mistake("signed requests required", metadata(require_signed_request_object=True), IN_FILE, "only signed requests"),
    Mistake(
        "userinfo",
        both(section(userinfo=True), metadata(userinfo_endpoint=REMOVE)),
        "userinfo_endpoint_missing",
        "userinfo_endpoint",
    ),
    Mistake(
        "no logout", metadata(end_session_endpoint=REMOVE), "end_session_endpoint_missing", "here only", works=True
    ),
    Mistake(
        "acr",
        both(section(required_acr_values=["gold"]), metadata(acr_values_supported=["silver"])),
        "acr_not_listed",
        "gold",
        works=True,
    ),
    Mistake("DPoP", both(section(dpop_bound_access_tokens=True)), "dpop_not_listed", "DPoP", works=True),
    Mistake("PKCE turned off", section(insecure_omit_pkce=True), "pkce_omitted", "PKCE"),
    Mistake(
        "an endpoint that logins do not use is down",
        metadata(userinfo_endpoint="http://127.0.0.1:9/userinfo"),
        "provider_unreachable",
        "127.0.0.1:9",
        works=True,
        level="note",
    ),
    # Keys.
    Mistake("no keys", lambda s: s.provider.jwk_set({"keys": []}), "keys_unusable", "none of the provider's keys"),
    Mistake("keys missing", answer("jwks", Reply(500, "no")), "provider_status", "500"),
    Mistake("keys of another kind", section(id_token_signed_response_alg="ES256"), "keys_unusable", "ES256"),
    # The client.
    Mistake("wrong secret", section(client_secret="not-the-secret-that-it-is"), "client_refused", "invalid_client"),
    Mistake("unknown client", section(client_id="somebody-else"), "client_refused", "invalid_client"),
    Mistake(
        "redirect_uri not registered",
        answer("authorize", Reply(400, "Invalid redirect_uri")),
        "authorization_request_refused",
        "400",
    ),
    Mistake(
        "login page instead",
        answer("authorize", Reply(200, "<form>Who are you?</form>")),
        "redirect_uri_not_confirmed",
        "does not send",
        works=True,
        level="note",
    ),
    Mistake("page of errors", refusing, "redirect_uri_not_confirmed", "does not send", works=True, level="note"),
    Mistake(
        "page of errors instead of a form",
        both(section(response_mode="form_post"), refusing),
        "redirect_uri_not_confirmed",
        "does not send",
        works=True,
        level="note",
    ),
    *(
        Mistake(
            f"authorization endpoint answers {status}",
            answer("authorize", Reply(status, "no")),
            "authorization_request_not_judged",
            str(status),
            works=True,
            level="warning",
        )
        for status in (403, 405, 429, 500, 503)
    ),
    Mistake(
        "other address that begins alike",
        lambda s: s.provider.respond("authorize", Reply(302, b"", {"Location": s.shared["redirect_uri"] + "-old"})),
        "redirect_uri_not_confirmed",
        "does not send",
        works=True,
    ),
    Mistake(
        "flow not allowed",
        lambda s: s.provider.authorization_response(lambda a: [("error", "unauthorized_client"), *a[1:]]),
        "authorization_refused",
        "unauthorized_client",
    ),
    # Clocks.
    Mistake("clock behind", clock(300), "clock_wrong", "behind"),
    Mistake("clock a little ahead", clock(-30), "clock_wrong", "ahead of", works=True),
    # Certificates.
    Mistake(
        "certificate expired",
        lambda s: None,
        "certificate_expired",
        "has expired",
        tls={"begin": NOW - 3 * DAY, "end": NOW - DAY},
    ),
    Mistake("certificate expires soon", lambda s: None, "certificate_expires_soon", "expires in", works=True, tls={}),
    Mistake(
        "certificate for another name",
        lambda s: None,
        "certificate_name_mismatch",
        "other names",
        tls={"names": ("op.example.org",), **LONG_LASTING},
    ),
    Mistake(
        "authority unknown", lambda s: s.section.pop("ca_file"), "provider_tls_failed", "not accepted", tls=LONG_LASTING
    ),
    Mistake(
        "chain incomplete",
        lambda s: Path(s.section["ca_file"]).write_bytes(stranger().pem),
        "certificate_chain_short",
        "Black box tests",
        tls=LONG_LASTING,
    ),
    # Sessions.
    Mistake(
        "tokens too large",
        shared(expose_tokens=["id", "access", "refresh"]),
        "header_budget_exceeded",
        "200 groups",
        works=True,
    ),
    Mistake("Streamlit's cookie", shared(cookie_format="streamlit"), "cookie_not_encrypted", "can read", works=True),
    Mistake("memory", shared(session_store="memory"), "store_in_memory", "one process", works=True),
    Mistake("Redis down", redis("redis://127.0.0.1:9"), "session_store_failed", "127.0.0.1:9"),
    Mistake(
        "Redis down, cookies instead",
        both(redis("redis://127.0.0.1:9"), shared(store_fallback="cookie")),
        "session_store_failed",
        "127.0.0.1:9",
        works=True,
    ),
]
