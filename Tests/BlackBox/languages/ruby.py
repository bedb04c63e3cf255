"""examples/ruby as its users start it, with the gem on its path."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Ruby",
    versions=("3.1",),
    asks=("ruby", "--version"),
    package="gem, by ruby-ffi",
    adapters="Rack; helpers for Rails",
)
README_ENVIRONMENT = {"RUBYLIB": str(ROOT / "bindings" / "ruby" / "lib"), "STAUTH_LIBRARY": str(LIBRARY)}


def _puma(*arguments: str) -> Program:
    command = ("/usr/bin/puma", "--bind=tcp://127.0.0.1:{port}", *arguments)
    return Program(command, ROOT / "examples" / "ruby", README_ENVIRONMENT)


HOSTS = [
    Host("puma", _puma("--threads=8")),
    Host("puma-preload", _puma("--preload", "--workers=2", "--threads=8"), processes=2),
]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "config.ru").write_text(block)
    return ["puma", f"--bind=tcp://localhost:{port}", "--quiet"]
