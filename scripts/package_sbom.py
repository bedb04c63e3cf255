"""Makes the list of what is in a folder of packages, as CycloneDX: package_sbom.py FOLDER INSTALLED > DOCUMENT.

INSTALLED is the list of the library that was built (cmake/libstauth.cdx.json.in). Each package contains that library or
loads it. The list has no hash of it, because it is linked once for the packages of this system and once for older ones.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

# The names of files, with their package URLs. Others are generic.
REGISTRIES = [
    (r"(?P<name>[\w-]+)_(?P<version>[\d.-]+)_(?P<arch>\w+)\.deb", "pkg:deb/{name}@{version}?arch={arch}"),
    (r"(?P<name>libstauth)-(?P<version>[\d.]+)(?:-.*\.whl|\.tar\.gz)", "pkg:pypi/{name}@{version}"),
    (r"(?P<name>stauth)-(?P<version>[\d.]+)\.tgz", "pkg:npm/{name}@{version}"),
    (r"(?P<name>stauth)-(?P<version>[\d.]+)\.gem", "pkg:gem/{name}@{version}"),
    (r"(?P<name>stauth|stauth-sys)-(?P<version>[\d.]+)\.crate", "pkg:cargo/{name}@{version}"),
    (r"(?P<name>stauth)-(?P<version>[\d.]+)\.jar", "pkg:maven/dev.stauth/{name}@{version}"),
    (r"(?P<name>Stauth)\.(?P<version>[\d.]+)\.nupkg", "pkg:nuget/{name}@{version}"),
    (r"(?P<name>Stauth)-(?P<version>[\d.]+)\.tar\.gz", "pkg:cpan/{name}@{version}"),
    (r"(?P<name>stauth)_(?P<version>[\d.]+)\.tar\.gz", "pkg:cran/{name}@{version}"),
    (r"(?P<name>stauth)-(?P<version>[\d.]+)\.tar", "pkg:hex/{name}@{version}"),
    (r"stauth-php-(?P<version>[\d.]+)\.zip", "pkg:composer/stauth/stauth@{version}"),
    (r"stauth-lua-(?P<version>[\d.]+)\.tar\.gz", "pkg:luarocks/stauth@{version}"),
    (r"stauth-go-(?P<version>[\d.]+)\.zip", "pkg:golang/stauth@v{version}"),
    (r"(?P<name>stauth|stauth-nio)-(?P<version>[\d.]+)\.zip", "pkg:swift/{name}@{version}"),
]


def package_url(file: str, version: str) -> str:
    for pattern, form in REGISTRIES:
        if match := re.fullmatch(pattern, file):
            return form.format(**match.groupdict())
    return f"pkg:generic/{file}@{version}"


def component(path: Path, version: str) -> dict[str, Any]:
    return {
        "type": "file",
        "bom-ref": path.name,
        "name": path.name,
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "purl": package_url(path.name, version),
    }


def main(folder: Path, installed: Path) -> None:
    document = json.loads(installed.read_text(encoding="utf-8"))
    library = document["metadata"]["component"]
    del library["hashes"]
    files = [component(path, library["version"]) for path in sorted(folder.iterdir())]
    document["metadata"]["component"] = {"type": "framework", "bom-ref": "stauth", "name": "stauth"}
    document["metadata"]["component"]["version"] = library["version"]
    document["components"] = [*files, library, *document["components"]]
    document["dependencies"] += [{"ref": file["bom-ref"], "dependsOn": ["libstauth"]} for file in files]
    document["dependencies"].append({"ref": "stauth", "dependsOn": [file["bom-ref"] for file in files]})
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
