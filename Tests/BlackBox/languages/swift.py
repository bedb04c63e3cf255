"""examples/swift, on Hummingbird: SwiftNIO makes the requests to providers, and no thread waits for one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from program import PREFIX, ROOT, Host, Program, Runtime

RUNTIME = Runtime(
    name="Swift",
    versions=("6.3",),
    asks=("swift", "--version"),
    package="Swift packages: `import Stauth`",
    adapters="Hummingbird; SwiftNIO for requests to providers",
)
BUILD = ROOT / "build" / "swift-binding"
README_ENVIRONMENT = {"LD_LIBRARY_PATH": str(PREFIX)}
HOSTS = [Host("hummingbird", Program((str(BUILD / "debug" / "Guestbook"),), environment=README_ENVIRONMENT))]

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "readme",
    dependencies: [
        .package(path: "{binding}/stauth"),
        .package(path: "{binding}/stauth-nio"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "readme",
            dependencies: [
                .product(name: "Stauth", package: "stauth"),
                .product(name: "StauthHummingbird", package: "stauth-nio"),
                .product(name: "StauthNIO", package: "stauth-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ])
    ]
)
"""


def readme_command(folder: Path, block: str, port: int) -> list[str]:
    """The block as the whole of main.swift."""
    sources = folder / "Sources" / "readme"
    sources.mkdir(parents=True)
    imports = "import Hummingbird\nimport Stauth\nimport StauthHummingbird\nimport StauthNIO\n"
    (sources / "main.swift").write_text(imports + block)
    (folder / "Package.swift").write_text(MANIFEST.format(binding=ROOT / "bindings" / "swift"))
    environment = os.environ | {"PKG_CONFIG_PATH": str(PREFIX / "pkgconfig")}
    environment["PATH"] += ":/opt/swift/usr/bin"
    command = ["swift", "build", "--package-path", str(folder), "--scratch-path", str(BUILD), "--product", "readme"]
    subprocess.run(command, env=environment, check=True)
    return [str(BUILD / "debug" / "readme")]
