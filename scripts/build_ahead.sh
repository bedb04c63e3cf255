#!/usr/bin/env bash
# Compiles what the last suites of ./run test need, in minutes: SwiftNIO, for the program's release and for Swift's binding.
# test.sh starts it first, and earlier suites run meanwhile, for they mostly wait for servers. The suites build the same once
# more, which is quick then, and tell what does not compile. The library must be in build/prefix, and all packages installed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit
source scripts/common.sh

require_swift
build_program
use_language swift
use_swift
in_package examples/swift build --build-tests
