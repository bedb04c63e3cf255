#!/usr/bin/env bash
# stauth.h compiles in every C and C++ of the last 25 years, with every compiler found, without a warning; and every
# function in it has a comment.
set -euo pipefail
prefix=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Twice, to check the include guard.
printf '#include <stauth.h>\n#include <stauth.h>\nint main(void) { return 0; }\n' > "$work/main.c"
cp "$work/main.c" "$work/main.cpp"
flags=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$prefix/include")

compile() {
    local compiler=$1 file=$2 standard
    shift 2
    for standard in "$@"; do
        "$compiler" "-std=$standard" "${flags[@]}" "$work/$file"
        echo "ok $compiler -std=$standard"
    done
}

# The one that came with Swift is a newer clang than the system's.
swift_clang=$(dirname "$(readlink -f "$(command -v swift || echo /opt/swift/usr/bin/swift)")")/clang
for compiler in gcc clang "$swift_clang"; do
    compile "$compiler" main.c c99 c11 c17 c2x gnu2x
done
for compiler in g++ clang++ "$swift_clang++"; do
    compile "$compiler" main.cpp c++11 c++14 c++17 c++20
done

# The headers for C++17, and what they need of other libraries.
printf '#include <stauth.hpp>\n#include <stauth/testing.hpp>\nint main() {}\n' > "$work/cxx.cpp"
for compiler in g++ clang++ "$swift_clang++"; do
    compile "$compiler" cxx.cpp c++17 c++20
done

python3 "$(dirname "$0")/../../../scripts/lint/header_comments.py" "$prefix/include/stauth.h"
