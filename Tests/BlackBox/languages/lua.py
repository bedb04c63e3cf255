"""examples/lua: nginx with Lua, whose requests to providers go through its cosockets."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="nginx with Lua",
    versions=("1.22",),
    asks=("/usr/sbin/nginx", "-v"),
    package="rock `stauth`, by LuaJIT's FFI",
    adapters="`access_by_lua`, `content_by_lua`",
)
README_ENVIRONMENT = {"STAUTH_LIBRARY": str(LIBRARY)}
EXAMPLE = ROOT / "examples" / "lua"
HOSTS = [Host("nginx-lua", Program((str(EXAMPLE / "serve.sh"), "{port}"), EXAMPLE, README_ENVIRONMENT))]

README_CONFIGURATION = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
user www-data;
pid nginx.pid;
events {{}}
http {{
    access_log off;
    default_type text/plain;
    lua_package_path "{library}/?.lua;;";
    {init}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The first line for http, the others for a server, as the README says."""
    init, server = block.split("\n", 1)
    library = ROOT / "build" / "lua" / "lib"
    (folder / "nginx.conf").write_text(
        README_CONFIGURATION.format(library=library, port=port, init=init, server=server)
    )
    return ["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
