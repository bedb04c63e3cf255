#!/usr/bin/env bash
# The C code that README.md shows compiles against the installed header, as C and as C++.
set -euo pipefail
prefix=$1
readme=$(dirname "$(readlink -f "$0")")/../../../README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk '/^```/ { inside = ($0 == "```c"); next } inside' "$readme" > "$work/readme.c"
grep -q st_request_begin "$work/readme.c"
cp "$work/readme.c" "$work/readme.cpp"
gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$prefix/include" "$work/readme.c"
g++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$prefix/include" "$work/readme.cpp"
echo "ok README.md"
