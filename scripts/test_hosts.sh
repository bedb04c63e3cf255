#!/usr/bin/env bash
# Tests the bindings, each with its language's own tools: test_hosts.sh RESULTS [LANGUAGE...]. The results are in JUnit's
# format in the folder RESULTS. The library must be in build/prefix.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit
source scripts/common.sh

results=$(readlink -f "$1")
shift

# What a test program printed, from stdin: results_of FORMAT NAME. The formats are those of scripts/junit.py.
results_of() {
    python3 scripts/junit.py "$1" > "$results/hosts-$2.xml"
}

# Builds and checks one language.
run_language() {
    scripts/build_hosts.sh "$1" || return 1
    use_language "$1"
    check
}

languages=("$@")
[ $# -gt 0 ] || mapfile -t languages < <(host_languages)
failed=()
for language in "${languages[@]}"; do
    started=$SECONDS
    (run_language "$language") || failed+=("$language")
    say "language $language took $((SECONDS - started)) s"
done
[ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
