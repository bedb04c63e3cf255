#!/usr/bin/env bash
# Builds examples/c against the library in build/prefix, like a program outside this tree.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

quietly cmake -S examples/c -B build/demo -DCMAKE_PREFIX_PATH="$PWD/build/prefix"
quietly cmake --build build/demo
