"""examples/php, copied to where its package is: behind nginx by php-fpm, and with PHP's own server."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, PREFIX, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="PHP",
    versions=("8.2",),
    asks=("php", "--version"),
    package="extension by `phpize`, or `ffi.preload`; Composer",
    adapters="plain PHP, PSR-15",
)
PLACE = ROOT / "build" / "php"
# ":" is PHP's own folder of ini files.
README_ENVIRONMENT = {"PHP_INI_SCAN_DIR": f":{PLACE}/with-extension", "LD_LIBRARY_PATH": str(PREFIX)}


def _host(name: str, way: str, *command: str) -> Host:
    """PHP hides what LD_PRELOAD defines, the tests' clock, from what it loads: so the library is loaded earlier."""
    environment = {"PHP_INI_SCAN_DIR": f":{PLACE}/with-{way}", "LD_LIBRARY_PATH": str(PREFIX)}
    environment |= {"LD_PRELOAD": str(LIBRARY), "PHP_CLI_SERVER_WORKERS": "4"}
    return Host(name, Program(command, PLACE, environment), processes=4, hangs_up=command == SERVER)


SERVER = ("/usr/bin/php", "-S", "127.0.0.1:{port}", "index.php")
HOSTS = [
    _host("php-fpm", "extension", str(PLACE / "serve.sh"), "{port}"),
    _host("php", "extension", *SERVER),
    _host("php-ffi", "ffi", *SERVER),
]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "index.php").write_text(block)
    (folder / "vendor").mkdir()
    (folder / "vendor" / "autoload.php").symlink_to(PLACE / "package" / "autoload.php")
    return ["php", "-S", f"localhost:{port}", "index.php"]
