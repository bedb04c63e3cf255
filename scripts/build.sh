#!/usr/bin/env bash
# ./run build [--normal | --aarch64]: the library, installed in build/prefix, build/prefix-normal or build/prefix-aarch64.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

folder=build prefix=build/prefix options=(-DSTAUTH_NORMAL=OFF)
case ${1:-} in
    '') ;;
    --normal) folder=build/normal prefix=build/prefix-normal options=(-DSTAUTH_NORMAL=ON) ;;
    --aarch64)
        folder=build/aarch64 prefix=build/prefix-aarch64 options=(--toolchain cmake/aarch64.cmake)
        scripts/sysroot.sh
        ;;
    *) die "build takes no argument but --normal or --aarch64" ;;
esac

require_swift
require_packages "${build_packages[@]}"
say "building $prefix/lib/libstauth.so.0; the first time it takes a minute or two"
quietly cmake -S . -B "$folder" "${options[@]}" -DBUILD_TESTING=OFF
patiently cmake --build "$folder" --parallel "$(jobs_count)"
quietly cmake --install "$folder" --prefix "$prefix"
say "installed $(stat -L -c '%n, %s bytes' "$prefix/lib/libstauth.so.0")"
