#!/usr/bin/env bash
# ./run fuzz [SECONDS [TARGET...]]: fuzzes every target for so long, twenty seconds by default, or those named.
# ./run fuzz --list: the targets. What it finds is in build/fuzz-found, new inputs are in build/fuzz-corpora.
# fuzz.sh --short RESULTS: the corpora and a few thousand runs of each target, always the same, for ./run test.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

build_fuzzers
exec python3 scripts/fuzz.py build/fuzz/release/fuzz "$@"
