"""The figures of c.c, from Python."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
import bench
import libstauth
from libstauth._library import library

auth = libstauth.App(bench.INPUTS / "secrets")
cookie = bench.read("cookie")
headers = [tuple(line.split(": ", 1)) for line in bench.read("headers").splitlines()]
functions = library()


def handle_request() -> None:
    with auth.request("GET", "/report?id=3", headers, client_address="192.0.2.7") as request:
        assert not request.begin()
        assert request.user.is_logged_in
        assert request.status == 0 and request.headers


def ask_who() -> None:
    assert auth.user_from_cookie(cookie).is_logged_in


def call_twenty_times() -> None:
    for _ in range(20):
        assert functions.st_version_number()


cases = {"request, Python": handle_request, "cookie, Python": ask_who, "20 foreign calls, Python": call_twenty_times}
bench.run(dict([next(iter(cases.items()))]) if bench.MORE else cases)
