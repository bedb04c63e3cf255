#!/usr/bin/env bash
# ./run lint: format, style, documentation, and a build without warnings. Stops at the first problem.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" "${example_packages[@]}" "${test_packages[@]}" "${go_packages[@]}" \
    "${ruby_packages[@]}"
require_node
require_venv "${python_requirements[@]}"

say "Swift format"
swift format lint --strict --recursive Sources Tests Package.swift

say "C and C++ format"
find include Sources Tests/C examples benchmarks/c bindings/node/src -name '*.c' -o -name '*.h' -o -name '*.cpp' | sort |
    xargs clang-format --dry-run -Werror

say "shell"
{
    printf '%s\n' run .ci/run
    find scripts Tests -name '*.sh'
} | xargs shellcheck --external-sources

say "Python"
build/venv/bin/ruff check --quiet --no-cache scripts Tests benchmarks bindings/python examples/python
build/venv/bin/ruff format --check --quiet --no-cache scripts benchmarks bindings/python examples/python

say "Go format"
unformatted=$(gofmt -l benchmarks/go bindings/go examples/go)
[ -z "$unformatted" ] || die "gofmt would change $unformatted"

say "Ruby syntax"
find bindings/ruby examples/ruby -name '*.rb' -o -name '*.ru' -o -name '*.gemspec' | while read -r file; do
    checked=$(ruby -wc "$file" 2>&1)
    [ "$checked" = "Syntax OK" ] || die "$file: $checked"
done

say "JavaScript syntax"
find bindings/node examples/node -name '*.js' -o -name '*.mjs' | while read -r file; do
    node --check "$file"
done

say "rules of this project"
python3 scripts/lint/header_comments.py include/stauth.h
python3 scripts/lint/sources.py
python3 scripts/lint/architecture.py
python3 scripts/lint/repository.py
python3 scripts/lint/words.py
python3 scripts/attacks.py

say "Embedded Swift without warnings"
STAUTH_EMBEDDED=1 quietly swift build -c release --product stauth --scratch-path build/swift-lint "${no_warnings[@]}"

say "normal Swift without warnings"
quietly swift build --build-tests --scratch-path build/swift-test "${no_warnings[@]}"

say "no complaints"
