#!/usr/bin/env bash
# ./run fuzz [SECONDS [TARGET...]]: fuzzes every target for so long, twenty seconds by default, or those named.
# ./run fuzz --list: the targets. What it finds is in build/fuzz-found, new inputs are in build/fuzz-corpora.
# fuzz.sh --short RESULTS: the corpora and a few thousand runs of each target, always the same, for ./run test.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" python3
toolchain=$(dirname "$(readlink -f "$(command -v swift)")")/..
STAUTH_FUZZER=$(echo "$toolchain"/lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-"$(uname -m)".a)
[ -f "$STAUTH_FUZZER" ] || die "this Swift toolchain has no libFuzzer: $STAUTH_FUZZER is missing"
export STAUTH_FUZZER

patiently swift build -c release --sanitize=address --product fuzz --scratch-path build/fuzz
exec python3 scripts/fuzz.py build/fuzz/release/fuzz "$@"
