#!/usr/bin/env bash
# stauth.h compiles beside headers of others that have names with st_, in both orders, in C and C++: the fields of
# struct stat, and Ruby's hash tables.
set -euo pipefail
prefix=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A program that includes a header before or after stauth.h, with the flags for that header.
compile_beside() {
    local neighbour=$1 use=$2 first second
    shift 2
    for first in stauth.h "$neighbour"; do
        second=$([ "$first" = stauth.h ] && echo "$neighbour" || echo stauth.h)
        printf '#include <%s>\n#include <%s>\nint main(void) { %s; return st_version_number() == 0; }\n' \
            "$first" "$second" "$use" > "$work/program.c"
        cp "$work/program.c" "$work/program.cpp"
        gcc -Wall -Werror -fsyntax-only -I "$prefix/include" "$@" "$work/program.c"
        g++ -Wall -Werror -fsyntax-only -I "$prefix/include" "$@" "$work/program.cpp"
    done
    echo "ok beside $neighbour"
}

compile_beside sys/stat.h 'struct stat file; (void)file.st_size; (void)file.st_mtime'
if ruby_flags=$(pkg-config --cflags ruby-3.1 2> /dev/null); then
    # A list of words, meant to be split. Ruby's headers have warnings of their own.
    # shellcheck disable=SC2086
    compile_beside ruby.h 'st_free_table(st_init_numtable())' -Wno-error $ruby_flags
else
    echo "skipped: the headers of Ruby (ruby-dev) are not installed"
fi
