#!/usr/bin/env bash
# ./run soak [LOGINS [CHECKS]]: many logins and cookie checks in one process: no error, and memory, descriptors and threads
# stay as they were. ./run test c has a short form.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

logins=${1:-1000000}
checks=${2:-$((logins * 100))}
require_swift
require_packages "${build_packages[@]}" "${test_packages[@]}"
quietly cmake -S . -B build -DBUILD_TESTING=ON
patiently cmake --build build --parallel "$(jobs_count)"
say "$logins logins and $checks cookie checks"
exec build/Tests/C/process.soak "$logins" "$checks"
