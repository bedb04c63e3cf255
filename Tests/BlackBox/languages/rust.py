"""examples/rust, on hyper: requests to providers on threads, and by hyper's client, which never blocks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from program import PREFIX, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Rust",
    versions=("1.63", "1.95"),
    asks=("rustc", "--version"),
    package="crates `stauth-sys` and `stauth`",
    adapters="hyper; a layer for tower",
)
BUILD = ROOT / "build" / "rust"
BINDING = ROOT / "bindings" / "rust" / "stauth"
README_ENVIRONMENT = {"LD_LIBRARY_PATH": str(PREFIX)}


def _guestbook(**environment: str) -> Program:
    return Program((str(BUILD / "target" / "debug" / "guestbook"),), environment=README_ENVIRONMENT | environment)


HOSTS = [Host("hyper", _guestbook()), Host("hyper-client", _guestbook(GUESTBOOK_CLIENT="hyper"))]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of main()."""
    (folder / "src").mkdir()
    start = f"#[tokio::main]\nasync fn main() -> Result<(), stauth::BoxError> {{\n{block}Ok(())\n}}\n"
    (folder / "src" / "main.rs").write_text(f"use hyper::{{Response, Server}};\n{start}")
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "readme"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n'
        'hyper = { version = "0.14", features = ["client", "http1", "server", "tcp"] }\n'
        'tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }\n'
        f'stauth = {{ path = "{BINDING}", features = ["hyper"] }}\n'
    )
    environment = {"PKG_CONFIG_PATH": str(PREFIX / "pkgconfig"), "CARGO_HOME": str(BUILD / "cargo")}
    environment |= {"CARGO_TARGET_DIR": str(BUILD / "target"), "PATH": f"/usr/bin:{os.environ['PATH']}"}
    subprocess.run(["cargo", "build", "--offline"], cwd=folder, env=os.environ | environment, check=True)
    return [str(BUILD / "target" / "debug" / "readme")]
