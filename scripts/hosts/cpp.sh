# C++: headers that are installed with the library, and the example that finds them there.
# shellcheck shell=bash disable=SC2034
packages=(g++ clang cmake make pkg-config libmicrohttpd-dev libssl-dev)

build() {
    quietly cmake -S examples/cpp -B build/cpp -DCMAKE_PREFIX_PATH="$PWD/build/prefix"
    quietly cmake --build build/cpp
}

# The unit tests, as the oldest and the newest C++ of two compilers, and the example's.
check() {
    local pair compiler standard status=0 options
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig LD_LIBRARY_PATH=$PWD/build/prefix/lib
    options=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -pthread
        "-DFOLDER=\"$PWD/bindings/cpp\"" "-DINSTALLED=\"$PWD/build/prefix/include\"")
    for pair in "g++ c++17" "clang++ c++20"; do
        read -r compiler standard <<< "$pair"
        # Two lists of words, meant to be split.
        # shellcheck disable=SC2046
        "$compiler" "-std=$standard" "${options[@]}" $(pkg-config --cflags stauth) bindings/cpp/test/*.cpp \
            $(pkg-config --libs stauth) -lcrypto -o "build/cpp/test-$standard" || status=1
        "build/cpp/test-$standard" > build/cpp/test.tap 2> build/cpp/test.log || status=1
        results_of tap "cpp-$standard" < build/cpp/test.tap || status=1
    done
    for pair in "g++ c++20" "clang++ c++17"; do
        read -r compiler standard <<< "$pair"
        # shellcheck disable=SC2046
        "$compiler" "-std=$standard" "${options[@]}" $(pkg-config --cflags stauth) -fsyntax-only \
            -include stauth/testing.hpp -include stauth/microhttpd.hpp -x c++ /dev/null || status=1
    done
    build/cpp/site_test > build/cpp/test.tap 2> build/cpp/test.log || status=1
    results_of tap cpp-example < build/cpp/test.tap || status=1
    return "$status"
}

lint() {
    find bindings/cpp examples/cpp -name '*.hpp' -o -name '*.cpp' | sort | xargs clang-format --dry-run -Werror
}
