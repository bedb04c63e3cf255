"""examples/erlang, on the httpd of inets."""

from __future__ import annotations

from pathlib import Path

from program import PREFIX, ROOT, Host, Program, Runtime

_VERSION_FILE = 'filename:join([code:root_dir(), "releases", erlang:system_info(otp_release), "OTP_VERSION"])'
RUNTIME = Runtime(
    name="Erlang, Elixir",
    versions=("25",),
    asks=("erl", "-noshell", "-eval", f"{{ok, Text}} = file:read_file({_VERSION_FILE}), io:put_chars(Text), halt()."),
    package="package of Hex with a NIF",
    adapters="inets; Plug, tested by its shape",
)
BUILD = ROOT / "build" / "erlang"
README_ENVIRONMENT = {"LD_LIBRARY_PATH": str(PREFIX), "ERL_LIBS": str(BUILD)}
_ERLANG = ("/usr/bin/erl", "+c", "false", "-noshell", "-noinput")

_GUESTBOOK = (*_ERLANG, "-pa", str(BUILD / "example"), "-s", "guestbook")

HOSTS = [Host("inets", Program(_GUESTBOOK, environment=README_ENVIRONMENT))]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as what the shell evaluates."""
    (folder / "site.erl").write_text(block)
    return [*_ERLANG, "-eval", 'ok = file:eval("site.erl"), receive after infinity -> ok end.']
