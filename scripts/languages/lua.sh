# Lua in nginx: the rock, which LuaJIT's FFI runs. The example needs no building. (Debian's luajit conflicts with these.)
# shellcheck shell=bash disable=SC2034
packages=(nginx-light libnginx-mod-http-lua lua-resty-core ca-certificates openssl)

pack() {
    tar --create --gzip --file build/dist/stauth-lua-0.2.0.tar.gz --sort=name --owner=0 --group=0 --numeric-owner \
        --transform 's,^,stauth-lua-0.2.0/,' --directory bindings/lua README.md LICENSE stauth-0.2.0-1.rockspec lib
}

# The modules as the rock has them, in an empty folder, for the tests and the example.
build() {
    local source
    pack
    rm -rf build/lua
    mkdir -p build/lua/unpacked
    tar --extract --gzip --file build/dist/stauth-lua-0.2.0.tar.gz --directory build/lua/unpacked --strip-components=1
    mkdir -p build/lua/lib/stauth
    sed -nE 's/^ +\["[a-z.]+"\] = "lib\/(.*)",$/\1/p' build/lua/unpacked/stauth-0.2.0-1.rockspec | while read -r source; do
        cp "build/lua/unpacked/lib/$source" "build/lua/lib/$source"
    done
}

check() {
    local status=0
    export PYTHONDONTWRITEBYTECODE=1
    timeout 300 python3 bindings/lua/test/main.py > build/lua/test.tap || status=1
    results_of tap lua < build/lua/test.tap || status=1
    return "$status"
}

lint() {
    build/venv/bin/ruff check --quiet --no-cache --config scripts/ruff.toml bindings/lua
    build/venv/bin/ruff format --check --quiet --no-cache --config scripts/ruff.toml bindings/lua
    local width
    width=$(find bindings/lua examples/lua -name '*.lua' -exec grep -nHE '.{127}' {} + || true)
    [ -z "$width" ] || die "lines over 126 columns: $width"
}

build_benchmark() {
    rm -rf "$PWD/build/bench/lua"
    mkdir -p "$PWD/build/bench/lua"
    cp "$PWD/benchmarks/runtimes"/lua.{conf,lua} "$PWD/build/bench/lua"
    ln -s "$PWD/build/lua/lib" "$PWD/build/bench/lua/lua"
}

benchmark() {
    export BENCH_INPUTS=$1 BENCH_TURNS=$2 BENCH_ITERATIONS=$3 BENCH_MORE=${4:-}
    exec /usr/sbin/nginx -p "$PWD/build/bench/lua" -e stderr -c "$PWD/build/bench/lua/lua.conf"
}
