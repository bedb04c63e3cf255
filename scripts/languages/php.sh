# PHP: the extension, and the package that Composer installs. The examples are copied beside it.
# shellcheck shell=bash disable=SC2034
packages=(php-cli php-fpm php-dev nginx-light composer unzip zip php-nyholm-psr7 gcc make pkg-config)

pack() {
    rm -rf build/php build/dist/stauth-php-0.2.0.zip
    mkdir -p build/php
    cp -a bindings/php build/php/package
    cp build/prefix/include/stauth.ffi.h build/php/package/src
    chmod -R go=rX,u+w build/php/package
    find build/php/package -exec touch --date="@$SOURCE_DATE_EPOCH" {} +
    (cd build/php/package && find composer.json README.md LICENSE autoload.php src ext | sort |
        quietly zip -X ../../dist/stauth-php-0.2.0.zip -@)
}

# The examples with the package into build/php. The extension's ini files are for PHP_INI_SCAN_DIR.
build() {
    local place=$PWD/build/php
    pack
    mkdir build/php/with-extension build/php/with-ffi
    cp -a build/php/package/ext build/php/ext
    (cd build/php/ext && export PKG_CONFIG_PATH=$place/../prefix/lib/pkgconfig && quietly phpize &&
        quietly ./configure CFLAGS="-O2 -Wall -Wextra -Werror -Wno-unused-parameter" && quietly make)
    echo "extension=$place/ext/modules/stauth.so" > build/php/with-extension/stauth.ini
    printf '%s\n' "ffi.enable=true" "ffi.preload=$place/../prefix/include/stauth.ffi.h" > build/php/with-ffi/stauth.ini
    cp examples/php/* build/php
    mkdir -p build/php/vendor
    ln -s ../package/autoload.php build/php/vendor/autoload.php
}

# The tests of the package by each of its two ways to the library, and those of the example.
check() {
    local way file status=0
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0 LD_LIBRARY_PATH=$PWD/build/prefix/lib
    for way in extension ffi; do
        export PHP_INI_SCAN_DIR=:$PWD/build/php/with-$way
        for file in bindings/php/tests/*Test.php build/php/IndexTest.php; do
            timeout 300 php "$file" > build/php.tap || status=1
            results_of tap "php-$way-$(basename "$file" .php)" < build/php.tap || status=1
        done
    done
    return "$status"
}

lint() {
    local file checked
    find bindings/php examples/php -name '*.php' | while read -r file; do
        checked=$(php -d error_reporting=-1 -d display_errors=stderr --syntax-check "$file" 2>&1)
        [ "$checked" = "No syntax errors detected in $file" ] || die "$file: $checked"
    done
    quietly composer validate --no-check-publish --no-check-version --working-dir bindings/php
    shellcheck examples/php/serve.sh
}

build_benchmark() {
    quietly php --syntax-check "$PWD/benchmarks/runtimes/php.php"
}

# By the extension, or with BENCH_WAY=ffi.
benchmark() {
    export PHP_INI_SCAN_DIR=:$PWD/build/php/with-${BENCH_WAY:-extension} STAUTH_BENCH_PACKAGE=$PWD/build/php/package
    exec php "$PWD/benchmarks/runtimes/php.php" "$@"
}
