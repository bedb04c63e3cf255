"""A new Debian with /dev and /proc, where programs of other languages run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from built import PACKAGES
from debian_root import DebianRoot, reason_to_skip

_MOUNTS = """
mount --bind /dev "$1/dev" && mount -t proc proc "$1/proc" && shift && exec "$@"
"""
_LIBRARY = ("libstauth0", "libstauth-dev")


class Machine(DebianRoot):
    """Has what `./run package` made in /packages, and of that the library installed. The mounts of a program are in a
    namespace that ends with it."""

    def __init__(self, folder: Path, packages: tuple[str, ...]) -> None:
        super().__init__("bookworm", folder, packages)
        shutil.copytree(PACKAGES, folder / "packages")
        (folder / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
        self.install(*("/" + str(path.relative_to(folder)) for name in _LIBRARY for path in self._made(name)))

    def _made(self, name: str) -> list[Path]:
        return list((self.folder / "packages").glob(f"{name}_*.deb"))

    def command(self, *arguments: str) -> list[str]:
        inside = super().command("HOME=/root", "LANG=C.UTF-8", *arguments)
        return ["unshare", "--mount", "sh", "-euc", _MOUNTS, "sh", str(self.folder), *inside]


def reason_for_no_machine() -> str | None:
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "no mounts are allowed here"
    return reason_to_skip()
