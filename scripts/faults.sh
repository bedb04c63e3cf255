#!/usr/bin/env bash
# ./run faults: whatever can fail around the library fails, at every place and many more times than in ./run test c:
# memory, descriptors, answers that are cut, signals, forks, exit(), neighbours in the process.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" "${test_packages[@]}"
quietly cmake -S . -B build -DBUILD_TESTING=ON
patiently cmake --build build --parallel "$(jobs_count)"

failed=()
try() {
    local name=$1
    shift
    say "$name $*"
    "build/Tests/C/process.$name" "$@" || failed+=("$name")
}
try allocation
try cut 1
try limits 16
try signals 20000
try leaving 600
try fork 60
try neighbours libcurl.so.4
try neighbours libcurl-gnutls.so.4
ctest --test-dir build --output-on-failure --tests-regex 'process\.(fork_keys|lost_fetch|surroundings|load|connections)' ||
    failed+=(ctest)
[ ${#failed[@]} -eq 0 ] || die "failed: ${failed[*]}"
