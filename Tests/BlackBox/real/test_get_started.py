"""docs/get-started.md, followed to the letter in a new Debian: from a clone to "Hello, Ada" in C, Python and Node.js.

The clone is this one, with what is built already, and the new Debian has its changes in a layer of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import Browser
from container import AUTHORITIES
from debian_root import PATH, DebianRoot, reason_to_skip
from hosts import ROOT, STOP_SECONDS, free_port
from serving import wait_for

PAGE = (ROOT / "docs" / "get-started.md").read_text("utf-8")
TOOLCHAIN = Path("/opt/swift")
# A block, and the file that the sentence before it names.
BLOCK = re.compile(r"(?:`(build/hello/[^`]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.S | re.M)
# The last line of a block that goes on until Ctrl-C.
SERVES = re.compile(r"oidc-provider-mock --user|^build/hello/hello$|flask run|node hello\.js")


def blocks(section: str) -> list[tuple[str, str, str]]:
    (text,) = re.findall(rf"^#+ {re.escape(section)}\n(.*?)(?=^##|\Z)", PAGE, re.S | re.M)
    return BLOCK.findall(text)


class Newcomer:
    """Does what the page says in a root of its own. The mounts are in a namespace that ends with its process."""

    def __init__(self, folder: Path, ports: dict[str, str]) -> None:
        self.root, self.ports, self.output = folder / "root", ports, folder / "output"
        DebianRoot("bookworm", self.root)
        (self.root / "etc" / "hosts").write_text("127.0.0.1 localhost\n")  # where this test looks
        # pip there trusts whom pip of this machine does: its way to PyPI may have authorities of its own.
        shutil.copy(os.environ.get("PIP_CERT", AUTHORITIES), self.root / "authorities.pem")
        for name in ("upper", "work"):
            (folder / name).mkdir()
        here = self.root / ROOT.relative_to("/")
        for place in (here, self.root / TOOLCHAIN.relative_to("/")):
            place.mkdir(parents=True)
        layers = f"lowerdir={ROOT},upperdir={folder / 'upper'},workdir={folder / 'work'}"
        mounts = [
            ["mount", "-t", "overlay", "overlay", "-o", layers, str(here)],
            ["mount", "--bind", str(TOOLCHAIN), str(self.root / TOOLCHAIN.relative_to("/"))],
            ["mount", "--bind", "/dev", str(self.root / "dev")],
            ["mount", "-t", "proc", "proc", str(self.root / "proc")],
        ]
        script = " && ".join([*map(shlex.join, mounts), "echo mounted && exec cat"])
        command = ["unshare", "--mount", "sh", "-c", script]
        self.holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout and self.holder.stdout.readline() == "mounted\n"

    def close(self) -> None:
        self.holder.communicate()

    def shell(self, script: str) -> list[str]:
        """The command line that runs a script there."""
        environment = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "PIP_CERT": "/authorities.pem"}
        environment |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        inside = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), "bash", "-euc"]
        entered = ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt", "chroot", str(self.root)]
        return [*entered, *inside, f"cd {shlex.quote(str(ROOT))}\n{script}"]

    def run(self, script: str) -> None:
        ended = subprocess.run(self.shell(script), capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert ended.returncode == 0, f"{script}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"

    @contextlib.contextmanager
    def follow(self, section: str) -> Iterator[None]:
        """All blocks of a section, in order. The server that the last one starts runs until the end."""
        for file, language, text in blocks(section):
            for port, own in self.ports.items():
                text = text.replace(port, own)
            if language != "sh":
                assert file, f"the page does not say what the file of this block is called:\n{text}"
                self.run(f"cat > {file} << 'THE END'\n{text}THE END")
                continue
            *lines, last = text.splitlines()
            if not SERVES.search(last):
                self.run(text)
                continue
            port = self.ports["9400" if "oidc-provider-mock" in last else "8501"]
            if "--user-claims" in last:  # its port is the one that the page says without being asked
                last += f" --port {port}"
            directory, _, server = last.rpartition(" && ")
            commands = [*lines, *filter(None, [directory])]
            command = self.shell("\n".join([*commands, f"exec {server}"]))
            with self.output.open("wb") as output:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            try:
                wait_for(process, int(port), self.output)
                yield
            finally:
                process.terminate()
                process.wait(STOP_SECONDS)
            return
        yield


def reason() -> str | None:
    if not (TOOLCHAIN / "usr" / "bin" / "swift").exists():
        return "the Swift toolchain is not in /opt/swift"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "no mounts are allowed here"
    return reason_to_skip()


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    """One who has read up to the program."""
    if why := reason():
        pytest.skip(why)
    ports = {"8501": str(free_port()), "9400": str(free_port())}
    newcomer = Newcomer(tmp_path_factory.mktemp("newcomer"), ports)
    try:
        with newcomer.follow("1. Build the library"):
            pass
        packages = re.findall(r"# Debian: ([\w-]+)$", PAGE, re.M)
        assert packages == ["python3-venv", "libmicrohttpd-dev"]
        newcomer.run(f"apt-get install --yes --no-install-recommends {' '.join(packages)}")
        with newcomer.follow("2. Start a provider"), newcomer.follow("3. Write the settings"):
            yield newcomer
    finally:
        newcomer.close()


@pytest.mark.parametrize("language", ["C", "Python", "Node.js"])
def test_a_newcomer_is_greeted(newcomer: Newcomer, language: str) -> None:
    site = f"http://localhost:{newcomer.ports['8501']}"
    with newcomer.follow(f"In {language}"):
        browser = Browser()
        page = browser.open(f"{site}/")
        assert page.url.startswith(f"http://localhost:{newcomer.ports['9400']}/"), "at the provider"
        page = page.submit(page.url, {"sub": "ada"})
        assert (page.status, page.text.strip(), page.url) == (200, "Hello, Ada", f"{site}/")
        left = browser.open(f"{site}/auth/logout")
        assert "Sign out" in left.text


def test_every_block_is_here() -> None:
    read = ["1. Build the library", "2. Start a provider", "3. Write the settings", "In C", "In Python", "In Node.js"]
    followed = sum(len(blocks(section)) for section in read)
    assert followed + len(re.findall(r"^```toml$", PAGE, re.M)) == PAGE.count("```") // 2
