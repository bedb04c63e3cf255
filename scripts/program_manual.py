#!/usr/bin/env python3
"""Makes stauth(1), the manual page of the program, of what the program says about itself:
scripts/program_manual.py PROGRAM > stauth.1"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    dump = subprocess.run([sys.argv[1], "--experimental-dump-help"], capture_output=True, check=True, text=True)
    version = subprocess.run([sys.argv[1], "--version"], capture_output=True, check=True, text=True)
    print("\n".join(page(json.loads(dump.stdout)["command"], version.stdout.strip())))
    return 0


def page(program: dict[str, Any], version: str) -> Iterator[str]:
    name = program["commandName"]
    yield f'.TH {name.upper()} 1 "" "{name} {escaped(version)}" "User Commands"'
    yield f".SH NAME\n{name} \\- {escaped(program['abstract'].rstrip('.'))}"
    yield ".SH SYNOPSIS"
    for command in program["subcommands"]:
        if command["commandName"] != "help":
            yield f".B {name} {escaped(command['commandName'])}\n{escaped(synopsis(command))}\n.br"
    yield ".SH DESCRIPTION"
    yield paragraphs(program.get("discussion", ""))
    yield ".SH COMMANDS"
    for command in program["subcommands"]:
        if command["commandName"] != "help":
            yield f".SS {escaped(command['commandName'])}"
            yield paragraphs(command["abstract"])
            yield ".PP"
            yield paragraphs(command.get("discussion", ""))
            yield from options(command)
    yield ".SH ENVIRONMENT"
    yield ".TP\n.B NO_COLOR\nIf set, nothing is coloured. Elsewhere than on a terminal nothing is anyway."
    yield ".SH FILES"
    yield ".TP\n.I .streamlit/secrets.toml\n.TQ\n.I secrets.toml\nThe settings; the first one that exists."


def visible(command: dict[str, Any]) -> list[dict[str, Any]]:
    return [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]


def synopsis(command: dict[str, Any]) -> str:
    parts = []
    for argument in visible(command):
        if argument["kind"] == "positional":
            value = argument.get("valueName", "").upper()
            parts.append(f"[{value}]" if argument.get("isOptional") else value)
    return " ".join(["[options]", *parts])


def options(command: dict[str, Any]) -> Iterator[str]:
    for argument in visible(command):
        names = [("--" if len(name["name"]) > 1 else "-") + name["name"] for name in argument.get("names") or []]
        value = argument.get("valueName", "")
        shown = ", ".join(names) if names else value.upper()
        if names and argument["kind"] == "option":
            shown += f" {value.upper()}"
        yield f".TP\n.B {escaped(shown)}"
        text = argument.get("abstract", "")
        default = argument.get("defaultValue")
        yield escaped(f"{text} Default: {default}." if default and "Default:" not in text else text)


def paragraphs(text: str) -> str:
    return "\n.PP\n".join(escaped(part) for part in text.split("\n\n") if part)


def escaped(text: str) -> str:
    """A line of text for roff: no word of it is a request."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.exit(main())
