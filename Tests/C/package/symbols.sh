#!/usr/bin/env bash
# The functions that stauth.h declares are exactly those the library exports, all under the version STAUTH_0_2.
set -euo pipefail
prefix=$1
library=$prefix/lib/libstauth.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# After the preprocessor only declarations are left: the name before the first parenthesis.
gcc -E -P "$prefix/include/stauth.h" | tr '\n' ' ' | tr ';' '\n' | sed 's/__attribute__((visibility("default")))//' |
    grep -v typedef | sed -nE 's/^[^(]*\b(st_[a-z_]+)\(.*/\1/p' | sort > "$work/declared"
# The version itself is a symbol too (A); lower case letters are symbols that nobody outside can reach.
nm -D --defined-only "$library" | awk '$2 ~ /[B-Z]/ { print $3 }' | sort > "$work/exported"

sed -i 's/$/@@STAUTH_0_2/' "$work/declared"
diff -u --label "declared in stauth.h" "$work/declared" --label "exported by libstauth.so" "$work/exported"
count=$(wc -l < "$work/declared")
test "$count" -gt 40
echo "ok $count functions, declared and exported"
