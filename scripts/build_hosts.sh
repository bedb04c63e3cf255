#!/usr/bin/env bash
# Builds what the bindings need and their examples, for the black-box tests: build_hosts.sh [LANGUAGE...]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

languages=("$@")
[ $# -gt 0 ] || mapfile -t languages < <(host_languages)
mkdir -p build/dist
use_source_date
for language in "${languages[@]}"; do
    use_language "$language"
    require_packages "${packages[@]}"
    build
done
