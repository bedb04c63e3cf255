"""What nginx says when it does not start."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from site_server import LIBRARY, MODULES, Site

CONFIGURATION = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
pid nginx.pid;
error_log stderr;
events {}
http {
    lua_package_path "MODULES/?.lua;;";
    init_by_lua_block { auth = require("stauth").new() }
}
"""


def complaint(secrets: str, **environment: str) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nginx.conf").write_text(CONFIGURATION.replace("MODULES", str(MODULES)))
        (folder / "secrets.toml").write_text(secrets)
        known = {"STAUTH_LIBRARY": str(LIBRARY), "STAUTH_SECRETS": str(folder / "secrets.toml")}
        command = ["/usr/sbin/nginx", "-p", name, "-e", "stderr", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        done = subprocess.run(command, env=os.environ | known | environment, capture_output=True, text=True, timeout=30)
        assert done.returncode != 0, done
        return done.stderr


def test_all_problems_of_the_settings(_site: Site) -> None:
    said = complaint("[auth]\nredirect_uri = 'nowhere'\n")
    assert "redirect_uri: must be" in said and "cookie_secret: is missing" in said, said


def test_settings_that_are_missing(_site: Site) -> None:
    assert "no such file" in complaint("", STAUTH_SECRETS="/missing/secrets.toml")


def test_library_that_is_missing(_site: Site) -> None:
    said = complaint("", STAUTH_LIBRARY="/missing/libstauth.so.0", LD_LIBRARY_PATH="")
    assert "libstauth.so.0 cannot be loaded" in said and "/missing/libstauth.so.0" in said, said
