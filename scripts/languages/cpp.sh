# C++: headers that are installed with the library, and the example that finds them there.
# shellcheck shell=bash disable=SC2034
packages=(g++ clang cmake make pkg-config libmicrohttpd-dev libssl-dev)

# The library's own packages have them.
pack() {
    :
}

build() {
    quietly cmake -S examples/cpp -B build/cpp -DCMAKE_PREFIX_PATH="$PWD/build/prefix"
    quietly cmake --build build/cpp
}

# The unit tests, as the oldest and the newest C++ of two compilers, and the example's.
check() {
    local program status=0
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig LD_LIBRARY_PATH=$PWD/build/prefix/lib
    rm -f build/cpp/test-*
    # In one file they take a third of the time.
    printf '#include "%s"\n' "$PWD"/bindings/cpp/test/*.cpp > build/cpp/tests.cpp
    compile g++ c++17 &
    compile clang++ c++20 &
    wait
    for program in test-c++17 test-c++20 site_test; do
        timeout 300 "build/cpp/$program" > build/cpp/test.tap 2> build/cpp/test.log || status=1
        results_of tap "cpp-$program" < build/cpp/test.tap || status=1
    done
    return "$status"
}

# compile COMPILER STANDARD: without a warning, as the library's users do.
compile() {
    # Two lists of words, meant to be split.
    # shellcheck disable=SC2046
    "$1" "-std=$2" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -pthread "-DFOLDER=\"$PWD/bindings/cpp\"" \
        "-DINSTALLED=\"$PWD/build/prefix/include\"" $(pkg-config --cflags stauth) build/cpp/tests.cpp \
        $(pkg-config --libs stauth) -lcrypto -o "build/cpp/test-$2"
}

lint() {
    find bindings/cpp examples/cpp -name '*.hpp' -o -name '*.cpp' | sort | xargs clang-format --dry-run -Werror
}

build_benchmark() {
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig
    # Two lists of words, meant to be split.
    # shellcheck disable=SC2046
    quietly g++ -std=c++17 -O2 -Wall -Wextra -Werror $(pkg-config --cflags stauth) -o "$PWD/build/bench/bin/runtime-cpp" \
        "$PWD/benchmarks/runtimes/cpp.cpp" $(pkg-config --libs stauth)
}

benchmark() {
    exec "$PWD/build/bench/bin/runtime-cpp" "$@"
}
