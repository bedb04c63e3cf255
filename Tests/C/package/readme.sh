#!/usr/bin/env bash
# The program that docs/c.md shows compiles as C and as C++, is built as docs/install.md says, and runs.
set -euo pipefail
prefix=$1
here=$(dirname "$(readlink -f "$0")")
docs=$here/../../../docs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

block() {
    awk -v wanted="\`\`\`$2" '/^```/ { inside = ($0 == wanted); next } inside' "$docs/$1.md"
}
fail() {
    echo "FAILED docs/c.md, docs/install.md: $*"
    exit 1
}
# What the program says about two requests of a visitor who is not signed in.
expect_answers() {
    LD_LIBRARY_PATH=$prefix/lib "$1" secrets.toml > answers
    diff - answers << 'TEXT' || fail "$1 gives other answers"
page {"is_logged_in":false}
status 200, asks: 1
TEXT
}

cd "$work"
block c c > shown.c
grep -q st_config_new shown.c
grep -q st_request_begin shown.c
gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$prefix/include" shown.c
g++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$prefix/include" -x c++ shown.c
cat shown.c "$here/readme_host.c" > main.c
cat > secrets.toml << TEXT
[auth]
redirect_uri = "http://localhost:8000/oauth2callback"
cookie_secret = "$(openssl rand -hex 32)"
client_id = "readme"
client_secret = "$(openssl rand -hex 32)"
server_metadata_url = "http://localhost:8001/.well-known/openid-configuration"
TEXT
chmod 600 secrets.toml

command=$(sed -nE 's/^    (cc main\.c .*)$/\1/p' "$docs/install.md")
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
eval "$command" || fail "cannot run: $command"
expect_answers ./a.out

{ printf 'cmake_minimum_required(VERSION 3.25)\nproject(main C)\nadd_executable(main main.c)\n' && block install cmake; } > CMakeLists.txt
{ cmake -S . -B build -DCMAKE_PREFIX_PATH="$prefix" && cmake --build build; } > log || { cat log && fail "the block for CMake"; }
expect_answers build/main

sed -i 's/^cookie_secret.*/cookie_secret = "weak"/; /^client_id/d' secrets.toml
if LD_LIBRARY_PATH=$prefix/lib ./a.out secrets.toml 2> problems; then fail "it starts with wrong settings"; fi
for key in cookie_secret client_id; do
    grep -q "$key" problems || fail "start() does not report $key"
done

# The loader finds the library in a folder of its list, such as /usr/local/lib, only after ldconfig.
grep -q -- '--prefix /usr/local && ldconfig$' "$docs/install.md" || fail "no ldconfig after installing into /usr/local"
PATH=$PATH:/sbin:/usr/sbin
ldconfig -C cache -f /dev/null "$prefix/lib"
ldconfig -C cache -p | grep -q 'libstauth\.so\.0 ' || fail "ldconfig does not find the library"
echo "ok docs/c.md, docs/install.md"
