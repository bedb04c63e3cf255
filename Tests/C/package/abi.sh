#!/usr/bin/env bash
# Programs built with the interface of the last release, packaging/abi, work with this one (docs/abi.md): no function was
# removed or has another type, and no constant has another value. The library is written in Swift, so abidiff compares two
# libraries in C that have the functions of the headers.
set -euo pipefail
prefix=$1 version=$2
baseline=$(dirname "$(readlink -f "$0")")/../../../packaging/abi/stauth-${version%.*}.h
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# library NAME HEADER: each declaration of a function gets a body that is never run.
library() {
    { printf '#include <stddef.h>\n#include <stdint.h>\n'
        grep -v '^#' "$2" | tr '\n' ' ' | sed 's/; */;\n/g' |
            sed -E '/^(typedef|enum) /!s/;$/ { __builtin_trap(); }/'; } > "$work/$1.c"
    gcc -g -w -fPIC -shared -Wl,-soname,libstauth.so.0 "$work/$1.c" -o "$work/$1.so"
    grep -oE '\bST_[A-Z0-9_]+ = [^,} ]+' "$2" | sort > "$work/$1.constants"
}

library released "$baseline"
library current "$prefix/include/stauth.ffi.h"
functions=$(nm -D --defined-only "$work/released.so" | grep -c ' T st_')
test "$functions" -gt 40
abidiff --no-added-syms "$work/released.so" "$work/current.so"
if comm -23 "$work/released.constants" "$work/current.constants" | grep .; then
    echo "FAILED: these constants had these values in the last release"
    exit 1
fi
echo "ok $functions functions and $(wc -l < "$work/released.constants") constants are as they were"
