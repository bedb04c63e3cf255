# Node.js: the addon, and the tarball that npm installs.
# shellcheck shell=bash disable=SC2034
packages=(nodejs node-express node-typescript openssl gcc)
# Debian's headers are in a package of their own; other builds of Node bring theirs.
[ -e /usr/include/node/node_api.h ] || packages+=(libnode-dev)

pack() {
    local addon
    addon=prebuilds/linux-$(node --print process.arch)/stauth.node
    rm -rf bindings/node/prebuilds
    mkdir -p "bindings/node/${addon%/*}"
    quietly gcc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -pthread -I/usr/include/node \
        -Iinclude -o "bindings/node/$addon" bindings/node/src/*.c
    (cd bindings/node && tar --create --gzip --file ../../build/dist/stauth-0.2.0.tgz --sort=name --owner=0 --group=0 \
        --numeric-owner --transform 's,^,package/,' package.json README.md LICENSE index.* testing.* lib "$addon")
}

# The examples, with the package, into build/node.
build() {
    pack
    rm -rf build/node
    mkdir -p build/node/node_modules/stauth
    tar --extract --gzip --file build/dist/stauth-0.2.0.tgz --directory build/node/node_modules/stauth --strip-components=1
    cp examples/node/* build/node
}

# The tests of the package, and those of the examples, with the package that they install.
check() {
    local file status=0
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0 NODE_PATH=/usr/share/nodejs
    for file in bindings/node/test/*.test.js build/node/*.test.js; do
        timeout 300 node --test-reporter=tap "$file" > build/node.tap 2> build/node.log || status=1
        results_of tap "node-$(basename "$file" .test.js)" < build/node.tap || status=1
    done
    return "$status"
}

lint() {
    local file
    find bindings/node examples/node -name '*.js' -o -name '*.mjs' | while read -r file; do
        node --check "$file"
    done
}

build_benchmark() {
    cp "$PWD/benchmarks/runtimes/node.mjs" "$PWD/build/bench/bin"
}

benchmark() {
    STAUTH_BENCH_PACKAGE=$PWD/build/node/node_modules/stauth exec node "$PWD/build/bench/bin/node.mjs" "$@"
}
