#!/usr/bin/env bash
# ./run sanitize [address|thread]: the Swift tests under sanitizers, in builds of their own; any finding fails them.
#   address   all suites, the flows with both drivers, under AddressSanitizer, and the C under UndefinedBehaviorSanitizer
#   thread    the same under ThreadSanitizer
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

export STAUTH_SANITIZED=1
# The C suite looks for leaks, with valgrind. A test runner leaks on purpose.
export ASAN_OPTIONS=detect_leaks=0
export UBSAN_OPTIONS=print_stacktrace=1
# Tests fork while other threads run, and so do hosts.
export TSAN_OPTIONS="die_after_fork=0 halt_on_error=1 suppressions=$PWD/scripts/thread-sanitizer.txt"

test_swift() {
    local sanitizer=$1 log=build/$1.log status=0
    shift
    local flags=(--sanitize="$sanitizer" --scratch-path "build/$sanitizer" "$@")
    quietly swift build --build-tests "${flags[@]}" || return
    timeout 1800 swift test --skip-build --parallel "${flags[@]}" > "$log" 2>&1 || status=$?
    STAUTH_TEST_DRIVER=steps timeout 1800 swift test --skip-build --parallel "${flags[@]}" \
        --filter RelyingPartyTests >> "$log" 2>&1 || status=$?
    grep -E '^(✘|.*error: |.* Test run with |SUMMARY: )|runtime error: ' "$log" | cut -c1-500
    [ "$status" = 0 ] || say "swift test ended with status $status; the full log is $log"
    return "$status"
}

run_address() {
    local undefined=(-Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined)
    test_swift address "${undefined[@]}" "${undefined[@]//-Xcc/-Xcxx}"
}

run_thread() {
    test_swift thread
}

require_swift
require_packages "${build_packages[@]}" "${test_packages[@]}"
kinds=("$@")
[ $# -gt 0 ] || kinds=(address thread)
try_each sanitizer "${kinds[@]}"
[ ${#failed[@]} -eq 0 ] || die "failed: ${failed[*]}"
