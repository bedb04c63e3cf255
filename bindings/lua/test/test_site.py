"""A site behind the module: pages, logins, headers, reloads."""

from __future__ import annotations

import contextlib
import socket
import threading

from provider import Provider
from site_server import Site
from test_client import OK, url

AUTHORIZE = "https://provider.test/authorize?"
SCRIPT = {"Sec_Fetch_Mode": "cors"}


def test_pages(site: Site) -> None:
    ada = site.sign_in("ada@example.org")
    page, anonymous = site.get("/page", ada), site.get("/page")
    assert [page.body, anonymous.body] == ["ada@example.org", "nobody"]
    assert page.header("Vary") == anonymous.header("Vary") == "Cookie"
    assert page.header("Cache-Control") == "max-age=1"
    assert site.get("/plain", ada).header("Vary") == ""
    assert site.get("/asks", ada).header("Vary") == site.get("/fresh", ada).header("Vary") == "Cookie"


def test_user_of_a_page_that_has_begun(site: Site) -> None:
    page = site.get("/late", site.sign_in("ada@example.org"))
    assert (page.status, page.body) == (200, "begun ada@example.org")
    assert "after sending out response headers" not in site.log()


def test_headers_once(site: Site) -> None:
    page = site.get("/twice", site.sign_in("ada@example.org"))
    assert page.header("Vary") == "Cookie" and '"email":"ada@example.org"' in page.body


def test_headers_of_a_server_behind(site: Site) -> None:
    page = site.get("/upstream", site.sign_in("ada@example.org"))
    assert page.body == "cached" and sorted(page.header("Vary").split("\n")) == ["Accept", "Cookie"]


def test_paths_of_the_library(site: Site) -> None:
    login = site.get("/auth/login?return_to=/x")
    assert login.status == 302 and login.header("Location").startswith(AUTHORIZE)
    assert login.header("Content-Length") == str(len(login.body)), "not in chunks"
    form = {"method": "POST", "Content_Type": "application/x-www-form-urlencoded"}
    assert site.get("/auth/login", body=b"provider=nobody", **form).status == 404
    assert site.get("/auth/login", body=b"x" * 70_000, **form).status == 413
    assert site.get("/auth/login", method="DELETE").status == 405


def test_login_and_logout_of_a_page(site: Site) -> None:
    login = site.get("/login?login_hint=ada&max_age=300&prompt=login&acr_values=mfa&ui_locales=de&return_to=/y")
    assert login.status == 302 and "not reached" not in login.body
    for part in ("login_hint=ada", "max_age=300", "prompt=login", "acr_values=mfa", "ui_locales=de"):
        assert part in login.header("Location"), part
    unknown = site.get("/login?provider=nobody")
    assert unknown.status == 404 and "provider_unknown" in unknown.body
    assert "option_unknown" in site.get("/login?hint=x").body
    assert "login_hint" not in site.get("/again").header("Location")
    ada = site.sign_in("ada@example.org")
    for path in ("/logout", "/logout?here=1"):
        logout = site.get(path, ada, "POST")
        assert logout.status == 303 and "Max-Age=0" in logout.header("Set-Cookie")
    refused = site.get("/logout", site.sign_in("x"), "POST", Sec_Fetch_Site="cross-site")
    assert refused.status == 403 and "cross_site_request" in refused.body


def test_members(site: Site) -> None:
    assert site.get("/members", site.sign_in("ada@example.org")).body == "ada@example.org"
    assert site.get("/members", **SCRIPT).status == 401
    assert site.get("/members", "stauth_session=forged", Accept="text/html").header("Location").startswith(AUTHORIZE)


def test_gate_of_the_settings(site: Site) -> None:
    """It judges the path that nginx routes by."""
    assert site.get("/open/x").body == "open"
    for path in ("/hidden", "/open/../hidden", "/open/%2e%2e/hidden", "/open/secret"):
        assert site.get(path, **SCRIPT).status == 401, path
    assert site.get("/open/secret", site.sign_in("ada", "closed")).body == "hidden"


def test_gate_before_a_server_behind(site: Site) -> None:
    """It gets the path as the browser sent it, and may read it otherwise than nginx does."""
    ambiguous = ("/hidden/..%2fopen/x", "/hidden/%2e%2e/open/x", "/hidden//../open/x", "/hidden/../open/x", "//open/x")
    for name in ("closed.test", "gated.test"):
        assert site.get("/open/a%20b?c", Host=name).body == "/open/a%20b?c"
        for path in (*ambiguous, "/hidden", "/open/..%2fhidden", "/open/..;/hidden"):
            assert site.get(path, Host=name, **SCRIPT).status == 401, (name, path)
    assert site.get("/hidden/..%2fopen/x", site.sign_in("ada", "closed"), Host="closed.test").status == 200


def test_spellings_of_headers_for_a_server_behind(site: Site) -> None:
    """A server behind may read an underscore or a dot as a hyphen."""
    for name in ("X_User", "x_user", "X.User", "x~user"):
        forged = f"GET /behind HTTP/1.0\r\nHost: localhost\r\n{name}: admin\r\n\r\n"
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
            connection.sendall(forged.encode())
            assert connection.makefile("rb").read().endswith(b"\r\n\r\nnil nil"), name


def test_headers_for_a_server_behind(site: Site) -> None:
    forged = {"X_User": "admin", "X_None": "admin"}
    assert site.get("/behind", site.sign_in("ada@example.org"), **forged).body == "ada@example.org nil"
    assert site.get("/behind", **forged).body == "nil nil"
    assert site.get("/behind", site.sign_in("a\r\nX-Forged: 1"), **forged).body == "nil nil"


def test_errors_of_pages(site: Site) -> None:
    defect = site.get("/defect")
    assert defect.status == 500 and "a defect" not in defect.body and "a defect" in site.log()
    assert "no_request_bound" in site.get("/unbound").body


def test_hostile_requests(site: Site) -> None:
    huge = "x" * 70_000
    assert site.get("/page", huge).status == site.get("/page", Referer=huge).status == 413
    assert site.get("/" + huge).status == 413
    for target in ("/%ff", "//evil.example/x", "/%", "/a%00b", "/%zz", "/?provider=%00"):
        assert site.get(target).status < 500, target
    assert site.get("/login?provider=%00").status == 400
    assert site.get("/page", site.sign_in("ada@example.org")).body == "ada@example.org"


def test_reload_while_a_request_waits(site: Site) -> None:
    """The old workers end their requests, and then their Lua."""
    asked, may_answer, answers = threading.Event(), threading.Event(), []

    def wait(connection):
        asked.set()
        may_answer.wait(30)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\n{}")

    provider = Provider({"/": wait})
    thread = threading.Thread(target=lambda: answers.append(site.send(url(provider, "/"), timeout="30000")))
    thread.start()
    assert asked.wait(30)
    before = site.log().count("exited with code 0")
    site.reload()
    may_answer.set()
    thread.join()
    assert answers == ["200 2 {}"]
    site.wait_for("exited with code 0", before + 2)
    assert site.get("/page", site.sign_in("bob@example.org")).body == "bob@example.org"
    provider.close()


def test_ways_past_the_access_phase(site: Site) -> None:
    """As README says: what nginx does not ask the module about."""
    assert site.get("/part").status == 401
    part = site.get("/includes").body
    assert part.startswith("for members: ") and "no_request_bound" in part, part
    assert site.get("/includes_for_members").status == 401
    assert site.get("/includes_for_members", site.sign_in("ada@example.org")).body.startswith("for members: ")
    assert site.get("/any").body == "open"


def test_end_while_a_request_waits(site: Site) -> None:
    asked, may_end = threading.Event(), threading.Event()

    def wait(connection):
        asked.set()
        may_end.wait(30)

    def visit():
        with contextlib.suppress(OSError):
            site.send(url(provider, "/"), timeout="30000")

    provider = Provider({"/": wait})
    thread = threading.Thread(target=visit)
    thread.start()
    assert asked.wait(30)
    site.end()
    may_end.set()
    thread.join()
    provider.close()
