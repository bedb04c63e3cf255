"""A root folder with this Python interpreter, the C library and nothing else: a machine without apt's libraries."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

# The only libraries that a manylinux wheel may expect of the system, and that Python itself does not need.
EXPECTED = ("libgcc_s.so.1", "libm.so.6")
FORBIDDEN = re.compile(r"lib(crypto|ssl|curl|jansson)\b")
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "*-packages", "config-*", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "tkinter"
)


def libraries_of(file: Path) -> list[Path]:
    """What the loader takes in for a program or library."""
    answer = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=True).stdout
    return [Path(path) for path in re.findall(r"(?:=> |^\t)(/\S+)", answer, re.MULTILINE)]


def system_library(name: str) -> Path:
    answer = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True, env=TOOLS).stdout
    machine = "x86-64" if os.uname().machine == "x86_64" else "AArch64"
    (path, *_) = re.findall(rf"{re.escape(name)} \(libc6,{machine}[^)]*\) => (\S+)", answer)
    return Path(path)


# Ubuntu 22.04's C library, the oldest that Debian 12's Python runs with, and what of Debian 12 needs a newer one.
# They are unpacked, not installed: no script of theirs runs.
POOL = "http://archive.ubuntu.com/ubuntu/pool/main/"
OLDER = {
    "g/glibc/libc6_2.35-0ubuntu3_amd64.deb": "ea9a27e0ebdd0cfc9c750d94f8074f3a35d1f97dcc77ae04c370fb498a6b6db2",
    "e/expat/libexpat1_2.4.7-1_amd64.deb": "1bfdea56a97926fb0b21690e3e259bb124e3d761aa10f5c4f2b06b165b9b7c60",
}


def older_libc(root: BareRoot, folder: Path) -> str | None:
    """Gives the root an older C library; or says why it cannot."""
    if os.uname().machine != "x86_64":
        return "there is an older glibc for x86_64 only"
    for name, digest in OLDER.items():
        try:
            with urllib.request.urlopen(POOL + name, timeout=60) as answer:
                package = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return f"no network, or no {POOL}{name}: {error}"
        assert hashlib.sha256(package).hexdigest() == digest, name
        (folder / "package.deb").write_bytes(package)
        subprocess.run(["dpkg-deb", "--extract", folder / "package.deb", folder / "older"], check=True)
    # Without links to the root's own files: the loader's, which is the host's here.
    unpacked = (folder / "older").resolve()
    files = {path.name: path for path in unpacked.rglob("*.so*") if path.resolve().is_relative_to(unpacked)}
    replaced = [path for path in root.folder.rglob("*.so*") if path.name in files]
    assert len(replaced) > 2
    for path in replaced:
        shutil.copy(files[path.name], path)
    return None


TOOLS = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}


class BareRoot:
    """`folder` becomes the root. Packages that are to be there are put into `packages`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
        self.packages = folder / "packages"
        self.packages.mkdir(parents=True)
        self._add(self.python)
        for name in EXPECTED:
            self._add(system_library(name))
        modules = sysconfig.get_config_var("DESTSHARED")
        for path in (sysconfig.get_path("stdlib"), modules):
            shutil.copytree(path, self._inside(path), ignore=LEFT_OUT, dirs_exist_ok=True)
        for module in self._inside(modules).glob("*.so"):
            needed = libraries_of(module)
            if any(FORBIDDEN.search(library.name) for library in needed):
                module.unlink()
                continue
            for library in needed:
                self._add(library)
        found = [path for path in folder.rglob("*.so*") if FORBIDDEN.search(path.name)]
        assert not found, f"the root is not bare: {found}"

    def _inside(self, path: str | Path) -> Path:
        return self.folder / str(path).lstrip("/")

    def _add(self, file: Path) -> None:
        """Copies a file with all libraries that it needs."""
        for each in [file, *libraries_of(file)]:
            target = self._inside(each)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(each, target)

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Runs Python code there, as a process that sees no other files."""
        root = ["chroot"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--root"]
        environment = {
            "PATH": TOOLS["PATH"],
            "PYTHONHOME": sys.base_prefix,
            "PYTHONPATH": "/packages",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [*root, str(self.folder), str(self.python), "-c", script]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
