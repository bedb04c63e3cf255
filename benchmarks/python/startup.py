"""How long Python takes to load a library: Authlib with its HTTP client, or stauth with an application and a check."""

from __future__ import annotations

import time

import bench


def authlib() -> None:
    from authlib.integrations.requests_client import OAuth2Session
    from authlib.oidc.core import CodeIDToken

    assert OAuth2Session and CodeIDToken


def stauth() -> None:
    import libstauth

    with libstauth.App(toml=bench.read("secrets")) as app:
        assert app.user_from_cookie(bench.read("cookie")).is_logged_in


def main() -> None:
    (what,) = bench.MORE
    cpu, wall = time.process_time(), time.perf_counter()
    {"Authlib": authlib, "stauth": stauth}[what]()
    wall = time.perf_counter() - wall
    bench.report(f"start: {what} in Python", iterations=1, seconds=time.process_time() - cpu, wall=wall)


main()
