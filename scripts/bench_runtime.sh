#!/usr/bin/env bash
# One program of benchmarks/runtimes: bench_runtime.sh LANGUAGE INPUTS TURNS ITERATIONS [requests]. It uses the library in
# the folder STAUTH_BENCH_LIBRARY. bench_runtime.sh LANGUAGE --build builds it, after scripts/build_hosts.sh.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

language=$1
shift
use_language "$language"
if [ "$*" = --build ]; then
    mkdir -p build/bench/bin
    ! declare -F build_benchmark > /dev/null || build_benchmark
else
    export STAUTH_LIBRARY=${STAUTH_BENCH_LIBRARY:-$PWD/build/prefix/lib}/libstauth.so.0
    export LD_LIBRARY_PATH=${STAUTH_LIBRARY%/*}
    benchmark "$@"
fi
