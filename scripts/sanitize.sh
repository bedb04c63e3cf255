#!/usr/bin/env bash
# ./run sanitize [address|thread|c|python]: the tests under sanitizers; any finding fails them.
#   address   the Swift suites, the flows with both drivers, in a build with AddressSanitizer, the C with
#             UndefinedBehaviorSanitizer
#   thread    the same with ThreadSanitizer
#   c         the C suite, with the library that the fuzz targets have, which is built as for address
#   python    Python tests with that library
# sanitize.sh --short RESULTS: c and python, for ./run test.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

# The C suite looks for leaks, with valgrind. A test runner leaks on purpose.
export ASAN_OPTIONS=detect_leaks=0
export UBSAN_OPTIONS=print_stacktrace=1
# Tests fork while other threads run, and so do hosts.
export TSAN_OPTIONS="die_after_fork=0 halt_on_error=1 suppressions=$PWD/scripts/thread-sanitizer.txt"
results=$PWD/build/sanitized

test_swift() {
    local sanitizer=$1 log=build/$1.log status=0
    shift
    local flags=(--sanitize="$sanitizer" --scratch-path "build/$sanitizer" "$@")
    export STAUTH_SANITIZED=1
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

# Links what the fuzz targets are linked to into a library for programs without a sanitizer, which start with its runtime.
build_library() {
    local objects=build/sanitized/objects
    build_fuzzers || return
    mkdir -p build/sanitized
    grep -vE '/(fuzz|Calls|Browser|C?TestSupport)\.build/' build/fuzz/release/fuzz.product/Objects.LinkFileList > "$objects"
    quietly swiftc -emit-library -sanitize=address -use-ld=lld "@$objects" -o build/sanitized/libstauth.so.0 \
        -Xlinker -soname=libstauth.so.0 -Xlinker --version-script=link/stauth.map -lstdc++ -lcrypto -ljansson
}

with_sanitizer() {
    LD_PRELOAD=$(sanitizer_runtime asan so) LD_LIBRARY_PATH=$PWD/build/sanitized "$@"
}

# Not the tests that have an allocator or a tool of their own, count what they use, or look at the shipping library; nor those
# that fork while other threads allocate, after which the runtime's own locks may be held for ever. The one about freed
# handles would take minutes.
run_c() {
    build_library || return
    quietly cmake -S . -B build -DBUILD_TESTING=ON || return
    patiently cmake --build build --parallel "$(jobs_count)" || return
    with_sanitizer ctest --test-dir build --parallel "$(jobs_count)" --output-on-failure \
        --output-junit "$results/sanitize-c.xml" \
        --exclude-regex 'valgrind|^package|process\.(allocation|memory|soak|timing|tickets|load|surroundings|fork|freed_in_use|limits)' &&
        with_sanitizer build/Tests/C/process.freed_in_use 2
}

run_python() {
    build_library || return
    require_packages python3 python3-venv
    require_venv "${python_requirements[@]}" || return
    export STAUTH_LIBRARY=$PWD/build/sanitized/libstauth.so.0 PYTHONPATH=$PWD/bindings/python/src
    export PYTHONDONTWRITEBYTECODE=1 PYTHONMALLOC=malloc
    cd bindings/python || return
    LD_PRELOAD=$(sanitizer_runtime asan so) ../../build/venv/bin/python -X faulthandler -m pytest -q -p no:cacheprovider \
        --disable-plugin-autoload --junitxml "$results/sanitize-python.xml" \
        tests/test_{app,errors,gate,input,lifetimes,refusal,requests,user}.py
}

require_swift
require_packages "${build_packages[@]}" "${test_packages[@]}"
kinds=("$@")
[ $# -gt 0 ] || kinds=(address thread c python)
if [ "${1:-}" = --short ]; then
    results=$PWD/$2
    kinds=(c python)
fi
mkdir -p "$results"
try_each sanitizer "${kinds[@]}"
[ ${#failed[@]} -eq 0 ] || die "failed: ${failed[*]}"
