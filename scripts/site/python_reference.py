"""The Python reference: the docstrings of the package libstauth, found without importing it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HEAD = """\
# Python reference

The public names of `libstauth`, from their docstrings. [Python](../runtimes/python.md) shows how they are used.
"""


def signature(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> str:
    arguments = ast.unparse(function.args)
    arguments = re.sub(r"^(?:self|cls)(?:, )?", "", arguments).removeprefix("/, ")
    result = f" -> {ast.unparse(function.returns)}" if function.returns and name != "__init__" else ""
    before = "async " if isinstance(function, ast.AsyncFunctionDef) else ""
    return f"{before}{name}({arguments}){result}"


def text(node: ast.AST) -> str:
    """A docstring, whose indented lines stay as they are."""
    found = ast.get_docstring(node) or ""  # type: ignore[arg-type]
    return found + "\n\n" if found else ""


def is_property(function: ast.AST) -> bool:
    return any("property" in ast.unparse(one) for one in getattr(function, "decorator_list", []))


def members(owner: ast.ClassDef) -> list[str]:
    found = []
    for node in owner.body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not ast.get_docstring(node):
            continue
        if node.name.startswith("_") or any("overload" in ast.unparse(one) for one in node.decorator_list):
            continue
        shown = f"{node.name}" if is_property(node) else signature(node, node.name)
        found.append(f"`{owner.name}.{shown}`\n\n" + text(node))
    return found


def entry(module: str, node: ast.AST) -> str:
    name = node.name  # type: ignore[attr-defined]
    heading = f"### `{name}` {{ #{module}.{name} }}\n\n"
    if isinstance(node, ast.ClassDef):
        made = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        bases = ", ".join(map(ast.unparse, node.bases))
        code = f"class {name}({bases})" if bases else f"class {name}"
        code += f"\n{signature(made, name)}" if made else ""
        return f"{heading}```text\n{code}\n```\n\n{text(node)}" + "".join(members(node))
    return f"{heading}```text\n{signature(node, name)}\n```\n\n{text(node)}"  # type: ignore[arg-type]


def page(package: Path) -> str:
    written = [HEAD]
    for path in sorted(package.glob("*.py"), key=lambda path: path.stem):
        if path.stem.startswith("_") and path.stem != "__init__":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        module = "libstauth" if path.stem == "__init__" else f"libstauth.{path.stem}"
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        public = [
            node
            for node in tree.body
            if isinstance(node, kinds) and not node.name.startswith("_") and ast.get_docstring(node)
        ]
        if public or module == "libstauth":
            written.append(f"\n## `{module}`\n\n{text(tree)}")
            written += [entry(module, node) for node in public]
    return "".join(written)
