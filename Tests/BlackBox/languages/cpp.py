"""examples/cpp, a program of C++ that found the library where it is installed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from program import PREFIX, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="C++17",
    versions=("12",),
    asks=("g++", "--version"),
    package="headers beside `stauth.h`",
    adapters="any server; libmicrohttpd",
)
README_ENVIRONMENT = {"LD_LIBRARY_PATH": str(PREFIX)}
HOSTS = [Host("cpp", Program((str(ROOT / "build" / "cpp" / "guestbook"),)))]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of main()."""
    includes = "#include <stauth.hpp>\n#include <stauth/microhttpd.hpp>\n"
    (folder / "main.cpp").write_text(f"{includes}int main() {{\n{block}}}\n")
    environment = os.environ | {"PKG_CONFIG_PATH": str(PREFIX / "pkgconfig")}
    command = "g++ -std=c++17 main.cpp $(pkg-config --cflags --libs stauth libmicrohttpd) -o readme"
    subprocess.run(command, shell=True, cwd=folder, env=environment, check=True)
    return [str(folder / "readme")]
