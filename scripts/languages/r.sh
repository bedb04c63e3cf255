# R: the package, built from source, and its examples.
# shellcheck shell=bash disable=SC2034
packages=(r-base-core r-cran-jsonlite r-cran-later r-cran-promises r-cran-digest r-cran-httpuv r-cran-plumber r-cran-shiny gcc
    libc6-dev make)

# R CMD runs where the locale may be C: sources are ASCII, but their users' text is not.
use_r() {
    export LC_ALL=C.UTF-8 R_LIBS=$PWD/build/r/library R_DEFAULT_INTERNET_TIMEOUT=5
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0
}

# R CMD build writes who packs it and when, which would make each build another.
pack() {
    use_r
    rm -rf build/r
    mkdir -p build/r/library build/r/source/stauth/inst build/dist
    cp -R bindings/r/. build/r/source/stauth
    cp include/stauth.h build/r/source/stauth/src
    cp bindings/node/LICENSE build/r/source/stauth/inst/LICENSE
    (cd build/r/source && quietly R CMD build --no-manual stauth && rm -r stauth && tar --extract --file stauth_*.tar.gz)
    sed -i "s/^Packaged: .*/Packaged: $(date --utc --date="@$SOURCE_DATE_EPOCH" '+%F %T') UTC; stauth/" \
        build/r/source/stauth/DESCRIPTION
    tar --create --owner=0 --group=0 --numeric-owner --directory build/r/source stauth |
        gzip --no-name > build/dist/stauth_0.2.0.tar.gz
}

# Installed into build/r. Warnings of the compiler are errors.
build() {
    pack
    printf 'CFLAGS = -std=gnu11 -O2 -Wall -Wextra -Werror\n' > build/r/Makevars
    R_MAKEVARS_USER=$PWD/build/r/Makevars quietly R CMD INSTALL --library=build/r/library build/dist/stauth_0.2.0.tar.gz
}

check() {
    local file status=0
    use_r
    for file in bindings/r/tests/test_*.R examples/r/test_*.R; do
        timeout 120 Rscript --vanilla "$file" > build/r/test.tap || status=1
        results_of tap "r-$(basename "$file" .R)" < build/r/test.tap || status=1
    done
    return "$status"
}

lint() {
    find bindings/r examples/r -name '*.R' -exec Rscript --vanilla -e 'invisible(lapply(commandArgs(TRUE), parse))' {} +
}

build_benchmark() {
    quietly Rscript --vanilla -e 'parse(commandArgs(TRUE))' "$PWD/benchmarks/runtimes/r.R"
}

benchmark() {
    local library=$STAUTH_LIBRARY
    use_r
    STAUTH_LIBRARY=$library exec Rscript --vanilla "$PWD/benchmarks/runtimes/r.R" "$@"
}
