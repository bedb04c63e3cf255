"""The Python reference: the docstrings of the package libstauth, found without importing it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

# Modules that programs import, in the order of the page.
MODULES = ("flask", "django", "fastapi", "wsgi", "asgi", "dash", "gradio", "nicegui", "pages", "testing")
HEAD = """\
# Python reference

The public names of `libstauth`, from their docstrings. [Python](../runtimes/python.md) shows how to use them.
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


def exported(package: Path) -> dict[str, list[str]]:
    """The names of `libstauth` itself, by the module that each comes from, in the order of the imports."""
    tree = ast.parse((package / "__init__.py").read_text("utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {(node.module or "").rpartition(".")[2]: [alias.name for alias in node.names] for node in imports}


def public(path: Path, names: list[str] | None) -> list[ast.AST]:
    """Classes and functions with a docstring: those of these names, or all."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, kinds)]
    shown = [node for node in nodes if ast.get_docstring(node) and not node.name.startswith("_")]
    return [node for node in shown if names is None or node.name in names]


def page(package: Path) -> str:
    written = [HEAD, f"\n## `libstauth`\n\n{text(ast.parse((package / '__init__.py').read_text('utf-8')))}"]
    for module, names in exported(package).items():
        written += [entry("libstauth", node) for node in public(package / f"{module}.py", names)]
    for module in MODULES:
        path = package / f"{module}.py"
        written.append(f"\n## `libstauth.{module}`\n\n{text(ast.parse(path.read_text('utf-8')))}")
        written += [entry(f"libstauth.{module}", node) for node in public(path, None)]
    return "".join(written)
