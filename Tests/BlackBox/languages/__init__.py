"""The bindings besides Python, a module for each. It has RUNTIME, for docs/runtimes.md; HOSTS, the programs that the
scenarios run against; and `readme_command(folder, block, port)`, which makes the first block of the binding's README a
program in the folder, and returns its command line. README_ENVIRONMENT is what that program needs of the environment.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from program import Host, Runtime


class Language(Protocol):
    __name__: str
    RUNTIME: Runtime
    HOSTS: list[Host]
    README_ENVIRONMENT: Mapping[str, str]

    def readme_command(self, folder: Path, block: str, port: int) -> list[str]: ...


def name_of(language: Language) -> str:
    """That of its folder in bindings/."""
    return language.__name__.removeprefix(f"{__name__}.")


ALL = [cast(Language, importlib.import_module(f"{__name__}.{found.name}")) for found in pkgutil.iter_modules(__path__)]
