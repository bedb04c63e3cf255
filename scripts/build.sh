#!/usr/bin/env bash
# ./run build [--normal]: the library, installed in build/prefix or build/prefix-normal.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

folder=build prefix=build/prefix normal=OFF
case ${1:-} in
    '') ;;
    --normal) folder=build/normal prefix=build/prefix-normal normal=ON ;;
    *) die "build takes no argument but --normal" ;;
esac

require_swift
require_packages "${build_packages[@]}"
say "building $prefix/lib/libstauth.so.0; the first time it takes a minute or two"
quietly cmake -S . -B "$folder" -DSTAUTH_NORMAL="$normal" -DBUILD_TESTING=OFF
patiently cmake --build "$folder" --parallel "$(jobs_count)"
quietly cmake --install "$folder" --prefix "$prefix"
say "installed $(stat -L -c '%n, %s bytes' "$prefix/lib/libstauth.so.0")"
