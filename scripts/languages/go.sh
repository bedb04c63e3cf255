# Go: the module, linked by cgo, and its example.
# shellcheck shell=bash disable=SC2034
packages=(golang-go gcc libc6-dev pkg-config)

# No module comes from the network.
use_go() {
    mkdir -p build/go
    export GOCACHE=$PWD/build/go/cache GOPROXY=off GOFLAGS=-mod=mod
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig LD_LIBRARY_PATH=$PWD/build/prefix/lib
}

# The module is unpacked where `replace` in a go.mod says.
pack() {
    rm -rf build/go/module build/dist/stauth-go-0.2.0.zip
    mkdir -p build/go/module
    cp -R bindings/go build/go/module/stauth
    cp LICENSE build/go/module/stauth
    chmod -R go=rX,u+w build/go/module
    find build/go/module -exec touch --date="@$SOURCE_DATE_EPOCH" {} +
    (cd build/go/module && python3 -m zipfile -c ../../dist/stauth-go-0.2.0.zip stauth)
}

build() {
    use_go
    pack
    (cd examples/go && quietly go build -o ../../build/go/guestbook .)
}

# cgocheck looks at every pointer that C gets.
check() {
    local module status=0
    use_go
    for module in bindings/go examples/go; do
        (cd "$module" && go vet ./... && GODEBUG=cgocheck=2 go test -count=1 -json ./...) > build/go/test.json || status=1
        results_of go "go-${module%%/*}" < build/go/test.json || status=1
    done
    return "$status"
}

lint() {
    local unformatted
    unformatted=$(gofmt -l benchmarks/go bindings/go examples/go)
    [ -z "$unformatted" ] || die "gofmt would change $unformatted"
}

build_benchmark() {
    local program=$PWD/build/bench/bin/runtime-go
    use_go
    (cd benchmarks/runtimes/go && quietly go build -o "$program" .)
}

benchmark() {
    exec "$PWD/build/bench/bin/runtime-go" "$@"
}
