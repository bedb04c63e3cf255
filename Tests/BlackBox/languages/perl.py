"""examples/perl as its users start it, with the distribution on its path."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, ROOT, Host, Program

README_ENVIRONMENT = {"PERL5LIB": str(ROOT / "bindings" / "perl" / "lib"), "STAUTH_LIBRARY": str(LIBRARY)}


def _psgi(server: str, *arguments: str) -> Program:
    return Program((f"/usr/bin/{server}", *arguments, "app.psgi"), ROOT / "examples" / "perl", README_ENVIRONMENT)


# Perl's own server has one process, which takes one request after another. Starman's processes share an App.
HOSTS = [
    Host("plackup", _psgi("plackup", "--no-default-middleware", "--host=127.0.0.1", "--port={port}")),
    Host("starman", _psgi("starman", "--listen=127.0.0.1:{port}", "--workers=4", "--preload-app"), processes=4),
]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "app.psgi").write_text(block)
    return ["starman", f"--listen=localhost:{port}"]
