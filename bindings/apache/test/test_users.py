"""Who may see what, and what pages learn of the user."""

from __future__ import annotations

from server import HERE, MODULES, Server, cookies, running, shared

SEEN = 'Header always set X-Seen "expr=%{req:Stauth-Claim-Email}%{req:STAUTH_CLAIM_EMAIL}%{req:stauth-claim_email}"'
PLACES = """
StauthSecrets SECRETS
<Location "/">
    AuthType stauth
    StauthUserClaim email
    AuthzSendForbiddenOnFailure On
    Require valid-user
</Location>
<Location "/open">
    Require all granted
</Location>
<Location "/silent">
    StauthEnvironment Off
    Require all granted
</Location>
<Location "/user.json">
    SetHandler stauth-user
    Require all granted
</Location>
<Location "/behind">
    StauthRequestHeaders On
</Location>
"""
CLAIMS = {
    "array": "groups admin",
    "pair": "groups:admin",
    "one-of": "groups:other groups:admin",
    "values": "groups other admin",
    "text": "email ada@example.org",
    "number": "level 3",
    "truth": "verified true",
    "colon-in-value": "site http://a.example/",
    "colon-in-name": "https://a.example/role boss",
    "quoted": 'title "Chief of staff"',
}
ADA = {"sub": "ada", "email": "ada@example.org", "groups": ["staff", "admin"], "level": 3, "verified": True}
ADA |= {"site": "http://a.example/", "https://a.example/role": "boss", "title": "Chief of staff"}
OTHERS = [
    {"sub": "x", "email": "x@example.org"},
    {"email": "x@example.org", "groups": "administrator", "level": "33", "verified": "True", "title": "Chief"},
    {"email": "x@example.org", "groups": [["admin"], {"admin": "admin"}, None], "level": [], "site": {"http": "//a"}},
]
EXPOSING = {"expose_tokens": "access"}
SCRIPT = {"Sec__Fetch__Mode": "cors"}


def places() -> Server:
    """One server for all tests that only ask."""
    required = [f'<Location "/{name}">\nRequire stauth-claim {line}\n</Location>' for name, line in CLAIMS.items()]
    return shared("\n".join([SEEN, PLACES, *required]))


def test_valid_user() -> None:
    server = places()
    refused = server.get("/x", **SCRIPT)
    assert refused.status == 401 and "not_signed_in" in refused.body
    page = server.get("/x", cookies(**ADA))
    assert (page.status, page.value("user"), page.value("email")) == (200, "ada@example.org", "ada@example.org")
    assert page.value("groups") == '["staff","admin"]' and page.headers["vary"] == "Cookie"
    assert server.get("/x", cookies(sub="no-email")).status == 403
    assert server.get("/x", "stauth_session=forged", **SCRIPT).status == 401
    preflight = {"Origin": "https://a.example", "Access__Control__Request__Method": "PUT"}
    assert server.get("/x", method="OPTIONS", **preflight).status == 401


def test_login_of_a_page() -> None:
    """The provider is not there: it was asked for the login."""
    server = places()
    page = server.get("/x", Accept="text/html")
    assert (page.status, "provider_unreachable" in page.body) in ((502, True), (504, False)), page


def test_open_page() -> None:
    server = places()
    anonymous, known = server.get("/open"), server.get("/open", cookies(**ADA))
    assert [anonymous.value("user"), known.value("user")] == ["-", "ada@example.org"]
    assert anonymous.headers["vary"] == known.headers["vary"] == "Cookie"
    silent = server.get("/silent", cookies(**ADA))
    assert silent.value("user") == silent.value("email") == "-" and "vary" not in silent.headers


def test_required_claims() -> None:
    server = places()
    ada, others = cookies(**ADA), [cookies(**claims) for claims in OTHERS]
    for name in CLAIMS:
        assert server.get(f"/{name}", ada).status == 200, name
        assert server.get(f"/{name}", **SCRIPT).status == 401, name
        for other in others:
            assert server.get(f"/{name}", other).status == 403, name


def test_claims_for_servers_behind() -> None:
    server = places()
    page = server.get("/behind", cookies(**ADA, lines="a\r\nX-Forged: 1"))
    assert (page.value("header"), page.value("lines")) == ("ada@example.org", "-")
    assert server.get("/x", cookies(**ADA)).value("header") == "-"


def test_forged_headers() -> None:
    spellings = ["Stauth-Claim-Email", "STAUTH_CLAIM_EMAIL", "stauth-claim_email", "Stauth.Claim.Email", "stauth~claim"]
    seen = "".join(f"%{{req:{name}}}" for name in spellings)
    with running(f'Header always set X-Seen "expr={seen}"\n{PLACES}') as server:
        for name in (*spellings, "stauth_claim-Lines"):
            for path in ("/open", "/behind", "/silent"):
                user = cookies(sub="x", email="x@example.org") if path == "/behind" else ""
                page = server.get(path, user, **{name.replace("-", "__"): "admin@example.org"})
                assert page.status == 200 and "admin@example.org" not in page.body + page.headers["x-seen"], (
                    name,
                    page,
                )


def test_claims_with_the_same_variable() -> None:
    server = places()
    page = server.get("/open", cookies(**{"email": "x@example.org", "a.b": "1", "a-b": "2", "A_B": "3"}))
    assert (page.status, page.value("ambiguous")) == (200, "-")
    assert server.get("/open", cookies(**{"email": "x", "a.b": "1"})).value("ambiguous") == "1"


def test_tokens_are_not_claims() -> None:
    with running(PLACES, settings=EXPOSING) as server:
        ada = cookies(EXPOSING, email="ada@example.org")
        page = server.get("/open", ada)
        assert (page.value("email"), page.value("tokens")) == ("ada@example.org", "-")
        assert "access" in server.get("/user.json", ada).body


def test_several_cookie_headers() -> None:
    """Apache joins them with a comma, which is no separator of cookies."""
    server = places()
    session = cookies(**ADA)
    for lines in (["a=b", session, "c=d"], [session, "c=d"], ["a=1, 2", session], [f"{session}; e=f", "g=h,i"]):
        assert server.get_lines("/x", lines).value("user") == "ada@example.org", lines
    assert server.get_lines("/x", ["a=b", "stauth_session=forged"]).status == 401


def test_virtual_hosts() -> None:
    """They share the settings of the server, or have their own."""
    here = "<Location />\nAuthType stauth\nRequire valid-user\n</Location>"
    names = {"localhost": "", "b.example": "StauthSecrets SECRETS\n"}
    hosts = [f"<VirtualHost *>\nServerName {name}\n{own}{here}\n</VirtualHost>" for name, own in names.items()]
    with running("StauthSecrets SECRETS\n" + "\n".join(hosts)) as server:
        for name in ("localhost:8501", "b.example"):
            assert server.get("/", cookies(sub="ada"), Host=name).value("user") == "ada", name


def test_without_secrets() -> None:
    place = (
        "<Location />\nAuthType stauth\nRequire valid-user\n</Location>\n<Location /login>\nSetHandler stauth-login\n"
    )
    with running(place + "Require all granted\n</Location>") as server:
        assert server.get("/").status == server.get("/login").status == 500
        assert "AuthType stauth needs StauthSecrets" in server.log()
        assert "SetHandler stauth-login needs StauthSecrets" in server.log()


def test_gate_of_the_settings() -> None:
    """It judges the path that the browser sends, and the one that the server makes of it."""
    rewriting = 'StauthSecrets SECRETS\nRewriteEngine On\nRewriteRule "^/open/secret$" "/hidden" [PT]\n'
    with running(rewriting, settings={"require_login": True, "open_paths": ["/open/"]}) as server:
        assert server.get("/open/x", **SCRIPT).status == 200
        for closed in ("/", "/x", "/open", "/open/../x", "/open/%2e%2e/x", "/open/secret"):
            answer = server.get(closed, **SCRIPT)
            assert answer.status == 401 and "not_signed_in" in answer.body, (closed, answer)
        assert server.get("/open/secret", cookies(**ADA)).status == 200


def test_gate_of_the_settings_with_satisfy_any() -> None:
    """What lets anybody pass by address does not open what the settings close."""
    anybody = '<Location "/">\nOrder allow,deny\nAllow from all\nSatisfy Any\n</Location>\n'
    rewriting = 'StauthSecrets SECRETS\nRewriteEngine On\nRewriteRule "^/open/secret$" "/hidden" [PT]\n'
    compatible = f"LoadModule access_compat_module {MODULES}/mod_access_compat.so\n"
    settings = {"require_login": True, "open_paths": ["/open/"]}
    with running(compatible + rewriting + anybody, settings=settings) as server:
        assert server.get("/open/x", **SCRIPT).status == 200
        assert server.get("/open/secret", **SCRIPT).status == 401
        assert server.get("/open/secret", cookies(**ADA)).status == 200


def test_part_of_a_page() -> None:
    """A cache must not give what a page includes for one user to others."""
    included = f'RewriteEngine On\nRewriteRule "^/(including|aware)$" "{HERE}/outer.shtml"\n'
    aware = '<Location "/including">\nAuthType None\nRequire all granted\n</Location>\n'
    aware += '<Location "/aware">\nRequire all granted\n</Location>\n'
    with running(included + PLACES + aware) as server:
        ada = cookies(**ADA)
        for part in ("/x", "/open", "/user.json"):
            unaware = server.get(f"/including?{part}", ada)
            assert unaware.status == 200 and "ada@example.org" not in unaware.body and "vary" not in unaware.headers
            page = server.get(f"/aware?{part}", ada)
            assert "ada@example.org" in page.body and page.headers["vary"] == "Cookie"
        assert "depends on the user" in server.log()
