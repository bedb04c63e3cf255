"""examples/csharp, run by Mono."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="C#",
    versions=("6.8",),
    asks=("mono", "--version"),
    package="netstandard2.0 sources, NuGet package, by P/Invoke",
    adapters="OWIN, `HttpListener`",
)
BUILT = ROOT / "build" / "csharp"
README_ENVIRONMENT = {"STAUTH_LIBRARY": str(LIBRARY)}
SITE = Program(("/usr/bin/mono", "--debug", str(BUILT / "GuestBook.exe")), environment=README_ENVIRONMENT)
HOSTS = [Host("csharp", SITE, has_names=True)]
NAMESPACES = ("System", "System.Collections.Generic", "System.Threading.Tasks", "Stauth")


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of Main()."""
    uses = "".join(f"using {name};\n" for name in NAMESPACES)
    (folder / "Readme.cs").write_text(f"{uses}static class Readme {{ static void Main() {{\n{block}}} }}\n")
    shutil.copy(BUILT / "Stauth.dll", folder)
    subprocess.run(["mcs", "-r:Stauth.dll", "Readme.cs"], cwd=folder, check=True)
    return ["mono", "Readme.exe"]
