"""examples/java, on Tomcat and on the JDK's own server, with the jar that its users install."""

from __future__ import annotations

import subprocess
from pathlib import Path

from program import LIBRARY, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Java",
    versions=("17",),
    asks=("java", "-version"),
    package="jar, by JNA",
    adapters="Servlet filter, `com.sun.net.httpserver`",
)
BUILT = ROOT / "build"
DEBIAN = ("jna.jar", "tomcat10-embed-core.jar", "jakarta-annotation-api.jar")
JARS = [BUILT / "dist" / "stauth-0.2.0.jar", *map(Path("/usr/share/java").joinpath, DEBIAN)]
CLASSES = ":".join(map(str, JARS))
README_ENVIRONMENT = {"STAUTH_LIBRARY": str(LIBRARY)}
IMPORTS = ("java.net.*", "com.sun.net.httpserver.*", "dev.stauth.*", "dev.stauth.httpserver.*")
# Short programs start sooner without the optimizing compiler.
JAVA = ("/usr/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


def _java(name: str) -> Program:
    return Program((*JAVA, "-cp", f"{BUILT / 'java' / 'example'}:{CLASSES}", name), environment=README_ENVIRONMENT)


HOSTS = [Host("tomcat", _java("TomcatSite"), checks_names=True), Host("java", _java("JdkSite"))]


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of main()."""
    imports = "".join(f"import {name};\n" for name in IMPORTS)
    main = f"public static void main(String[] arguments) throws java.io.IOException {{\n{block}}}"
    (folder / "Readme.java").write_text(f"{imports}final class Readme {{\n{main}\n}}\n")
    subprocess.run(["javac", "-encoding", "UTF-8", "-cp", CLASSES, "Readme.java"], cwd=folder, check=True)
    return [*JAVA, "-cp", f".:{CLASSES}", "Readme"]
