"""Writes the small secrets.toml files of the tests."""

from __future__ import annotations

import json
from typing import Any


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # TOML's basic strings, numbers and booleans look the same


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def _table(name: str, keys: dict[str, Any]) -> str:
    lines = [f"{_key(key)} = {_value(value)}" for key, value in keys.items() if value is not None]
    return "\n".join([f"[{name}]", *lines, ""])


def write_secrets(shared: dict[str, Any], providers: dict[str, dict[str, Any]]) -> str:
    """`[auth]` and a `[auth.NAME]` for each provider; the one named "default" goes into `[auth]` itself."""
    top = {**shared, **providers.get("default", {})}
    named = {name: keys for name, keys in providers.items() if name != "default"}
    return "\n".join([_table("auth", top), *(_table(f"auth.{_key(name)}", keys) for name, keys in named.items())])
