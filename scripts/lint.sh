#!/usr/bin/env bash
# ./run lint: format, style, documentation, and a build without warnings. Stops at the first problem.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
mapfile -t of_hosts < <(host_packages)
require_packages "${build_packages[@]}" "${example_packages[@]}" "${test_packages[@]}" "${of_hosts[@]}"
require_venv "${python_requirements[@]}"

say "Swift format"
swift format lint --strict --recursive Sources Program Tests Fuzz Package.swift

say "C and C++ format"
find include Sources Tests/C Fuzz examples benchmarks bindings -name '*.c' -o -name '*.h' -o -name '*.cpp' | sort |
    xargs clang-format --dry-run -Werror

say "shell"
{
    printf '%s\n' run .ci/run
    find scripts Tests -name '*.sh'
} | xargs shellcheck --external-sources

say "Python"
build/venv/bin/ruff check --quiet --no-cache scripts Tests benchmarks bindings/python examples/python
build/venv/bin/ruff format --check --quiet --no-cache scripts benchmarks bindings/python examples/python

# Rust's crates look the library up even if they are only checked.
scripts/build.sh

for language in $(host_languages); do
    say "the binding for $language"
    (use_language "$language" && lint)
done

say "rules of this project"
python3 scripts/lint/header_comments.py include/stauth.h
python3 scripts/lint/sources.py
python3 scripts/lint/architecture.py
python3 scripts/lint/repository.py
python3 scripts/lint/words.py
python3 scripts/lint/documents.py
python3 scripts/attacks.py

say "Embedded Swift without warnings"
STAUTH_EMBEDDED=1 quietly swift build -c release --product stauth --scratch-path build/swift-lint "${no_warnings[@]}"

say "normal Swift without warnings"
quietly swift build --build-tests --scratch-path build/swift-test "${no_warnings[@]}"

say "the program without warnings"
STAUTH_PROGRAM=1 quietly swift build --build-tests --scratch-path build/swift-program

say "no complaints"
