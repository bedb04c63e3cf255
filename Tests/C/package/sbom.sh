#!/usr/bin/env bash
# The list of what is in the library and what it uses (CycloneDX) names this very file, every library that the loader or
# the library itself loads, and what is linked into it. bindings/python/tests/test_sbom.py checks it against the schema.
set -euo pipefail
prefix=$1 version=$2 kind=$3

python3 - "$prefix/lib/libstauth.cdx.json" "$prefix/lib/libstauth.so.$version" "$version" "$kind" << 'PYTHON'
import hashlib, json, re, subprocess, sys
from pathlib import Path

document, library, version, kind = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
subject = document["metadata"]["component"]
assert (subject["name"], subject["version"]) == ("libstauth", version), subject
assert subject["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(library.read_bytes()).hexdigest()}]

linkage = {row["name"]: row["properties"][0]["value"] for row in document["components"]}
dynamic = subprocess.run(["readelf", "-dW", library], check=True, capture_output=True, text=True).stdout
needed = set(re.findall(r"\(NEEDED\).*\[(.*?)\.so", dynamic))
packages = {"libcrypto": "openssl", "libjansson": "jansson"}
of_the_system = {"libc", "ld-linux-x86-64", "ld-linux-aarch64", "libm", "libgcc_s", "libstdc++"}
assert {packages[name] for name in needed - of_the_system} == {name for name, how in linkage.items() if how == "needed"}
# It loads them by these names.
text = library.read_bytes()
loaded = {"curl": b"libcurl.so.4", "zlib": b"libz.so.1"}
assert {name for name, file in loaded.items() if file in text} == {name for name, how in linkage.items() if how == "loaded"}
static = {"tomlplusplus", "swift"} | ({"libstdc++"} if kind == "normal" else set())
assert static == {name for name, how in linkage.items() if how == "static"}, linkage

for row in document["components"]:
    assert re.fullmatch(r"\d+(\.\d+)+", row["version"]) and row["purl"].endswith("@" + row["version"]), row
assert sorted(document["dependencies"][0]["dependsOn"]) == sorted(linkage)
assert "timestamp" not in document["metadata"] and "serialNumber" not in document # equal builds, equal bytes
print(f"ok {len(linkage)} components")
PYTHON
