"""The C reference: include/stauth.h as a page, in the order and the words of the header."""

from __future__ import annotations

import re
from pathlib import Path

from places import title as title_of

SECTION = re.compile(r"^/\* -+ (.+?) -+ \*/$", re.M)
# Names, paths and what is in backticks or double quotes.
CODE = re.compile(r"`[^`]+`|\bst_[a-z]\w*(?:\(\))?|\bST_[A-Z]\w*|\bdocs/[\w./-]+\.md|\b[a-z]+_[a-z_]+\b")
DECLARED = re.compile(r"\(\*(st_\w+)\)\(|\b(st_\w+)\(|^typedef [^(]*?\b(st_\w+);", re.M)
HEAD = """\
# C reference

Everything that `stauth.h` declares, with its comments. [Use it from C](../c.md) shows how to begin, and
[Errors](../errors.md) lists the error codes.

"""


def words(text: str, known: dict[str, str]) -> str:
    """A paragraph of a comment, with each name as code, and a link to where it is declared."""

    def named(match: re.Match[str]) -> str:
        shown = match[0].strip("`")
        if shown.startswith("docs/"):
            return f"[{title_of(shown)}](../{shown.removeprefix('docs/')})"
        anchor = known.get(shown.removesuffix("()"))
        return f"[`{shown}`](#{anchor})" if anchor else f"`{shown}`"

    parts = re.split(CODE, text)
    plain = [re.sub(r"([*<>_\\`|\[\]])", r"\\\1", part) for part in parts]
    return "".join(b for pair in zip(plain, [*map(named, re.finditer(CODE, text)), ""], strict=True) for b in pair)


def prose(comment: str, known: dict[str, str]) -> str:
    """A comment's text: paragraphs, and indented lines as they are."""
    lines = [re.sub(r"^(?: \* ?|   |/\* ?)", "", line).rstrip() for line in comment.removesuffix("*/").splitlines()]
    found = []
    for block in re.split(r"\n\s*\n", "\n".join(lines).strip("\n")):
        is_shown = all(line.startswith("    ") or line.startswith("  ") for line in block.splitlines())
        if is_shown:
            found.append("```text\n" + re.sub(r"(?m)^ {2,4}(?=\S)", "", block) + "\n```")
        else:
            found.append(words(block.strip(), known))
    return "\n\n".join(found)


def groups(section: str) -> list[tuple[str, str]]:
    """Comments with the declarations below them: up to the next comment that stands alone."""
    found: list[tuple[str, str]] = []
    comment, rest = "", []
    for part in re.split(r"(^/\*.*?\*/$)", section, flags=re.M | re.S):
        if part.startswith("/*") and part.endswith("*/"):
            comment = part
        elif code := part.strip("\n").rstrip():
            found.append((comment, code))
            comment = ""
    return found + rest


def declared(code: str) -> list[str]:
    return [next(filter(None, match)) for match in DECLARED.findall(code)]


def title(code: str) -> str:
    names = declared(code)
    if names:
        return ", ".join(f"`{name}`" for name in dict.fromkeys(names))
    constants = re.findall(r"\b(ST_[A-Z_0-9]+)\b", code)
    return f"`{constants[0]}` …" if constants else ""


def anchor(code: str) -> str:
    names = declared(code) or re.findall(r"\b(ST_[A-Z_0-9]+)\b", code)
    return names[0].lower()


def page(header: Path) -> str:
    text = header.read_text("utf-8")
    opening, body = text.split("#ifndef STAUTH_H", 1)
    body = body.rpartition("#ifdef __cplusplus")[0]
    _, *parts = SECTION.split(body)
    sections = [(parts[index], groups(parts[index + 1])) for index in range(0, len(parts), 2)]
    known = {}
    for _, found in sections:
        for _, code in found:
            for name in declared(code) + re.findall(r"\b(ST_[A-Z_0-9]+) =", code):
                known.setdefault(name, anchor(code))
    conventions = opening.split(" * Conventions:\n", 1)[1].replace(" */", "")
    listed = [
        " ".join(item.split()) for item in re.split(r"^ \* \d+\. +", conventions.replace("\n *  ", "\n"), flags=re.M)
    ]
    written = [HEAD, "## Conventions\n\n"]
    written += [f"{number}. {words(item, known)}\n" for number, item in enumerate(listed) if item.strip(" *")]
    for name, found in sections:
        written.append(f"\n## {name}\n")
        for comment, code in found:
            if not title(code):
                continue
            written.append(f"\n### {title(code)} {{ #{anchor(code)} }}\n\n```c\n{code.replace('ST_API ', '')}\n```\n\n")
            written.append(prose(comment, known) + "\n" if comment else "")
    return "".join(written)
