#!/usr/bin/env bash
# No lazy global of Swift's is left: one that a thread is just making when another forks is never finished in the child
# (docs/adr/0023-forks.md).
set -euo pipefail
prefix=$1 version=$2 kind=$3
library=$prefix/../unstripped/libstauth.so.$version

if [ "$kind" = normal ]; then
    echo "ok the Swift runtime has lazy globals of its own"
    exit
fi
nm "$library" | grep -c ' [tT] swift_release$' > /dev/null # the names are there
users=$(objdump -d --no-show-raw-insn "$library" |
    awk '/^[0-9a-f]+ </ { name = $2 } /(call|jmp|bl|b) .*<swift_once/ { print name }' | sort -u)
if [ -n "$users" ]; then
    echo "FAILED lazy globals, used by:"
    echo "$users"
    exit 1
fi
echo "ok no lazy global"
