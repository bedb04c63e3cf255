"""Makes the wheel's list of components of the installed one: wheel_sbom.py INSTALLED VERSION-OF-CURL > WHEEL.

The wheel brings its own libcurl, built from Debian's source package of this version. It has no hash of the library,
whose search path auditwheel changes: the wheel's RECORD has it. What auditwheel bundles, it lists itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import quote


def main(installed: Path, curl_version: str) -> None:
    document = json.loads(installed.read_text(encoding="utf-8"))
    del document["metadata"]["component"]["hashes"]
    (curl,) = [row for row in document["components"] if row["name"] == "curl"]
    curl.update(
        version=curl_version,
        scope="required",
        purl=f"pkg:deb/debian/curl@{quote(curl_version, safe=':~')}?arch=source",
        properties=[{"name": "libstauth:linkage", "value": "bundled"}],
    )
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
