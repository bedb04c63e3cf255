"""A new Debian or Ubuntu in a folder, for what must work on a machine where nothing else was installed."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import urllib.request
from pathlib import Path

from hosts import ROOT

MIRROR = "http://deb.debian.org/debian"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Kept, because making one takes a minute.
_KEPT = ROOT / "build" / "roots"
_ZSTD = ("--use-compress-program", "zstd -T0")
# As in Docker's images: no service starts when its package is installed, and dpkg does not wait for the disk. No
# package is kept.
_POLICY = "#!/bin/sh\nexit 101\n"
_DPKG = "force-unsafe-io\n"
_APT = 'Binary::apt-get::APT::Keep-Downloaded-Packages "false";\n'


def reason_to_skip(suite: str = "bookworm") -> str | None:
    if os.geteuid() != 0:
        return "only root can make a root folder with debootstrap"
    try:
        urllib.request.urlopen(f"{MIRROR}/dists/{suite}/InRelease", timeout=20).close()
    except OSError as error:
        return f"no network, or no {MIRROR}: {error}"
    return None


class DebianRoot:
    """`folder` becomes what debian:SUITE-slim is made of, with `packages` added."""

    def __init__(self, suite: str, folder: Path, packages: tuple[str, ...] = ()) -> None:
        self.folder = folder
        digest = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:8]
        kept = _KEPT / (f"{suite}-{digest}.tar.zst" if packages else f"{suite}.tar.zst")
        folder.mkdir(parents=True)
        if kept.exists():
            _call("tar", "--extract", *_ZSTD, "--file", str(kept), "--directory", str(folder))
        elif packages:
            shutil.rmtree(folder)
            DebianRoot(suite, folder)
            self.install(*packages)
            _keep(folder, kept)
        else:
            _call("debootstrap", "--variant=minbase", suite, str(folder), MIRROR)
            _keep(folder, kept)
        shutil.copy("/etc/resolv.conf", folder / "etc")  # as Docker does

    def install(self, *packages: str) -> None:
        """Names, or files in the root."""
        policy = self.folder / "usr" / "sbin" / "policy-rc.d"
        policy.write_text(_POLICY)
        policy.chmod(0o755)
        (self.folder / "etc" / "dpkg" / "dpkg.cfg.d" / "small").write_text(_DPKG)
        (self.folder / "etc" / "apt" / "apt.conf.d" / "small").write_text(_APT)
        if not any((self.folder / "var" / "lib" / "apt" / "lists").glob("*_Packages*")):
            self.run("apt-get", "update")
        self.run("apt-get", "install", "--yes", "--no-install-recommends", "--allow-downgrades", *packages)

    def command(self, *arguments: str) -> list[str]:
        """The command line that runs a program in the root."""
        proxies = [f"{name}={value}" for name, value in os.environ.items() if name.lower().endswith("_proxy")]
        environment = [f"PATH={PATH}", "DEBIAN_FRONTEND=noninteractive", *proxies]
        return ["chroot", str(self.folder), "/usr/bin/env", "--ignore-environment", *environment, *arguments]

    def run(self, *arguments: str) -> str:
        """What the program prints; it must succeed."""
        return _call(*self.command(*arguments))

    def shell(self, script: str) -> str:
        return self.run("/bin/sh", "-euc", script)


def _call(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert ended.returncode == 0, f"{shlex.join(command)}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
    return ended.stdout


def _keep(folder: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    new = kept.with_suffix(f".{os.getpid()}")
    # Of the mirror, the lists are needed, and no package again.
    left_out = "--exclude=./var/cache/apt/*.bin", "--exclude=./var/cache/apt/archives/*.deb"
    _call("tar", "--create", *_ZSTD, "--file", str(new), "--directory", str(folder), *left_out, ".")
    new.rename(kept)
