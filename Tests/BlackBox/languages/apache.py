"""examples/apache: Apache with mod_stauth, as threads and as processes."""

from __future__ import annotations

import signal
from pathlib import Path

from program import PREFIX, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Apache",
    versions=("2.4",),
    asks=("/usr/sbin/apache2", "-v"),
    package="`mod_stauth`",
    adapters="`AuthType stauth`, `Require stauth-claim`",
)
MODULES = "/usr/lib/apache2/modules"
EXAMPLE = ROOT / "examples" / "apache"
MODULE = ROOT / "build" / "apache" / "modules" / "mod_stauth.so"
README_ENVIRONMENT = {"LD_LIBRARY_PATH": str(PREFIX)}


def _apache(*definitions: str) -> Program:
    defined = ("PORT {port}", f"PAGES {EXAMPLE}", *definitions)
    options = (word for definition in defined for word in ("-C", f"Define {definition}"))
    command = ("/usr/sbin/apache2", "-D", "FOREGROUND", "-d", str(EXAMPLE), "-f", "httpd.conf", *options)
    return Program(command, EXAMPLE, README_ENVIRONMENT)


# At SIGTERM, children of Apache that have just begun crash now and then, also without the module.
_GENTLY: int = signal.SIGWINCH
HOSTS = [
    Host("apache", _apache(), ends_by=_GENTLY, checks_names=True),
    Host("apache-prefork", _apache("PREFORK"), processes=32, ends_by=_GENTLY, checks_names=True),
]

# The page that the block protects, which only has to show a claim.
README_CONFIGURATION = """
ServerName localhost
DefaultRuntimeDir /tmp
PidFile {folder}/pid
ErrorLog /dev/stderr
Listen 127.0.0.1:{port}
User www-data
Group www-data
TypesConfig /dev/null
AliasMatch "^" "{page}"
{secrets}
<Location "/">
    {place}
    Options +IncludesNOEXEC
    AddType text/plain .shtml
    AddOutputFilter INCLUDES .shtml
</Location>
"""


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The first line for the server, the others for a place, as the README says."""
    secrets, place = block.replace("conf/secrets.toml", "${STAUTH_SECRETS}").split("\n", 1)
    page = ROOT / "bindings" / "apache" / "test" / "hello.shtml"
    names = ("mpm_event", "authn_core", "authz_core", "authz_user", "alias", "include", "mime")
    loaded = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names]
    loaded.append(f"LoadModule stauth_module {MODULE}")
    text = README_CONFIGURATION.format(folder=folder, port=port, page=page, secrets=secrets, place=place)
    (folder / "httpd.conf").write_text("\n".join([*loaded, text]))
    return ["/usr/sbin/apache2", "-D", "FOREGROUND", "-d", str(folder), "-f", str(folder / "httpd.conf")]
