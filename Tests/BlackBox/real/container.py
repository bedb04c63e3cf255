"""A Dockerfile's instructions, carried out without Docker: the base is a new Debian, and a container is a chroot()."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from debian_root import PATH, DebianRoot

AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


class Image:
    """`wheel` stands in for libstauth of the package index, which has none of this version."""

    def __init__(self, dockerfile: str, context: Path, folder: Path, wheel: Path) -> None:
        self.root = folder
        self.user, self.workdir, self.command = "root", "/", []
        self.environment = {"PATH": PATH}
        self._context, self._wheel = context, wheel
        for line in re.sub(r"\\\n\s*", "", dockerfile).splitlines():
            instruction, _, rest = line.partition(" ")
            getattr(self, "_" + instruction.lower())(rest)

    def run(self, command: list[str], **more: str) -> list[str]:
        """The command line that runs a command in the container."""
        environment = [f"{name}={value}" for name, value in {**self.environment, **more}.items()]
        there = f"cd {shlex.quote(self.workdir)} && exec {shlex.join(command)}"
        inside = ["/usr/bin/env", "--ignore-environment", *environment, "/bin/sh", "-c", there]
        return ["chroot", f"--userspec={self.user}:{self.user}", str(self.root), *inside]

    def _from(self, name: str) -> None:
        assert name == "debian:bookworm-slim", "another base needs another way to make it"
        DebianRoot("bookworm", self.root)
        build = self.root / "build"
        build.mkdir()
        shutil.copy(self._wheel, build)
        (build / "constraints.txt").write_text(f"libstauth @ file:///build/{self._wheel.name}\n")
        # pip in the image trusts whom pip of this machine does: its way to PyPI may have authorities of its own.
        shutil.copy(os.environ.get("PIP_CERT", AUTHORITIES), build / "authorities.pem")

    def _run(self, command: str) -> None:
        more = {"PIP_CONSTRAINT": "/build/constraints.txt", "PIP_CERT": "/build/authorities.pem"}
        more |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        self._call(self.run(["/bin/sh", "-c", command], **more))

    def _env(self, rest: str) -> None:
        for name, _, value in (part.partition("=") for part in shlex.split(rest)):
            self.environment[name] = value.replace("$PATH", self.environment["PATH"])

    def _workdir(self, path: str) -> None:
        self.workdir = path
        (self.root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        source, target = rest.split()
        shutil.copy(self._context / source, self.root / self.workdir.lstrip("/") / target)

    def _user(self, name: str) -> None:
        self.user = name

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _call(self, command: list[str]) -> None:
        ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert ended.returncode == 0, f"{shlex.join(command)}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
