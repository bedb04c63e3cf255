#!/usr/bin/env bash
# The guesses of timing.c, counted by callgrind: those of a kind must all take the same number of instructions, apart from
# the control, whose comparison ends early. Argument: the program.
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

valgrind --quiet --tool=callgrind --collect-atstart=no "$program"
for file in callgrind.out.*.*; do
    echo "$(sed -nE 's/^desc: Trigger: Client Request: (\w+) .*/\1/p' "$file") $(sed -nE 's/^totals: //p' "$file")"
done > counts

for kind in sealed signed control; do
    guesses=$(grep -c "^$kind " counts || true)
    counts=$(sed -nE "s/^$kind //p" counts | sort -nu | paste -sd ' ')
    expected=1
    [ "$kind" != control ] || expected=2
    if [ "$guesses" -ge 2 ] && [ "$(wc -w <<< "$counts")" = "$expected" ]; then
        echo "ok $kind: $guesses guesses, instructions: $counts"
    else
        echo "FAILED $kind: $guesses guesses, instructions: $counts"
        failed=1
    fi
done
exit "$failed"
