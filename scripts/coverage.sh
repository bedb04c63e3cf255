#!/usr/bin/env bash
# ./run coverage [--write]: the lines of the modules that judge what comes from outside which no Swift test reaches;
# scripts/coverage.py explains how. --write: into docs/coverage.md.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" python3
# As ./run test swift builds them.
patiently swift build --build-tests --scratch-path build/swift-test "${no_warnings[@]}"
exec python3 -B scripts/coverage.py "$@"
