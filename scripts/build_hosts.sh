#!/usr/bin/env bash
# Builds what the bindings need and their examples, for the black-box tests: build_hosts.sh [--packages] [LANGUAGE...]
# With --packages, only what users install, in build/dist.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

step=build
if [ "${1:-}" = --packages ]; then
    step=pack
    shift
fi
languages=("$@")
[ $# -gt 0 ] || mapfile -t languages < <(host_languages)
mkdir -p build/dist
use_source_date
for language in "${languages[@]}"; do
    use_language "$language"
    require_packages "${packages[@]}"
    "$step"
done
