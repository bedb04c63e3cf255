#!/usr/bin/env bash
# What the installed library does against the exploit of an error in memory: nothing is both writable and executable, what
# the loader has written is closed, returns are guarded (docs/adr/0038-hardening-of-the-build.md).
set -euo pipefail
prefix=$1 version=$2
library=$prefix/lib/libstauth.so.$version
unstripped=$prefix/../unstripped/libstauth.so.$version
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

dynamic=$(readelf -dW "$library")
segments=$(readelf -lW "$library")
sections=$(readelf -SW "$library")
symbols=$(readelf --dyn-syms -W "$library")

expect "bind at load (BIND_NOW)" "$(grep -cE 'Flags:.* NOW|\(BIND_NOW\)' <<< "$dynamic" | sed 's/[1-9].*/yes/')" yes
expect "RELRO segment" "$(grep -c GNU_RELRO <<< "$segments")" 1
expect "stack flags" "$(awk '$1 == "GNU_STACK" { print $(NF - 1) }' <<< "$segments")" RW
expect "segments both writable and executable" "$(grep -cE ' R?WE |RWE' <<< "$segments" || true)" 0
expect "sections both writable and executable" "$(grep -cE ' W[A-Z]*X|XW' <<< "$sections" || true)" 0
expect "text relocations" "$(grep -c TEXTREL <<< "$dynamic" || true)" 0

# The addresses of functions and the static tables with pointers: what an exploit would overwrite.
relro=$(awk '$1 == "GNU_RELRO" { print $3, $6 }' <<< "$segments")
outside=$(sed -nE 's/^ *\[ *[0-9]+\] +(\.got|\.got\.plt|\.data\.rel\.ro|\.dynamic|\.init_array|\.fini_array) +[A-Z_]+ +([0-9a-f]+) +[0-9a-f]+ ([0-9a-f]+) .*/\1 0x\2 0x\3/p' <<< "$sections" |
    while read -r name start size; do
        read -r first length <<< "$relro"
        if [ $((start)) -lt $((first)) ] || [ $((start + size)) -gt $((first + length)) ]; then echo "$name"; fi
    done)
expect "tables of pointers that stay writable" "${outside:-none}" none

# Of the C, not only of the Swift, whose functions have names that begin with a $.
guarded=$(objdump -d --no-show-raw-insn "$unstripped" |
    awk '/^[0-9a-f]+ </ { name = $2 } /(call|bl).*<__stack_chk_fail/ { print name }' | sort -u | grep -vc '^<\$' || true)
expect "functions in C with a guarded stack" "$([ "$guarded" -ge 10 ] && echo "10 or more" || echo "$guarded")" "10 or more"
expect "calls that check the size of their buffer" \
    "$(grep -oE ' __(mem|str|sn|vsn|read|recv|f?printf)[a-z]*_chk@' <<< "$symbols" | sort -u | wc -l | sed 's/[1-9].*/some/')" some
if [ "$(uname -m)" = x86_64 ]; then
    expect "shadow stack (SHSTK)" "$(readelf -nW "$library" | grep -c 'x86 feature:.*SHSTK' || true)" 1
fi
exit "$failed"
