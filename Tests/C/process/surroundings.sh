#!/usr/bin/env bash
# Runs surroundings.c with locales that are compiled for it: one writes a comma in numbers, one a character of two bytes.
# Argument: the program.
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_in() {
    local locale=$1 separator=$2
    localedef --inputfile="$locale" --charmap=UTF-8 "$work/$locale.UTF-8"
    "$program" "$work" "$locale.UTF-8" "$separator"
}

run_in de_DE ,
run_in ps_AF $'\xd9\xab'
