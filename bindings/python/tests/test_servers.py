"""require_login=True behind real servers: whatever the path and the prefix look like, nobody sees a closed page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from servers import KINDS, PREFIX, Answer, Server

WSGI = ["bare", "django", "flask", "flask-in-proxyfix", "flask-around-proxyfix"]
WSGI += ["flask-around-stripper", "flask-in-stripper"]
ASGI = ["bare-whole", "bare-rest", "django", "fastapi", "fastapi-around-prefix", "fastapi-in-prefix"]
ASGI += ["starlette-mounts"]
PAIRS = [(kind, site) for kind in KINDS for site in (ASGI if kind.is_asgi else WSGI)]
on_every_site = pytest.mark.parametrize(
    ("server", "site"), PAIRS, indirect=["server"], ids=[f"{kind.name}-{site}" for kind, site in PAIRS]
)

# A proxy of the operator's sets one of them; anybody can send them.
PREFIX_HEADERS = ["SCRIPT_NAME", "Daphne-Root-Path", "X-Forwarded-Prefix", "X-Script-Name"]
PREFIXES = ["", "/static", "/static/", "/stat", "/health", "/admin", "static", "/STATIC", "/static/..", "//static"]
PREFIXES += ["/%73tatic", "/static;x", "/"]
OPEN = ["/health", "/health?x=/../admin", "/static/", "/static/a.css", "/static/a/b%20c.css", "/static/%C3%BC.css"]
OPEN += ["/static/a;v=1", "/static/.well-known/a", "/st%61tic/a..css"]
CLOSED = [
    "/", "/admin", "/static", "/health/", "/health/x", "/healthy", "/Health", "/STATIC/a", "/static/../admin",
    "/static/..", "/static/../", "/static/./../admin", "/static/%2e%2e/admin", "/static/%2E./admin",
    "/static/..%2Fadmin", "/static%2f..%2fadmin", "/static/%252e%252e/admin", "/static/%252fadmin", "/static//admin",
    "//static/a", "//admin", "/static/..%5cadmin", "/static/..\\admin", "/static/..;/admin", "/static/..;x=1/admin",
    "/static/%2e%2e;/admin", "/;/static/a", "/admin;/static/", "/admin?/static/", "/static/x/../../admin",
    "/./static/a", "/x/../static/a", "/static/.%20/a", "/static/..%20/admin", "/static/a%00", "/static/%0a",
    "/static/%c0%ae%c0%ae/admin", "/static/%ff/a", "/health%00", "/health%0a", "/health%2f", "/%2fhealth",
    "/admin%3f/static/", "/admin%23/static/", "/static%20/a", "/%2e/static/a", "/static/.../admin",
]  # fmt: skip


def targets(prefix: str) -> list[str]:
    behind = ["/admin", "admin", "/static/a", "/../admin", "//admin", "/health", "%2fadmin"]
    return CLOSED if not prefix else ["/admin", "/health/admin", "/static/admin", *(prefix + path for path in behind)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    folder = tmp_path_factory.mktemp("servers")
    running = {kind.name: Server(kind, folder / f"{kind.name}.log") for kind in KINDS}
    try:
        for server in running.values():
            server.wait()
        yield running
    finally:
        for server in running.values():
            server.stop()


@pytest.fixture
def server(servers: dict[str, Server], request: pytest.FixtureRequest) -> Server:
    return servers[request.param.name]


def is_open(path: str) -> bool:
    """False if anything that decodes the path, once or often, could take it for a page that is not open."""
    while unquote(path) != path:
        path = unquote(path)
    path = re.sub(r";[^/]*", "", path.replace("\\", "/"))
    path = "/".join(re.sub(r"^[. ]+$", "..", part) for part in path.split("/"))
    if "//" in path:
        return False
    return path == "/health" or (path.startswith("/static/") and f"{posixpath.normpath(path)}/".startswith("/static/"))


def shown(answer: Answer) -> str:
    """The path of the page that the site has made; empty if it has made none."""
    found = re.search("the page (.*)", answer.body, re.S)
    return found[1] if found else ""


def session(server: Server, site: str) -> dict[str, str]:
    for prefix in dict.fromkeys((server.kind.asked, server.kind.prefix, "")):
        answer = server.ask(site, f"{prefix}/static/cookie", {})
        if answer.status == 200 and "=" in answer.body:
            return {"Cookie": answer.body}
    pytest.fail("no open page gives a session")


@on_every_site
def test_no_closed_page_is_shown(server: Server, site: str) -> None:
    for prefix in PREFIXES:
        for path in targets(prefix):
            for before in dict.fromkeys(("", server.kind.asked)):
                answer = server.ask(site, before + path, dict.fromkeys(PREFIX_HEADERS, prefix) if prefix else {})
                page = shown(answer)
                assert not page or is_open(page), f"{before + path} with the prefix {prefix!r} shows {page}"
                assert page or answer.status == 307 or answer.status >= 400, (before + path, prefix, answer)


@on_every_site
def test_open_pages_are_shown(server: Server, site: str) -> None:
    if site.startswith("bare-") and server.kind.prefix:
        pytest.skip("what such an application makes of root_path cannot be known")
    for path in OPEN:
        answer = server.ask(site, server.kind.asked + path, {})
        assert answer.status == 200 and is_open(shown(answer)), (path, answer)


@on_every_site
def test_closed_pages_are_there_for_users(server: Server, site: str) -> None:
    """Without this, the closed pages could be closed for want of a page."""
    if site.startswith("bare-") and server.kind.prefix:
        pytest.skip("it has no open page that gives a session")
    headers = session(server, site)
    for path in ("/admin", "/static//admin", "/static/%2e%2e/admin"):
        answer = server.ask(site, server.kind.asked + path, headers)
        assert shown(answer).endswith("/admin"), (path, answer)


@on_every_site
def test_page_load_is_sent_to_login(server: Server, site: str) -> None:
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
    answer = server.ask(site, f"{server.kind.asked}/admin?x=1", headers)
    assert answer.status == 302 and "/authorize?" in answer.location and not shown(answer)
    forged = server.ask(site, f"{server.kind.asked}/static/admin", headers | dict.fromkeys(PREFIX_HEADERS, "/static"))
    assert not shown(forged) or is_open(shown(forged))


@on_every_site
def test_own_paths_are_those_that_the_browser_sees(server: Server, site: str) -> None:
    answer = server.ask(site, f"{server.kind.asked}/oauth2callback", {})
    assert answer.status == 400 and "state_missing" in answer.body


ATTACKS = [
    ("gunicorn-20", "flask", "/static/admin", "SCRIPT_NAME", "/static"),
    ("gunicorn-20", "bare", "/x/static/admin", "SCRIPT_NAME", "/static"),
    ("gunicorn-21", "django", "/static/admin", "SCRIPT_NAME", "/static"),
    ("gunicorn", "flask", "/static/admin", "SCRIPT_NAME", "/static"),
    ("gunicorn", "bare", "/static/admin", "SCRIPT_NAME", "/static"),
    ("gunicorn", "flask-in-proxyfix", "/admin", "X-Forwarded-Prefix", "/static"),
    ("waitress", "flask-around-stripper", "/static/admin", "X-Script-Name", "/static"),
    ("daphne", "fastapi", "/static/admin", "Daphne-Root-Path", "/static"),
    ("daphne", "django", "/static/admin", "Daphne-Root-Path", "/static"),
    ("daphne", "bare-rest", "/static/admin", "Daphne-Root-Path", "/static"),
    ("daphne", "bare-whole", "/admin/static/a", "Daphne-Root-Path", "/admin"),
    ("uvicorn", "fastapi-around-prefix", "/static/admin", "X-Forwarded-Prefix", "/static"),
]


@pytest.mark.parametrize(("kind", "site", "target", "header", "prefix"), ATTACKS)
def test_forged_prefix(servers: dict[str, Server], kind: str, site: str, target: str, header: str, prefix: str) -> None:
    """The header makes the server or the framework route another page; for those who are signed in, it is shown."""
    server = servers[kind]
    seen = server.ask(site, target, session(server, site) | {header: prefix})
    assert seen.status == 200 and not is_open(shown(seen)), seen
    assert server.ask(site, target, {header: prefix}).status == 401


@pytest.mark.parametrize(("kind", "site", "target", "header"), [
    ("gunicorn", "flask-in-proxyfix", "/health", "X-Forwarded-Prefix"),
    ("gunicorn", "flask-around-proxyfix", "/health", "X-Forwarded-Prefix"),
    ("gunicorn", "flask", f"{PREFIX}/health", "SCRIPT_NAME"),
    ("gunicorn-20", "django", f"{PREFIX}/static/a.css", "SCRIPT_NAME"),
    ("waitress", "flask-in-stripper", f"{PREFIX}/health", "X-Script-Name"),
    ("daphne", "fastapi", f"{PREFIX}/static/a.css", "Daphne-Root-Path"),
    ("daphne", "django", "/static/a.css", "Daphne-Root-Path"),
    ("uvicorn", "fastapi-in-prefix", f"{PREFIX}/health", "X-Forwarded-Prefix"),
    ("uvicorn", "fastapi-in-prefix", "/health", "X-Forwarded-Prefix"),
    ("uvicorn", "fastapi-around-prefix", "/health", "X-Forwarded-Prefix"),
])  # fmt: skip
def test_open_pages_behind_a_proxy_with_a_prefix(
    servers: dict[str, Server], kind: str, site: str, target: str, header: str
) -> None:
    answer = servers[kind].ask(site, target, {header: PREFIX})
    assert answer.status == 200 and is_open(shown(answer)), answer


def test_mounted_application_judges_its_own_paths(servers: dict[str, Server]) -> None:
    for name in ("uvicorn", "hypercorn", "daphne"):
        assert shown(servers[name].ask("starlette-mounts", "/sub/static/a", {})) == "/static/a"
        for closed in ("/sub/admin", "/sub/static/../admin", "/sub", "/sub/sub/static/a"):
            assert servers[name].ask("starlette-mounts", closed, {}).status in (307, 401), closed
