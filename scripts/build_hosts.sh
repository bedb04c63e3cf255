#!/usr/bin/env bash
# Builds what the bindings need and their examples, for the black-box tests: build_hosts.sh [LANGUAGE...]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

# Into build/go, with a cache of its own: no module comes from the network.
build_go() {
    require_packages "${go_packages[@]}"
    use_go
    (cd examples/go && quietly go build -o ../../build/go/guestbook .)
}

# The gem, into build/dist. The example needs no building.
build_ruby() {
    require_packages "${ruby_packages[@]}"
    mkdir -p build/dist
    (cd bindings/ruby && quietly gem build --quiet stauth.gemspec --output ../../build/dist/stauth-0.2.0.gem)
}

languages=("$@")
[ $# -gt 0 ] || languages=("${host_languages[@]}")
for language in "${languages[@]}"; do
    declare -F "build_$language" > /dev/null || die "unknown language $language; there are: ${host_languages[*]}"
    "build_$language"
done
