"""examples/node, copied to where its package is installed. Express is Debian's."""

from __future__ import annotations

from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Node.js",
    versions=("18", "20"),
    asks=("node", "--version"),
    package="npm tarball with a prebuilt addon, `.d.ts`, CommonJS and ES modules",
    adapters="Express, Connect, Fastify, Koa, `node:http`, `(Request) => Response`",
)
PLACE = ROOT / "build" / "node"
README_ENVIRONMENT = {"NODE_PATH": str(PLACE / "node_modules"), "STAUTH_LIBRARY": str(LIBRARY)}


def _node(file: str) -> Program:
    environment = {"NODE_PATH": "/usr/share/nodejs", "STAUTH_LIBRARY": str(LIBRARY)}
    return Program(("/usr/bin/node", "--trace-warnings", file), PLACE, environment)


HOSTS = [Host("node", _node("server.mjs")), Host("express", _node("express.js"))]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    (folder / "server.js").write_text(block)
    return ["node", "server.js"]
