#!/usr/bin/env bash
# ./run program: the program stauth, in build/program. Its Swift modules are those of the library, in their normal build.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}"
say "building build/program/stauth; SwiftNIO takes some minutes the first time"
STAUTH_PROGRAM=1 patiently swift build -c release --static-swift-stdlib --product stauth \
    --scratch-path build/swift-program-release
mkdir -p build/program
strip -o build/program/stauth build/swift-program-release/release/stauth
say "built $(stat -L -c '%n, %s bytes' build/program/stauth)"
