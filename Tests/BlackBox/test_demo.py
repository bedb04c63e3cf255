"""`./run demo`, which new users try first: it finds what is missing, and its provider needs nothing but Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from browser import Browser
from hosts import ROOT

sys.path.append(str(ROOT / "scripts"))

from demo_provider import Client, DemoProvider

LOADER = "error while loading shared libraries: libncurses.so.6: cannot open shared object file"
REDIRECT_URI = "http://localhost:8501/oauth2callback"
ASKED = {
    "client_id": "demo",
    "redirect_uri": REDIRECT_URI,
    "response_type": "code",
    "code_challenge_method": "S256",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "nonce": "n-0S6_WzA2Mj",
    "state": "af0ifjsldkj",
}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder for PATH. Whatever apt-get is called with is in `installed`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    write(folder / "apt-get", f'echo "$@" >> {tmp_path}/installed')
    write(folder / "dpkg-query", "echo not-installed")
    return folder


def write(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run_demo(commands: Path, uid: int) -> subprocess.CompletedProcess[str]:
    write(commands / "id", f"echo {uid}")
    environment = {**os.environ, "PATH": f"{commands}:/usr/bin:/bin"}
    return subprocess.run([ROOT / "run", "demo"], env=environment, capture_output=True, text=True, timeout=60)


def test_a_swift_that_does_not_start_says_why(commands: Path, tmp_path: Path) -> None:
    write(commands / "swift", f'echo "swift: {LOADER}" >&2; exit 127')
    ended = run_demo(commands, uid=1000)
    assert ended.returncode == 1
    assert LOADER in ended.stdout
    assert "sudo apt-get install --no-install-recommends libncurses6" in ended.stderr
    assert not (tmp_path / "installed").exists(), "nothing may be installed before Swift is found"


def test_the_package_manager_of_swift_must_start_too(commands: Path) -> None:
    needed = "error while loading shared libraries: libxml2.so.2"
    write(commands / "swift", f'[ "$1" = --version ] || {{ echo "swift-build: {needed}" >&2; exit 127; }}')
    assert needed in run_demo(commands, uid=1000).stdout


def test_root_gets_the_libraries_of_swift_and_nothing_else_first(commands: Path, tmp_path: Path) -> None:
    write(commands / "swift", f'echo "swift: {LOADER}" >&2; exit 127')
    ended = run_demo(commands, uid=0)
    assert ended.returncode == 1
    assert LOADER in ended.stderr, "Swift does not start with them either"
    (installed,) = (tmp_path / "installed").read_text().splitlines()
    assert installed.split()[-4:] == ["libncurses6", "libsqlite3-0", "libcurl4", "libxml2"]


def test_an_old_swift_is_found_before_anything_is_installed(commands: Path, tmp_path: Path) -> None:
    write(commands / "swift", 'echo "Swift version 5.9 (swift-5.9-RELEASE)"')
    ended = run_demo(commands, uid=0)
    assert (ended.returncode, "Swift 5.9 is too old" in ended.stderr) == (1, True)
    assert not (tmp_path / "installed").exists()


def test_progress_is_shown_and_output_only_of_failures(tmp_path: Path) -> None:
    terminal = "from pty import spawn; from sys import argv, exit; exit(spawn(argv[1:]) >> 8)"
    step = 'printf "[1/2] Compiling Basics\\n"; exit'
    shown = {}
    for status in (0, 3):
        script = f"set -euo pipefail; source {ROOT}/scripts/common.sh; patiently bash -c '{step} {status}'"
        command = ["bash", "-c", script]
        on_terminal = subprocess.run([sys.executable, "-c", terminal, *command], capture_output=True, text=True)
        elsewhere = subprocess.run(command, capture_output=True, text=True)
        assert (on_terminal.returncode, elsewhere.returncode) == (status, status)
        assert "0 s  [1/2] Compiling Basics" in on_terminal.stdout
        shown[status] = (elsewhere.stdout, elsewhere.stderr)
    assert shown == {0: ("", ""), 3: ("", "[1/2] Compiling Basics\n")}


def test_a_step_that_says_nothing_shows_the_time(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "end")
    step = f"source {ROOT}/scripts/common.sh; patiently bash -c 'echo Compiling Basics; read -r _ < {tmp_path}/end'"
    ours, theirs = os.openpty()
    with subprocess.Popen(["bash", "-c", step], stdout=theirs, stderr=theirs) as process:
        os.close(theirs)  # so that its end can be read
        shown = b""
        while b" 1 s  Compiling Basics" not in shown:
            shown += os.read(ours, 4096)
        (tmp_path / "end").write_text("\n")
        assert process.wait(30) == 0
    os.close(ours)


def test_the_demo_runs_without_any_python_package() -> None:
    command = ["/usr/bin/python3", "-S", "-E", str(ROOT / "scripts" / "demo.py"), "--headless"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "localhost" not in ended.stdout, "a bare system has no /etc/hosts"
    assert '"name":"Ada Lovelace"' in ended.stdout.splitlines()[-1]


@pytest.fixture
def provider() -> Iterator[DemoProvider]:
    server = DemoProvider(Client("demo", "secret" * 8, REDIRECT_URI))
    yield server
    server.close()


def login_page(provider: DemoProvider, **changed: str) -> str:
    return f"{provider.issuer}/authorize?{urlencode(ASKED | changed)}"


def test_its_page_says_what_to_press_and_loads_nothing(provider: DemoProvider) -> None:
    for url in (login_page(provider), f"{provider.issuer}/logout", f"{provider.issuer}/"):
        page = Browser().open(url)
        assert page.status == 200
        assert not re.search(r"(?i)<(?:script|link|img|iframe)|\bsrc=|url\(|@import", page.text)
    assert "Choose who you are; there is no password" in Browser().open(login_page(provider)).text


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://localhost:8501/elsewhere"},
        {"client_id": "other"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "é"},
    ],
)
def test_it_sends_nobody_where_the_demo_is_not(provider: DemoProvider, changed: dict[str, str]) -> None:
    page = Browser().go("POST", login_page(provider, **changed), body=b"sub=ada", follow=False)
    assert (page.status, page.header("Location")) == (400, None)


def code_for(provider: DemoProvider) -> str:
    page = Browser().go("POST", login_page(provider), body=b"sub=ada", follow=False)
    answer = parse_qs(urlsplit(page.target).query)
    assert (answer["state"], answer["iss"]) == ([ASKED["state"]], [provider.issuer])
    return answer["code"][0]


def test_a_code_is_redeemed_once_by_who_began(provider: DemoProvider) -> None:
    authorization = "Basic ZGVtbzpzZWNyZXRzZWNyZXRzZWNyZXRzZWNyZXRzZWNyZXRzZWNyZXRzZWNyZXRzZWNyZXQ="
    wrong = (({"code_verifier": "wrong"}, authorization), ({}, ""), ({"redirect_uri": ""}, authorization))
    for changed, given in wrong:
        form = {"code": code_for(provider), "code_verifier": VERIFIER, "redirect_uri": REDIRECT_URI}
        assert provider.tokens(form | changed, given) is None
        assert provider.tokens(form, authorization) is None, "a refused code is spent"
    form = {"code": code_for(provider), "code_verifier": VERIFIER, "redirect_uri": REDIRECT_URI}
    assert provider.tokens(form, authorization) is not None
    assert provider.tokens(form, authorization) is None
