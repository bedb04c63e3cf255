"""examples/go, linked to the library as its users link it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from program import PREFIX, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Go",
    versions=("1.19",),
    asks=("go", "version"),
    package="module `stauth`, linked by cgo",
    adapters="`net/http`",
)
README_ENVIRONMENT = {"LD_LIBRARY_PATH": str(PREFIX)}
HOSTS = [Host("go", Program((str(ROOT / "build" / "go" / "guestbook"),), environment=README_ENVIRONMENT))]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of main()."""
    imports = '"fmt"\n"log"\n"net/http"\n"stauth"'
    (folder / "main.go").write_text(f"package main\nimport (\n{imports}\n)\nfunc main() {{\n{block}}}\n")
    module = ROOT / "bindings" / "go"
    (folder / "go.mod").write_text(f"module readme\ngo 1.19\nrequire stauth v0.2.0\nreplace stauth => {module}\n")
    environment = {"PKG_CONFIG_PATH": str(PREFIX / "pkgconfig"), "GOCACHE": str(ROOT / "build" / "go" / "cache")}
    environment |= {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    subprocess.run(["go", "build", "-o", "readme", "."], cwd=folder, env=os.environ | environment, check=True)
    return [str(folder / "readme")]
