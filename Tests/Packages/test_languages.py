"""The package of each language, installed as its README says in a new Debian that has the library's own packages and no
repository; then a user signs in to the README's first program."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from browser import Browser
from deployment import COOKIE_SECRET, settings_for
from hosts import ROOT, STOP_SECONDS, free_port
from machine import Machine, reason_for_no_machine
from provider import OpenIDProvider
from serving import wait_for
from toml_writer import write_secrets

INSTALLS = re.compile(r"^ +\S.* # Debian: (.+)$", re.M)


@dataclass(frozen=True)
class First:
    """A README's first program: the file that it is in, how it is started, unless the README's last line does, and what
    is around it in the file."""

    file: str
    start: str
    around: str = "{block}"
    servers: tuple[str, ...] = ()
    """Debian packages besides those that the README names."""


JAVA = """import java.net.*; import com.sun.net.httpserver.*; import dev.stauth.*; import dev.stauth.httpserver.*;
final class Main {{ public static void main(String[] arguments) throws java.io.IOException {{ {block} }} }}
"""
CSHARP = """using System; using System.Collections.Generic; using System.Threading.Tasks; using Stauth;
static class Program {{ static void Main() {{ {block} }} }}
"""
GO = """package main
import ("fmt"; "log"; "net/http"; "stauth")
func main() {{
{block} }}
"""
CPP = """#include <stauth.hpp>
#include <stauth/microhttpd.hpp>
int main() {{ {block} }}
"""
NGINX = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
user www-data;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    default_type text/plain;
    {init}
    server {{ listen 127.0.0.1:{port}; {block} }}
}}
"""
ERLANG = "erl -noshell -noinput -eval 'ok = file:eval(\"site.erl\"), receive after infinity -> ok end.'"
FIRST = {
    "cpp": First("main.cpp", "./a.out", CPP),
    "csharp": First("Program.cs", "mono Program.exe", CSHARP),
    "erlang": First("site.erl", f"env ERL_LIBS=stauth/_build/dev/lib:/usr/lib/elixir/lib {ERLANG}"),
    "go": First("main.go", "./readme", GO),
    "java": First("Main.java", "", JAVA),
    "lua": First("nginx.conf", "/usr/sbin/nginx -p . -e stderr -c nginx.conf -g 'daemon off;'", NGINX),
    "node": First("server.js", "node server.js"),
    "perl": First("app.psgi", "starman --listen=localhost:{port}", servers=("starman",)),
    "php": First("index.php", "php -d extension=stauth -S localhost:{port} index.php"),
    "r": First("app.R", "Rscript --vanilla app.R", servers=("r-cran-httpuv",)),
    "ruby": First("config.ru", "puma --bind tcp://localhost:{port} --quiet", servers=("puma", "ruby-rack")),
}
# What a program of the language needs before and after the README's lines.
BEFORE = {"go": ["go mod init readme"]}
AFTER = {"go": ["go build -o readme ."]}
# Debian's crates, in place of crates.io: those that `stauth` has features for.
CRATES = ("librust-hyper-dev", "librust-tower-layer-dev", "librust-tokio-dev")
REGISTRY = """
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "/usr/share/cargo/registry"
"""


def readme(language: str) -> str:
    return (ROOT / "bindings" / language / "README.md").read_text("utf-8")


def packages_of(language: str) -> list[str]:
    named = [name for line in INSTALLS.findall(readme(language)) for name in line.split()]
    assert named, f"bindings/{language}/README.md names no packages of Debian's"
    return named


def installation(language: str) -> list[str]:
    """The blocks that name Debian packages, each as a script."""
    blocks = re.findall(r"(?:^ {4,}\S.*\n)+", readme(language), re.M)
    return [block for block in blocks if INSTALLS.search(block)]


def program(language: str, port: int) -> str:
    (block,) = re.findall(r"\A.*?^```\w+\n(.*?)^```$", readme(language), re.S | re.M)
    block = re.sub(r"\b8501\b", str(port), block)
    init, _, server = block.partition("\n")
    return FIRST[language].around.format(block=server if language == "lua" else block, init=init, port=port)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """It has 3 GB, and pytest would keep it."""
    if reason := reason_for_no_machine():
        pytest.skip(reason)
    servers = [package for first in FIRST.values() for package in first.servers]
    named = {*servers, *CRATES, *(package for name in (*FIRST, "rust") for package in packages_of(name))}
    machine = Machine(tmp_path_factory.mktemp("languages") / "root", tuple(sorted(named)))
    yield machine
    # That may take minutes while others use the disk, so nobody waits for it.
    subprocess.run(["setsid", "--fork", "rm", "--recursive", "--force", machine.folder], check=True)


@contextmanager
def running(machine: Machine, folder: str, command: str, port: int, output: Path) -> Iterator[None]:
    script = f"cd {folder} && export STAUTH_SECRETS=$PWD/secrets.toml && exec {command}"
    with output.open("wb") as written:
        process = subprocess.Popen(machine.command("/bin/sh", "-euc", script), stdout=written, stderr=written)
    try:
        wait_for(process, port, output)
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


@pytest.mark.parametrize("language", sorted(FIRST))
def test_a_package_is_installed_where_nothing_else_is(
    machine: Machine, provider: OpenIDProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    port, here = free_port(), machine.folder / "srv" / language
    here.mkdir()
    monkeypatch.setitem(provider.claims, "name", "Ada")
    shared = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    (here / "secrets.toml").write_text(write_secrets(shared, {"default": settings_for(provider)}))
    (here / "secrets.toml").chmod(0o600)
    (here / FIRST[language].file).write_text(program(language, port))
    machine.shell(f"cp /packages/* /srv/{language}")
    scripts = [*BEFORE.get(language, []), *installation(language), *AFTER.get(language, [])]
    start = FIRST[language].start.format(port=port) or scripts.pop().strip()
    for script in scripts:
        machine.shell(f"cd /srv/{language}\n{script}")
    with running(machine, f"/srv/{language}", start, port, tmp_path / "output"):
        page = Browser().open(f"http://localhost:{port}/")
        assert (page.status, page.text.strip()) == (200, "Hello, Ada"), (tmp_path / "output").read_text()
        assert len(page.history) == 3, "to the provider, back to the callback, and to the page"


def test_the_crates_are_built_where_only_debians_are(machine: Machine) -> None:
    (machine.folder / "root/.cargo").mkdir()
    (machine.folder / "root/.cargo/config.toml").write_text(REGISTRY)
    machine.shell("cd /srv && cargo new --quiet rust && cp /packages/*.crate rust")
    (machine.folder / "srv/rust/src/main.rs").write_text("""
fn main() {
    println!("{:?}", stauth::App::new(stauth::Config::new()).err().map(|error| error.code().to_string()));
}
""")
    (lines,) = installation("rust")
    machine.shell(f"cd /srv/rust\n{lines}")
    assert machine.shell("cd /srv/rust && cargo run --quiet --offline") == 'Some("configuration_invalid")\n'
