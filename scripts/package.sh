#!/usr/bin/env bash
# ./run package [PART...]: what users install, in build/packages: debian, tarball, wheel and languages, or only the parts
# that are named, also aarch64, which is the tarball for that. SHA256SUMS and stauth-VERSION.cdx.json list what is there.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

packages=$PWD/build/packages
work=$PWD/build/package-work
version=$(sed -nE 's/.*ST_VERSION_STRING "(.*)"/\1/p' include/stauth.h)

# package_PART makes one part.
package_debian() {
    local listed
    listed=$(dpkg-parsechangelog --file packaging/debian/changelog --show-field Version)
    [ "${listed%-*}" = "$version" ] || die "packaging/debian/changelog is about $listed, and stauth.h about $version"
    scripts/build_hosts.sh apache
    [ -n "${STAUTH_PROGRAM_IS_BUILT:-}" ] || scripts/program.sh
    rm -rf "$work/debian"
    mkdir -p "$work/debian"
    cp -R packaging/debian "$work/debian/debian"
    ln -s "$PWD" "$work/debian/sources"
    (cd "$work/debian" && quietly debian/rules binary)
    mv "$work"/*.deb "$packages"
}

# make_tarball PROCESSOR BUILD PREFIX: as the prefix is, with the library for older systems, and the licenses of what was
# compiled into it.
make_tarball() {
    local name=stauth-$version-linux-$1 build=$2 prefix=$3
    quietly cmake --build "$build" --target portable
    rm -rf "${work:?}/$name"
    mkdir -p "$work/$name/licenses"
    cp -R "$prefix"/. README.md CHANGELOG.md LICENSE SECURITY.md "$work/$name"
    cp -R --parents docs examples/c examples/c-cli examples/c-event-loop "$work/$name"
    cp -P "$build"/portable/* "$work/$name/lib"
    cp /usr/share/doc/libtomlplusplus-dev/copyright "$work/$name/licenses/toml++.txt"
    cp "$(dirname "$(readlink -f "$(command -v swift)")")/../share/swift/LICENSE.txt" "$work/$name/licenses/swift.txt"
    tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner "$name" |
        gzip --no-name > "$packages/$name.tar.gz"
}

package_tarball() {
    make_tarball "$(uname -m)" build build/prefix
}

package_aarch64() {
    scripts/build.sh --aarch64
    make_tarball aarch64 build/aarch64 build/prefix-aarch64
}

package_wheel() {
    scripts/wheel.sh
    cp build/dist/libstauth-* "$packages"
}

# The packages of the bindings, each made by its language's own tools.
package_languages() {
    scripts/build_hosts.sh --packages
    cp build/dist/* "$packages"
}

parts=("$@")
[ $# -gt 0 ] || parts=(debian tarball wheel languages)
require_swift
require_packages "${build_packages[@]}" "${package_packages[@]}"
scripts/build.sh
use_source_date
mkdir -p "$packages" "$work"
for part in "${parts[@]}"; do
    declare -F "package_$part" > /dev/null || die "unknown part $part; there are: debian tarball wheel languages aarch64"
    say "package $part"
    "package_$part"
done
rm -f "$packages"/{SHA256SUMS,stauth-*.cdx.json}
python3 scripts/package_sbom.py "$packages" build/prefix/lib/libstauth.cdx.json > "$work/stauth-$version.cdx.json"
mv "$work/stauth-$version.cdx.json" "$packages"
(cd "$packages" && sha256sum -- *) > "$work/SHA256SUMS"
mv "$work/SHA256SUMS" "$packages"
say "packages: $(cut -c67- "$packages/SHA256SUMS" | paste -sd ' ')"
