#!/usr/bin/env bash
# ./run demo [--headless]: the C demo and a provider, until Ctrl-C. Needs no Python packages.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" "${demo_packages[@]}"
scripts/build.sh
scripts/build_demo.sh c
exec python3 scripts/demo.py "$@"
