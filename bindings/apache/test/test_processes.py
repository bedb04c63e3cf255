"""Children, reloads, and requests that are too large."""

from __future__ import annotations

import threading
import time

from server import SETTINGS, cookies, running

PAGES = """
StauthSecrets SECRETS
<Location "/">
    AuthType stauth
    Require valid-user
</Location>
"""
SCRIPT = {"Sec__Fetch__Mode": "cors"}


def test_children_that_end_after_each_request() -> None:
    with running(PAGES + "MaxConnectionsPerChild 1\nStartServers 2", "prefork") as server:
        ada = cookies(sub="ada")
        assert [server.get("/", ada).value("user") for _ in range(20)] == ["ada"] * 20


def test_many_users_at_once() -> None:
    for mpm in ("event", "prefork"):
        with running(PAGES, mpm) as server:
            users = [cookies(sub=f"user-{number}") for number in range(4)]
            seen: list[set[str]] = [set() for _ in users]

            def visit(number: int, server=server, users=users, seen=seen) -> None:
                seen[number] = {server.get("/", users[number]).value("user") for _ in range(50)}

            threads = [threading.Thread(target=visit, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert seen == [{f"user-{number}"} for number in range(4)], (mpm, seen)


def test_reload() -> None:
    """Sessions stay, and changed settings take effect."""
    for mpm in ("event", "prefork"):
        with running(PAGES, mpm) as server:
            ada = cookies(sub="ada")
            assert server.get("/", ada).value("user") == "ada"
            server.write_settings(login_path="/enter")
            server.reload()
            assert server.get("/", ada).value("user") == "ada"
            server.write_settings(cookie_secret=SETTINGS["cookie_secret"][::-1])
            server.reload()
            deadline = time.monotonic() + 30
            while server.get("/", ada, **SCRIPT).status != 401:  # children of before may still answer
                assert time.monotonic() < deadline


def test_end_while_requests_run() -> None:
    for mpm in ("event", "prefork"):
        with running(PAGES, mpm) as server:
            ada, ended = cookies(sub="ada"), threading.Event()

            def visit(server=server, ada=ada, ended=ended) -> None:
                while not ended.is_set():
                    try:
                        server.get("/", ada)
                    except OSError:
                        return

            threads = [threading.Thread(target=visit) for _ in range(4)]
            for thread in threads:
                thread.start()
            server.reload()
        ended.set()
        for thread in threads:
            thread.join()


def test_huge_requests() -> None:
    with running(PAGES + "LimitRequestFieldSize 200000\nLimitRequestLine 200000") as server:
        assert server.get("/", "x" * 70_000).status == 413
        assert server.get("/", Referer="x" * 70_000).status == 413
        assert server.get("/" + "x" * 70_000).status == 413
        form = {"method": "POST", "Content__Type": "application/x-www-form-urlencoded"}
        for padding, status in ((2_000, 404), (60_000, 404), (70_000, 413)):
            body = b"x=" + b"x" * padding + b"&provider=nobody"
            assert server.get("/auth/login", body=body, **form).status == status, padding
        assert server.get("/%ff", **SCRIPT).status in (400, 401)
        assert server.get("/", cookies(sub="ada")).value("user") == "ada"
