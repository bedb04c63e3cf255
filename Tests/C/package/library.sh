#!/usr/bin/env bash
# What the installed library is to a loader: its name, what it needs, how large it is.
set -euo pipefail
prefix=$1 version=$2 kind=$3
library=$prefix/lib/libstauth.so.$version
failed=0

expect() {
    local what=$1 actual=$2 expected=$3
    if [ "$actual" = "$expected" ]; then
        echo "ok $what: $actual"
    else
        echo "FAILED $what: $actual instead of $expected"
        failed=1
    fi
}

# Each name in `actual` must be one of those in `allowed`.
expect_only() {
    local what=$1 actual=$2 allowed=$3 name
    for name in $actual; do
        case " $allowed " in
            *" $name "*) ;;
            *) echo "FAILED $what: $name is not among $allowed"; failed=1 ;;
        esac
    done
    echo "ok $what: $actual"
}

dynamic=$(readelf -dW "$library")

expect "link libstauth.so" "$(readlink "$prefix/lib/libstauth.so")" libstauth.so.0
expect "link libstauth.so.0" "$(readlink "$prefix/lib/libstauth.so.0")" "libstauth.so.$version"
expect "SONAME" "$(sed -nE 's/.*\(SONAME\).*\[(.*)\]/\1/p' <<< "$dynamic")" libstauth.so.0
expect "RPATH" "$(grep -cE '\((RPATH|RUNPATH)\)' <<< "$dynamic" || true)" 0

needed=$(sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' <<< "$dynamic" | tr '\n' ' ')
allowed="libcrypto.so.3 libjansson.so.4 libc.so.6 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1"
# The Swift runtime is C++ itself, and the compiler links it so.
[ "$kind" = embedded ] || allowed="$allowed libstdc++.so.6 libgcc_s.so.1 libm.so.6"
expect_only NEEDED "$needed" "$allowed"
expect_only "version definitions" \
    "$(readelf -VW "$library" | sed -nE '/\.gnu\.version_d/,/^$/s/.* Name: (.*)/\1/p' | tr '\n' ' ')" \
    "libstauth.so.0 STAUTH_0_2"

expect "stays loaded (NODELETE)" "$(grep -c NODELETE <<< "$dynamic")" 1
expect "debug sections" "$(readelf -SW "$library" | grep -cE '\.(debug_|symtab)' || true)" 0

# docs/adr/0027-what-keeps-the-library-small.md
expect "packed relocations (RELR)" "$(grep -c '(RELR)' <<< "$dynamic" || true)" 1
expect "an older glibc refuses to load them" "$(readelf -VW "$library" | grep -c 'Name: GLIBC_ABI_DT_RELR' || true)" 1
if [ "$kind" = embedded ]; then
    expect "sections that nothing reads" "$(readelf -SW "$library" | grep -cE '\.(eh_frame|swift_modhash)' || true)" 0
fi

size=$(stat -c %s "$library")
echo "size: $size bytes"
if [ "$kind" = embedded ] && [ "$size" -gt 1250000 ]; then
    echo "FAILED size: over 1,250,000 bytes"
    failed=1
fi
exit "$failed"
