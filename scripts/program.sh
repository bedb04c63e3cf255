#!/usr/bin/env bash
# ./run program: the program stauth, in build/program with its manual page and completions. Its Swift modules are those of the
# library, in their normal build. Nothing of Swift has to be installed where it runs.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" python3
say "building build/program/stauth; SwiftNIO takes some minutes the first time"
build_program
rm -rf build/program
mkdir -p build/program
program=build/program/stauth
strip -o "$program" build/swift-program-release/release/stauth
python3 scripts/program_manual.py "$program" > build/program/stauth.1
"$program" --generate-completion-script bash > build/program/stauth.bash
"$program" --generate-completion-script zsh > build/program/stauth.zsh
"$program" --generate-completion-script fish > build/program/stauth.fish
say "built $(stat -L -c '%n, %s bytes' "$program")"
