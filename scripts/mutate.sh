#!/usr/bin/env bash
# ./run mutate [--flows] [--sample COUNT] [MODULE...]: breaks the library in many small ways, one at a time, and lists those
# that no test notices; scripts/mutate.py explains how.
# mutate.sh --short RESULTS: only those in scripts/mutants.toml, for ./run test.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" python3
# As ./run test swift builds them.
patiently swift build --build-tests --scratch-path build/swift-test "${no_warnings[@]}"
exec python3 scripts/mutate.py "$@"
