"""The Debian packages, as their users meet them: in a new Debian, upgraded, used to log in, and purged."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from built import PACKAGES
from debian_root import DebianRoot, reason_to_skip
from deployment import Deployment
from hosts import ROOT, Host, Program

USE_FROM_C, INSTALL = ((ROOT / "docs" / name).read_text("utf-8") for name in ("c.md", "install.md"))
NAMES = ("libstauth0", "libstauth-dev", "libapache2-mod-stauth", "stauth")
# What they depend on, and what a program in C is made with.
OTHERS = ("apache2", "gcc", "libc6-dev", "libcurl4", "libjansson-dev", "libmicrohttpd-dev", "libssl-dev", "pkg-config")
# A new Debian has no /dev/stderr, which is a link into /proc.
SITE = """
ServerName localhost
LogLevel notice stauth:info
ErrorLog "|/bin/sh -c 'cat >&2'"
<Location /user.json>
    SetHandler stauth-user
</Location>
"""


def package(name: str) -> Path:
    (path,) = PACKAGES.glob(f"{name}_*.deb")
    return path


def older(name: str, folder: Path) -> None:
    """The package as version 0.1.0 of it was: only the number is another."""
    unpacked = folder / name
    subprocess.run(["dpkg-deb", "--raw-extract", package(name), unpacked], check=True)
    control = unpacked / "DEBIAN" / "control"
    control.write_text(re.sub(r"0\.2\.0", "0.1.0", control.read_text()))
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", unpacked, folder / f"{name}.deb"], check=True)
    shutil.rmtree(unpacked)


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def suite(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def root(suite: str, tmp_path_factory: pytest.TempPathFactory) -> DebianRoot:
    """Where an older version was installed and set up before this one."""
    if reason := reason_to_skip(suite):
        pytest.skip(reason)
    root = DebianRoot(suite, tmp_path_factory.mktemp(suite) / "root", OTHERS)
    for folder in ("old", "new"):
        (root.folder / folder).mkdir()
    for name in NAMES:
        older(name, root.folder / "old")
        shutil.copy(package(name), root.folder / "new" / f"{name}.deb")
    root.install(*(f"/old/{name}.deb" for name in NAMES))
    root.shell("echo '# of the operator' >> /etc/apache2/mods-available/stauth.load")
    root.install(*(f"/new/{name}.deb" for name in NAMES))
    return root


def inside(root: DebianRoot, settings: str, *command: str, ends_by: int = signal.SIGTERM) -> Host:
    """A host in the root, with its settings where an operator puts them."""
    there = root.folder / settings.lstrip("/")
    script = 'install -D --mode=600 "$1" "$2" && shift 2 && exec "$@"'
    arguments = ("/bin/sh", "-c", script, "sh", "{secrets}", str(there), *root.command(*command))
    return Host("packaged", Program(arguments), ends_by=ends_by)


def test_an_upgrade_keeps_what_the_operator_set_up(root: DebianRoot) -> None:
    versions = root.run("dpkg-query", "--show", "--showformat=${Package} ${Version} ${db:Status-Status}\n", *NAMES)
    assert {line.split(" ", 1)[1] for line in versions.splitlines()} == {"0.2.0-1 installed"}
    assert "# of the operator" in root.run("cat", "/etc/apache2/mods-enabled/stauth.load")
    root.run("apache2ctl", "configtest")


def test_no_file_differs_from_its_package(root: DebianRoot) -> None:
    changed = root.run("dpkg", "--verify", *NAMES)
    assert [line.split()[-1] for line in changed.splitlines()] == ["/etc/apache2/mods-available/stauth.load"]


def test_the_packages_depend_on_what_they_use(root: DebianRoot) -> None:
    """libcurl and zlib are loaded, which no tool sees; pkg-config asks for the headers of the others."""
    used = ("apache2-bin", "libcurl4", "libjansson-dev", "libssl-dev", "zlib1g")
    root.run("apt-mark", "auto", "apache2", *used)
    unneeded = root.run("apt-get", "autoremove", "--simulate")
    assert "Remv apache2 " in unneeded, "nothing depends on it, and apt would keep everything"
    assert [name for name in used if re.search(rf"^Remv {name}(?:t64)? ", unneeded, re.M)] == []


def test_a_program_in_c_is_built_as_the_documents_say(root: DebianRoot) -> None:
    source = "".join(re.findall(r"^```c\n(.*?)^```", USE_FROM_C, re.S | re.M))
    source += (ROOT / "Tests" / "C" / "package" / "readme_host.c").read_text()
    (root.folder / "main.c").write_text(source)
    (command,) = re.findall(r"^    (cc main\.c .*)$", INSTALL, re.M)
    (root.folder / "secrets.toml").write_text("""
[auth]
redirect_uri = "http://localhost:8000/oauth2callback"
cookie_secret = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"
client_id = "readme"
client_secret = "b8R-le94_nwA3uQr1MyXc6So0tZdIg7f"
server_metadata_url = "http://localhost:8001/.well-known/openid-configuration"
""")
    answers = root.shell(f"cd / && chmod 600 secrets.toml && {command} && ./a.out secrets.toml")
    assert answers == 'page {"is_logged_in":false}\nstatus 200, asks: 1\n'


def test_the_example_in_c_logs_in(root: DebianRoot, start: Callable[[Host], Deployment]) -> None:
    example = "/usr/share/doc/libstauth-dev/examples/c/demo.c"
    root.shell(f"cc {example} $(pkg-config --cflags --libs stauth libmicrohttpd jansson) -o /demo")
    settings = "/etc/demo/secrets.toml"
    host = inside(root, settings, "STAUTH_DEMO_LOG=1", "/demo", settings, "{port}")
    site = start(host)
    assert site.log_in(site.browser())["name"] == "Ada Lovelace"


def test_apache_logs_in_as_its_configuration_suggests(root: DebianRoot, start: Callable[[Host], Deployment]) -> None:
    """With the lines of the package's own file, once their # is removed."""
    root.run(
        "sed", "--in-place", "--regexp-extended", "s/^#(Stauth|<|    )/\\1/", "/etc/apache2/mods-available/stauth.conf"
    )
    (root.folder / "etc/apache2/conf-enabled/site.conf").write_text(SITE)
    (root.folder / "etc/apache2/ports.conf").write_text("<IfDefine PORT>\nListen 127.0.0.1:${PORT}\n</IfDefine>\n")
    (root.folder / "var/www/html/members").mkdir()
    (root.folder / "var/www/html/members/index.html").write_text("<p>Members only</p>")
    script = ". /etc/apache2/envvars && exec apache2 -D FOREGROUND -C 'Define PORT {port}'"
    site = start(inside(root, "/etc/apache2/secrets.toml", "/bin/sh", "-c", script, ends_by=signal.SIGWINCH))
    browser = site.browser()
    assert browser.open(site.url("/")).status == 200
    page = browser.open(site.url("/members/"))
    assert (page.status, page.text) == (200, "<p>Members only</p>"), site.host.log()[-2000:]
    assert len(page.history) > 2, "it was no login"
    assert site.user(browser)["name"] == "Ada Lovelace"
    assert "event=login_succeeded" in site.host.log()


def test_lintian_finds_no_error() -> None:
    ended = subprocess.run(
        ["lintian", "--allow-root", "--fail-on=error", *PACKAGES.glob("*.deb")], capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_purge_leaves_nothing(root: DebianRoot) -> None:
    (root.folder / "etc/apache2/conf-enabled/site.conf").unlink(missing_ok=True)
    root.run("apt-get", "purge", "--yes", *NAMES)
    left = root.shell("find / -xdev '(' -path /proc -o -path /old -o -path /new ')' -prune -o -name '*stauth*' -print")
    assert left == ""
    root.run("apache2ctl", "configtest")
