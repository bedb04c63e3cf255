#!/usr/bin/env bash
# What is installed for other languages declares what stauth.h declares: stauth.ffi.h for parsers without a preprocessor,
# and the module map for Swift.
set -euo pipefail
prefix=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
plain=$prefix/include/stauth.ffi.h

functions() {
    tr '\n' ' ' | tr ';' '\n' | grep -v typedef | sed -nE 's/^[^(]*\b(st_[a-z_]+)\(.*/\1/p' | sort
}

grep -v '^#' "$plain" > "$work/plain.h"
test "$(grep -c '^#' "$plain")" = 2
if grep -nE '__attribute__|ST_API|extern|/\*|\*/|//' "$work/plain.h"; then
    echo "stauth.ffi.h has more than declarations" >&2
    exit 1
fi
functions < "$work/plain.h" > "$work/plain"
gcc -E -P -DST_API= "$prefix/include/stauth.h" | functions > "$work/declared"
diff -u --label stauth.h "$work/declared" --label stauth.ffi.h "$work/plain"

# The same types as well: redeclared differently, a function does not compile.
echo '#include <stauth.h>' > "$work/main.c"
sed -nE '/^st_|^const|^void|^int|^uint|^size_t/,/;/p' "$work/plain.h" >> "$work/main.c"
gcc -std=c99 -Wall -Werror -fsyntax-only -I "$prefix/include" "$work/main.c"
gcc -std=c99 -Wall -Werror -fsyntax-only -include stdint.h -include stddef.h -x c "$work/plain.h"
echo "ok $(wc -l < "$work/plain") functions in stauth.ffi.h"

echo 'import CStauth
let version: UInt32 = st_version_number()
var error: OpaquePointer?, config: OpaquePointer?
if st_config_new(&config, &error) == ST_OK { st_config_free(config) }' > "$work/main.swift"
swiftc=$(dirname "$(readlink -f "$(command -v swift || echo /opt/swift/usr/bin/swift)")")/swiftc
"$swiftc" -typecheck -I "$prefix/include/stauth" "$work/main.swift"
echo "ok import CStauth"
