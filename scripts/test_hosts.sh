#!/usr/bin/env bash
# Tests the bindings, each with its language's own tools: test_hosts.sh RESULTS [LANGUAGE...]. The results are in JUnit's
# format in the folder RESULTS. The library must be in build/prefix.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit
source scripts/common.sh

results=$(readlink -f "$1")
shift

# The module, and the example with it. cgocheck looks at every pointer that C gets.
run_go() {
    local module status=0
    require_packages "${go_packages[@]}"
    use_go
    for module in bindings/go examples/go; do
        (cd "$module" && go vet ./... && GODEBUG=cgocheck=2 go test -count=1 -json ./...) > build/go/test.json || status=1
        python3 scripts/junit.py go < build/go/test.json > "$results/hosts-${module/\//-}.xml" || status=1
    done
    return "$status"
}

# The tests of the gem, and those of the example. Warnings are errors.
run_ruby() {
    local folder status=0
    scripts/build_hosts.sh ruby || return 1
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0
    for folder in bindings/ruby/test examples/ruby; do
        ruby -w -Ibindings/ruby/lib -Ibindings/ruby/test -rhelper -e 'ARGV.each { |file| require File.expand_path(file) }
            exit Minitest.run([])' "$folder"/test_*.rb > build/ruby.tap || status=1
        python3 scripts/junit.py tap < build/ruby.tap > "$results/hosts-${folder//\//-}.xml" || status=1
    done
    return "$status"
}

# The tests of the package, and those of the examples, with the package that they install.
run_node() {
    local file status=0
    scripts/build_hosts.sh node || return 1
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0 NODE_PATH=/usr/share/nodejs
    for file in bindings/node/test/*.test.js build/node/*.test.js; do
        timeout 300 node --test-reporter=tap "$file" > build/node.tap 2> build/node.log || status=1
        python3 scripts/junit.py tap < build/node.tap > "$results/hosts-node-$(basename "$file" .test.js).xml" || status=1
    done
    return "$status"
}

languages=("$@")
[ $# -gt 0 ] || languages=("${host_languages[@]}")
try_each language "${languages[@]}"
[ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
