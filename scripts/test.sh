#!/usr/bin/env bash
# ./run test [SUITE...]: runs the suites and ends with what failed and one line of totals. A suite that cannot be built
# fails.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit
source scripts/common.sh

results=build/results
suites=("$@")
[ $# -gt 0 ] || suites=(swift mutate c fuzz sanitize program python hosts blackbox packages)

# For tests that wait for servers and disks a third of the time.
waiting_jobs_count() {
    echo $(($(jobs_count) + 1))
}

# The library, and what scripts/build_ahead.sh builds in the background; that ends with this script.
start_building_ahead() {
    local packages
    use_language swift
    require_packages "${build_packages[@]}" "${packages[@]}" python3
    scripts/build.sh || return
    setsid nice -n 19 scripts/build_ahead.sh > build/build-ahead.log 2>&1 < /dev/null &
    ahead=$!
    trap 'kill -- "-$ahead" 2> /dev/null' EXIT
}

# Each suite writes its results in JUnit's format to $results.
run_swift() {
    require_packages "${build_packages[@]}"
    local log=build/test-swift.log status=0
    # Every case of every table is in the log; only failures are shown. The limit is for a test that hangs.
    timeout 1800 swift test --parallel --scratch-path build/swift-test "${no_warnings[@]}" \
        --xunit-output "$results/swift.xml" > "$log" 2>&1 || status=$?
    # The flows once more, as steps of a host's event loop.
    STAUTH_TEST_DRIVER=steps timeout 1800 swift test --skip-build --parallel --scratch-path build/swift-test \
        "${no_warnings[@]}" --filter RelyingPartyTests --xunit-output "$results/swift-steps.xml" >> "$log" 2>&1 ||
        status=$?
    grep -E '^(✘|.*error: |.* Test run with )' "$log" | cut -c1-500
    [ "$status" = 0 ] || echo "swift test ended with status $status; the full log is $log"
    return "$status"
}

# A few places of the library broken, one at a time: a test must notice each. `./run mutate` breaks all.
run_mutate() {
    scripts/mutate.sh --short "$results"
}

run_c() {
    require_packages "${build_packages[@]}" "${test_packages[@]}"
    quietly cmake -S . -B build -DBUILD_TESTING=ON || return 1
    quietly cmake --build build --parallel "$(jobs_count)" || return 1
    ctest --test-dir build --parallel "$(jobs_count)" --output-on-failure --output-junit "$PWD/$results/c.xml"
}

# The corpora and a few thousand runs of each target; `./run fuzz` takes longer.
run_fuzz() {
    scripts/fuzz.sh --short "$results"
}

# The C suite, and Python tests, with a library under AddressSanitizer; `./run sanitize` has the Swift tests as well.
run_sanitize() {
    scripts/sanitize.sh --short "$results"
}

# The program: its modules' tests, then the program itself.
run_program() {
    require_packages "${build_packages[@]}" "${test_packages[@]}" "${program_packages[@]}"
    require_venv "${python_requirements[@]}"
    Tests/BlackBox/real/install_glewlwyd.sh
    # Its commands explain the cookies of a host.
    scripts/build.sh || return 1
    scripts/build_demo.sh || return 1
    local log=build/test-program.log status=0
    STAUTH_PROGRAM=1 timeout 1800 swift test --scratch-path build/swift-program --filter ProgramTests \
        --xunit-output "$results/program.xml" > "$log" 2>&1 || status=$?
    grep -E '^(✘|.*error: |.* Test run with )' "$log" | cut -c1-500
    [ "$status" = 0 ] || echo "swift test ended with status $status; the full log is $log"
    (cd Tests/Program && PYTHONDONTWRITEBYTECODE=1 ../../build/venv/bin/pytest -q -n "$(jobs_count)" --dist loadgroup \
        --junitxml="../../$results/program-commands.xml") || status=1
    return "$status"
}

# The types, then the tests in CPython at its strictest, then, in the oldest Python, those without dependencies.
run_python() {
    local status=0 python=../../build/venv/bin/python pypy=../../build/pypy/bin/python strict tests oldest
    strict=(-X dev -W error -X faulthandler)
    tests=("${strict[@]}" -m pytest -q -p no:cacheprovider -o tmp_path_retention_policy=failed
        --disable-plugin-autoload)
    oldest=(tests/test_{app,declarations,errors,gate,library,log,refusal,requests,testing,user,wsgi}.py)
    require_packages "${build_packages[@]}" "${wheel_packages[@]}" "${python_packages[@]}"
    require_venv "${python_requirements[@]}"
    require_pypy || return 1
    require_servers || return 1
    scripts/wheel.sh || return 1
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0 PYTHONPATH=$PWD/bindings/python/src
    export PYTHONDONTWRITEBYTECODE=1
    cd bindings/python || return
    for version in 3.10 3.14; do
        ../../build/venv/bin/mypy --strict --python-version "$version" --cache-dir ../../build/mypy \
            --junit-xml "../../$results/python-mypy-$version.xml" src || status=1
    done
    # Each process of pytest-xdist must be as strict.
    "$python" "${tests[@]}" -p xdist --dist loadfile --tx "$(jobs_count)*popen//python=$python ${strict[*]}" \
        --junitxml "../../$results/python.xml" tests || status=1
    # Unlike CPython, PyPy takes the encoding of file names from the locale, also from that of a shell without one. Debian's
    # crashes in its own parser once in some fifty runs, never without its JIT: so that parses the tests, and then they run.
    export LC_ALL=C.UTF-8 PYTHONPYCACHEPREFIX=$PWD/../../build/pypy-cache
    env -u PYTHONDONTWRITEBYTECODE "$pypy" --jit off "${tests[@]}" --collect-only "${oldest[@]}" > /dev/null &&
        "$pypy" "${tests[@]}" --junitxml "../../$results/python-pypy.xml" "${oldest[@]}" || status=1
    return "$status"
}

# The bindings of other languages, and their examples.
run_hosts() {
    require_packages "${build_packages[@]}" python3 ca-certificates
    scripts/build.sh || return 1
    scripts/test_hosts.sh "$results"
}

run_blackbox() {
    local listed status=0
    mapfile -t listed < <(black_box_packages)
    require_packages "${build_packages[@]}" "${example_packages[@]}" "${test_packages[@]}" "${listed[@]}"
    Tests/BlackBox/real/install_glewlwyd.sh
    require_venv "${python_requirements[@]}"
    require_streamlit || return 1
    require_site || return 1
    scripts/build.sh || return 1
    scripts/build_demo.sh || return 1
    scripts/build_hosts.sh || return 1
    # The README's first command must keep working, and every benchmark.
    quietly scripts/demo.sh --headless || status=1
    STAUTH_HOSTS_ARE_BUILT=1 quietly scripts/bench.sh --smoke || status=1
    (cd Tests/BlackBox && PYTHONDONTWRITEBYTECODE=1 ../../build/venv/bin/pytest -q -n "$(waiting_jobs_count)" --dist loadgroup \
        --junitxml="../../$results/blackbox.xml") || status=1
    python3 scripts/conformance.py "$results/blackbox.xml" docs/conformance.md || status=1
    python3 scripts/runtimes.py "$results/blackbox.xml" docs/runtimes.md || status=1
    return "$status"
}

# What users install, in systems where nothing else was installed.
run_packages() {
    local listed
    mapfile -t listed < <(black_box_packages)
    require_packages "${build_packages[@]}" "${package_packages[@]}" "${package_test_packages[@]}" "${listed[@]}"
    Tests/BlackBox/real/install_glewlwyd.sh
    require_venv "${python_requirements[@]}"
    scripts/package.sh debian tarball languages || return 1
    (cd Tests/Packages && PYTHONDONTWRITEBYTECODE=1 ../../build/venv/bin/pytest -q -n "$(waiting_jobs_count)" --dist loadgroup \
        --ignore test_aarch64.py --junitxml="../../$results/packages.xml")
}

# The library for aarch64, run by QEMU; only if it is named. The C suite, then a login at the demo.
run_aarch64() {
    require_packages "${build_packages[@]}" "${package_packages[@]}" "${aarch64_packages[@]}"
    require_venv "${python_requirements[@]}"
    scripts/package.sh aarch64 || return 1
    quietly cmake -S . -B build/aarch64 -DBUILD_TESTING=ON || return 1
    quietly cmake --build build/aarch64 --parallel "$(jobs_count)" || return 1
    ctest --test-dir build/aarch64 --parallel "$(jobs_count)" --output-on-failure \
        --output-junit "$PWD/$results/aarch64-c.xml" || return 1
    (cd Tests/Packages && PYTHONDONTWRITEBYTECODE=1 ../../build/venv/bin/pytest -q test_aarch64.py \
        --junitxml="../../$results/aarch64.xml")
}

require_swift
mkdir -p "$results"
rm -f "$results"/*.{xml,log}
logs=$results
[[ " ${suites[*]} " != *" hosts "*" packages "* ]] || start_building_ahead
try_each suite "${suites[@]}"
python3 scripts/attacks.py "$results" "${suites[@]}" || { suites+=(attacks) failed+=(attacks); }
python3 scripts/test_totals.py "$results" "${suites[@]}" -- "${failed[@]}"
