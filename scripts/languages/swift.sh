# Swift: the packages, and the example on Hummingbird. SwiftNIO takes minutes to build: all that need it share one folder,
# also in Tests/BlackBox/languages/swift.py.
# shellcheck shell=bash disable=SC2034
packages=(pkg-config git openssl ca-certificates)

use_swift() {
    require_swift
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig LD_LIBRARY_PATH=$PWD/build/prefix/lib
}

# in_package FOLDER COMMAND...: `swift COMMAND` there.
in_package() {
    local folder=$1 command=$2 scratch=build/swift-binding
    shift 2
    [ "$folder" != bindings/swift/stauth ] || scratch=build/swift-core
    swift "$command" --package-path "$folder" --scratch-path "$scratch" "$@"
}

# Whether DocC converts each module's catalog without a complaint: TAP.
documentation() {
    local folder catalog module graphs number=0
    for folder in bindings/swift/stauth bindings/swift/stauth-nio; do
        in_package "$folder" package dump-symbol-graph --minimum-access-level public --skip-synthesized-members \
            > build/swift-graphs.log 2>&1 || cat build/swift-graphs.log >&2
        for catalog in "$folder"/Sources/*/*.docc; do
            module=$(basename "$catalog" .docc)
            graphs=build/swift-graphs/$module
            number=$((number + 1))
            rm -rf "$graphs"
            mkdir -p "$graphs"
            find build/swift-core build/swift-binding -path "*/symbolgraph/$module.symbols.json" -exec cp {} "$graphs" \;
            if docc convert "$catalog" --additional-symbol-graph-dir "$graphs" --fallback-display-name "$module" \
                --fallback-bundle-identifier "$module" --output-path "$graphs/html" --warnings-as-errors \
                --no-transform-for-static-hosting >&2 && python3 scripts/languages/swift_documented.py "$graphs" >&2; then
                echo "ok $number - documentation of $module"
            else
                echo "not ok $number - documentation of $module"
            fi
        done
    done
    echo "1..$number"
}

# The archives of both packages.
pack() {
    local package
    rm -rf build/swift-archives build/dist/stauth-0.2.0.zip build/dist/stauth-nio-0.2.0.zip
    mkdir -p build/swift-archives
    for package in stauth stauth-nio; do
        cp -R "bindings/swift/$package" build/swift-archives
        cp bindings/swift/{README.md,LICENSE} "build/swift-archives/$package"
        rm -f "build/swift-archives/$package/Package.resolved" # of the tests
        chmod -R go=rX,u+w "build/swift-archives/$package"
        find "build/swift-archives/$package" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +
        (cd build/swift-archives && python3 -m zipfile -c "../dist/$package-0.2.0.zip" "$package")
    done
}

# The example.
build() {
    use_swift
    pack
    quietly in_package examples/swift build --build-tests
}

check() {
    local folder name status=0
    use_swift
    for folder in bindings/swift/stauth bindings/swift/stauth-nio examples/swift; do
        name=${folder//\//-}
        # shellcheck disable=SC2154 # test_hosts.sh has the folder
        in_package "$folder" test --xunit-output "$results/hosts-swift-$name.xml" > "build/swift-$name.log" 2>&1 || status=1
        grep -E '^(✘|.*error: )' "build/swift-$name.log" | cut -c1-500
    done
    documentation > build/swift.tap
    results_of tap swift-documentation < build/swift.tap || status=1
    grep -q '^not ok' build/swift.tap && status=1
    return "$status"
}

lint() {
    require_swift
    swift format lint --strict --recursive bindings/swift examples/swift benchmarks/runtimes/swift
}

build_benchmark() {
    use_swift
    quietly swift build -c release --package-path benchmarks/runtimes/swift --scratch-path build/bench/swift
}

benchmark() {
    exec build/bench/swift/release/runtime "$@"
}
