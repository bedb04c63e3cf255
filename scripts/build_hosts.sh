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

# The addon, the tarball that npm installs, into build/dist, and the examples with it, into build/node.
build_node() {
    local addon
    require_node
    addon=prebuilds/linux-$(node --print process.arch)/stauth.node
    rm -rf build/node bindings/node/prebuilds
    mkdir -p build/dist build/node/node_modules/stauth "bindings/node/${addon%/*}"
    quietly gcc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -pthread -I/usr/include/node \
        -Iinclude -o "bindings/node/$addon" bindings/node/src/*.c
    (cd bindings/node && tar --create --gzip --file ../../build/dist/stauth-0.2.0.tgz --sort=name --owner=0 --group=0 \
        --numeric-owner --transform 's,^,package/,' package.json README.md LICENSE index.* testing.* lib "$addon")
    tar --extract --gzip --file build/dist/stauth-0.2.0.tgz --directory build/node/node_modules/stauth --strip-components=1
    cp examples/node/* build/node
}

languages=("$@")
[ $# -gt 0 ] || languages=("${host_languages[@]}")
for language in "${languages[@]}"; do
    declare -F "build_$language" > /dev/null || die "unknown language $language; there are: ${host_languages[*]}"
    "build_$language"
done
