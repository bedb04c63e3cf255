#!/usr/bin/env bash
# Builds the C examples, or only the demo with "c", against the library in build/prefix, like programs outside this tree.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

build() {
    quietly cmake -S "examples/$1" -B "build/$2" -DCMAKE_PREFIX_PATH="$PWD/build/prefix"
    quietly cmake --build "build/$2"
}

[ "${1:-c}" = c ] || die "build_demo takes no argument but c"
build c demo
[ $# -gt 0 ] || build c-event-loop event-loop
[ $# -gt 0 ] || build c-cli cli
