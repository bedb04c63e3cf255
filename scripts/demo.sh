#!/usr/bin/env bash
# ./run demo [--headless]: the C demo and a provider, until Ctrl-C.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_packages "${build_packages[@]}" "${demo_packages[@]}"
scripts/build.sh
require_venv "${python_requirements[@]}"
scripts/build_demo.sh
exec build/venv/bin/python scripts/demo.py "$@"
