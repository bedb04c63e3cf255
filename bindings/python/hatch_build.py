"""Builds libstauth.so for the wheel. The result runs on this machine; `./run wheel` makes the one for every Linux."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HINT = """\
libstauth: the library could not be built; see above for what is missing. Wheels, which need no compiler, are available
for Linux with glibc on x86_64; this build requires CMake 3.25 or later, Swift 6.3 or later (https://swift.org/install),
and the development files of OpenSSL 3, libcurl, jansson, zlib and toml++."""


class LibraryBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # developers of the binding name the library in STAUTH_LIBRARY
            return
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["force_include"][str(self.build_library())] = "libstauth/_lib/libstauth.so.0"

    def build_library(self) -> Path:
        """The same build as `./run build`, in a source distribution or in the repository."""
        root = Path(self.root)
        source = root / "library"
        if not source.exists():
            source = root.parents[1]
        build = source / "build"
        if not sys.platform.startswith("linux"):
            sys.exit("libstauth: there is a library for Linux only")
        if shutil.which("cmake") is None:
            sys.exit(f"libstauth: CMake is missing: there is no cmake on PATH\n{HINT}")
        for command in (
            ["cmake", "-S", str(source), "-B", str(build), "-DSTAUTH_NORMAL=OFF", "-DBUILD_TESTING=OFF"],
            ["cmake", "--build", str(build)],
        ):
            # A backend's output goes where the frontend's own messages go.
            if subprocess.run(command, stdout=sys.stderr).returncode != 0:
                sys.exit(HINT)
        return (build / "lib" / "libstauth.so.0").resolve()
