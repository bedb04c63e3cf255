#!/usr/bin/env bash
# ./run bench [--quick | --smoke | --runtimes | --gateway]: compares the library with its peers, into build/bench.json and
# docs/performance.md, or only shows that the benchmarks still work. `--gateway` compares the program with other gateways.
# With STAUTH_HOSTS_ARE_BUILT=1, scripts/build_hosts.sh has just run.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

case ${*:-} in
    '' | --quick | --smoke | --runtimes | --gateway) ;;
    *) die "bench takes no argument but --quick, --smoke, --runtimes or --gateway" ;;
esac
work=$PWD/build/bench

# The -dev packages of iddawc and rhonabwy conflict with libcurl4-openssl-dev: so their headers go into a separate folder.
unpack_headers() {
    [ ! -f "$work/headers/usr/include/iddawc.h" ] || return 0
    say "unpacking the headers of iddawc and rhonabwy"
    rm -rf "$work/headers" "$work/packages"
    mkdir -p "$work/headers" "$work/packages"
    if ! (cd "$work/packages" && apt-get download --quiet "${bench_header_packages[@]}") > /dev/null 2>&1; then
        quietly apt-get update --quiet # the package lists are missing or old
        (cd "$work/packages" && quietly apt-get download "${bench_header_packages[@]}")
    fi
    for package in "$work"/packages/*.deb; do
        dpkg --extract "$package" "$work/headers"
    done
}

build_go() {
    GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$work/go-cache \
        quietly go build -o "$work/bin/go-$1" "./benchmarks/go/$1"
}

require_packages "${build_packages[@]}" "${bench_packages[@]}"
if [ "${1:-}" = --gateway ]; then
    require_venv "${python_requirements[@]}"
    scripts/program.sh
    exec build/venv/bin/python benchmarks/gateway.py
fi
make_venv build/venv-bench benchmarks/requirements.txt
require_streamlit
scripts/build.sh
scripts/build_demo.sh
require_venv "${python_requirements[@]}"
[ "${STAUTH_HOSTS_ARE_BUILT:-}" = 1 ] || scripts/build_hosts.sh
sync build/prefix/lib/libstauth.so.0 # until then its pages count as changed memory of any process that loads it
mkdir -p "$work/bin"
unpack_headers

say "building the benchmarks"
quietly cmake -S benchmarks/c -B "$work/c" -DCMAKE_PREFIX_PATH="$PWD/build/prefix" \
    -DPEER_HEADERS="$work/headers/usr/include" -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$work/bin" \
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$work/bin"
quietly cmake --build "$work/c" --parallel "$(jobs_count)"
ln -sfn ../../prefix/include "$work/counted/include" # LuaJIT looks for the header beside the library
for language in $(host_languages); do
    scripts/bench_runtime.sh "$language" --build
done
# For the profiles: the library with its symbols, but without DWARF 5, which Debian's valgrind cannot read.
mkdir -p "$work/symbols"
strip --strip-debug -o "$work/symbols/libstauth.so.0" \
    "build/unstripped/$(basename "$(readlink -f build/prefix/lib/libstauth.so.0)")"
for program in oidc securecookie oauth2 provider slow-proxy; do
    build_go "$program"
done

PYTHONDONTWRITEBYTECODE=1 build/venv-bench/bin/python benchmarks/run.py "$@"
[ "${1:-}" = --smoke ] || python3 scripts/runtimes.py --figures docs/runtimes.md
