"""Which modules of the OpenID Foundation's conformance suite a test stands for: the marker `conformance`, and what it
leaves in the results for scripts/conformance.py."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

_MODULE = re.compile(r"(?:oidcc-client|fapi2-security-profile-final-client)-[\w-]+(?:\[\w+\])?")


def _known() -> set[str]:
    """All that a test can stand for: "MODULE", and "MODULE[suffix]" for a plan that repeats another."""
    plans = tomllib.loads((Path(__file__).parent / "conformance.toml").read_text())["plan"]
    modules = {plan["title"]: set(plan["modules"]) for plan in plans}
    repeated = {
        f"{module}[{plan['suffix']}]" for plan in plans if "repeats" in plan for module in modules[plan["repeats"]]
    }
    return set().union(*modules.values()) | repeated


def marks(name: str) -> list[pytest.MarkDecorator]:
    """The marker for a row whose name has modules in it."""
    modules = _MODULE.findall(name)
    return [pytest.mark.conformance(*modules)] if modules else []


def record(items: list[pytest.Item]) -> None:
    """Puts the modules of each test into its results; refuses names that are none."""
    known = _known()
    for item in items:
        for mark in item.iter_markers("conformance"):
            for module in mark.args:
                if module not in known:
                    raise pytest.UsageError(f"{item.nodeid}: {module} is not in conformance.toml")
                item.user_properties.append(("conformance", module))
