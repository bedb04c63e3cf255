#!/usr/bin/env bash
# Programs outside this tree find the installed library, by pkg-config and by find_package, in C and C++, with gcc and
# clang; they print the version that was installed.
set -euo pipefail
prefix=$1 version=$2
sources=$(dirname "$(readlink -f "$0")")/consumer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect_version() {
    local what=$1 program=$2 answer
    answer=$(LD_LIBRARY_PATH=$prefix/lib "$program")
    if [ "$answer" != "$version" ]; then
        echo "FAILED $what: \"$answer\" instead of \"$version\""
        exit 1
    fi
    echo "ok $what"
}

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
pkg-config --exact-version="$version" stauth
pkg-config --print-requires-private stauth | grep -qx libcrypto
pkg-config --print-requires-private stauth | grep -qx jansson
for compiler in gcc clang g++ clang++; do
    case $compiler in *++) source=$sources/main.cpp ;; *) source=$sources/main.c ;; esac
    # Two lists of words, meant to be split.
    # shellcheck disable=SC2046
    "$compiler" -Wall -Wextra -Werror $(pkg-config --cflags stauth) "$source" $(pkg-config --libs stauth) \
        -o "$work/$compiler"
    expect_version "pkg-config, $compiler" "$work/$compiler"
done

for pair in "gcc g++" "clang clang++"; do
    read -r c cxx <<< "$pair"
    build=$work/cmake-$c
    cmake -S "$sources" -B "$build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$c" \
        -DCMAKE_CXX_COMPILER="$cxx" -DEXPECTED_VERSION="$version" > "$work/log" || { cat "$work/log"; exit 1; }
    cmake --build "$build" > "$work/log" || { cat "$work/log"; exit 1; }
    expect_version "find_package, $c" "$build/in_c"
    expect_version "find_package, $cxx" "$build/in_cxx"
done

# A version that does not exist yet must not be found.
if cmake -S "$sources" -B "$work/too-new" -DCMAKE_PREFIX_PATH="$prefix" -DEXPECTED_VERSION=0.99 > "$work/log" 2>&1; then
    echo "FAILED find_package accepts version 0.99"
    exit 1
fi
