"""Every fenced block of the documents that users read, and what shows that it is right: a compiler or a parser, or a
test that runs it as it stands. `text` is output, or another program's settings. scripts/lint/documents.py uses this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^( *)```(\S*)\n(.*?)^ *```$", re.S | re.M)
# Languages that test_documented_blocks.py compiles or parses, in every document.
CHECKED = {
    "apache",
    "c",
    "cpp",
    "csharp",
    "elixir",
    "erlang",
    "go",
    "html",
    "java",
    "js",
    "lua",
    "nginx",
    "perl",
    "php",
}
CHECKED |= {"python", "r", "ruby", "rust", "sh", "swift", "toml", "xml", "yaml"}
PLAIN = "text"
# Blocks of other languages, and the test that runs them.
RUN = {
    ("docs/c.md", "c"): "Tests/C/package/readme.sh",
    ("docs/deployment.md", "apache"): "Tests/BlackBox/real/test_deployment.py",
    ("docs/deployment.md", "caddyfile"): "Tests/BlackBox/real/test_deployment.py",
    ("docs/deployment.md", "dockerfile"): "Tests/BlackBox/real/test_container.py",
    ("docs/deployment.md", "nginx"): "Tests/BlackBox/real/test_deployment.py",
    ("docs/deployment.md", "systemd"): "Tests/BlackBox/real/test_deployment.py",
    ("docs/gateway.md", "caddyfile"): "Tests/Program/test_gateway_forward.py",
    ("docs/gateway.md", "haproxy"): "Tests/Program/test_gateway_forward.py",
    ("docs/gateway.md", "nginx"): "Tests/Program/test_gateway_forward.py",
    ("docs/install.md", "cmake"): "Tests/C/package/readme.sh",
    ("docs/monitoring.md", "c"): "Tests/BlackBox/real/test_operators_documents.py",
    ("docs/monitoring.md", "nginx"): "Tests/BlackBox/real/test_operators_documents.py",
    ("docs/native.md", "c"): "Tests/BlackBox/real/test_native.py",
    ("docs/program.md", "sh"): "Tests/Program/test_program_page.py",
    ("docs/program.md", "text"): "Tests/Program/test_program_page.py",
    ("docs/sessions.md", "c"): "Tests/BlackBox/real/test_operators_documents.py",
}


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str

    @property
    def test(self) -> str | None:
        """The test that runs it, if it is not checked by its language."""
        return RUN.get((self.page, self.language))


def pages() -> list[Path]:
    found = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "bindings").glob("*/README.md")]
    return sorted([*found, ROOT / "bindings" / "README.md", *(ROOT / "examples").rglob("README.md")])


def blocks() -> list[Block]:
    found = []
    for path in pages():
        text = path.read_text("utf-8")
        for match in FENCE.finditer(text):
            indentation, language, block = match.groups()
            line = text.count("\n", 0, match.start()) + 1
            lines = re.sub(rf"(?m)^{indentation}", "", block)
            found.append(Block(path.relative_to(ROOT).as_posix(), line, language, lines))
    return found
