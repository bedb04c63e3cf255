"""examples/perl as its users start it, with the distribution on its path."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Perl",
    versions=("5.36",),
    asks=("perl", "-v"),
    package="CPAN distribution, by FFI::Platypus",
    adapters="`Plack::Middleware`",
)
README_ENVIRONMENT = {"PERL5LIB": str(ROOT / "bindings" / "perl" / "lib"), "STAUTH_LIBRARY": str(LIBRARY)}

STARMAN = ("/usr/bin/starman", "--listen=127.0.0.1:{port}", "--workers=4", "--preload-app", "app.psgi")
HOSTS = [Host("starman", Program(STARMAN, ROOT / "examples" / "perl", README_ENVIRONMENT), processes=4)]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "app.psgi").write_text(block)
    return ["starman", f"--listen=localhost:{port}"]
