# Apache: the module, built with apxs from the package that its users get. The example needs no building.
# shellcheck shell=bash disable=SC2034
packages=(apache2-bin apache2-dev gcc make pkg-config libjansson-dev)

pack() {
    tar --create --gzip --file build/dist/mod_stauth-0.2.0.tar.gz --sort=name --owner=0 --group=0 --numeric-owner \
        --transform 's,^,mod_stauth-0.2.0/,' --directory bindings/apache Makefile README.md LICENSE \
        mod_stauth.h mod_stauth.c visit.c claims.c authorization.c handlers.c
}

build() {
    pack
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig
    rm -rf build/apache
    mkdir -p build/apache
    tar --extract --gzip --file build/dist/mod_stauth-0.2.0.tar.gz --directory build/apache --strip-components=1
    mkdir build/apache/modules
    # The debugger's paths decide about the build's identifier.
    CFLAGS=-ffile-prefix-map=$PWD=. quietly make --directory build/apache install APXS="apxs -S LIBEXECDIR=$PWD/build/apache/modules"
}

check() {
    local status=0
    export PYTHONDONTWRITEBYTECODE=1
    timeout 300 python3 bindings/apache/test/main.py > build/apache/test.tap || status=1
    results_of tap apache < build/apache/test.tap || status=1
    return "$status"
}

lint() {
    find bindings/apache -name '*.[ch]' | sort | xargs clang-format --dry-run -Werror
    build/venv/bin/ruff check --quiet --no-cache --config scripts/ruff.toml bindings/apache
    build/venv/bin/ruff format --check --quiet --no-cache --config scripts/ruff.toml bindings/apache
}
