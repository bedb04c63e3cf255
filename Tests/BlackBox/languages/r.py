"""examples/r, with the package that was installed into build/r."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="R",
    versions=("4.2",),
    asks=("R", "--version"),
    package="source package with a `.Call` shim",
    adapters="Shiny, plumber, httpuv",
)
README_ENVIRONMENT = {
    "R_LIBS": str(ROOT / "build" / "r" / "library"),
    "STAUTH_LIBRARY": str(LIBRARY),
    "LC_ALL": "C.UTF-8",
}


def _r(file: str) -> Program:
    command = ("/usr/bin/Rscript", "--vanilla", file)
    return Program(command, ROOT / "examples" / "r", README_ENVIRONMENT)


# The parser of httpuv, the server of both, takes no target with bytes above ASCII.
HOSTS = [Host(name, _r(f"{name}.R"), hangs_up=True) for name in ("shiny", "plumber")]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "app.R").write_text(block)
    return ["Rscript", "--vanilla", "app.R"]
