# Rust: the crates, and an example on hyper with Debian's crates.
# shellcheck shell=bash disable=SC2034
packages=(
    rustc cargo rustfmt rust-clippy gcc libc6-dev pkg-config librust-hyper-dev librust-tokio-dev librust-tower-layer-dev
)

# Debian's compiler, and no crate from the network.
use_rust() {
    export PATH=/usr/bin:$PATH CARGO_HOME=$PWD/build/rust/cargo CARGO_TARGET_DIR=$PWD/build/rust/target CARGO_NET_OFFLINE=true
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig LD_LIBRARY_PATH=$PWD/build/prefix/lib
    mkdir -p "$CARGO_HOME"
    cat > "$CARGO_HOME/config.toml" <<- END
		[source.crates-io]
		replace-with = "debian"
		[source.debian]
		directory = "/usr/share/cargo/registry"
		[profile.dev]
		debug = 0
	END
}

# A crate file of `cargo package`, which would ask the registry for the other crate.
make_crate() {
    local folder=build/rust/$1-0.2.0
    rm -rf "$folder"
    mkdir -p "$folder"
    cp -r "bindings/rust/$1/src" bindings/rust/{README.md,LICENSE} "$folder"
    [ ! -e "bindings/rust/$1/build.rs" ] || cp "bindings/rust/$1/build.rs" "$folder"
    sed 's|, path = "../stauth-sys"||' "bindings/rust/$1/Cargo.toml" > "$folder/Cargo.toml"
    tar --create --gzip --file "build/dist/$1-0.2.0.crate" --sort=name --owner=0 --group=0 --numeric-owner \
        --directory build/rust "$1-0.2.0"
}

pack() {
    make_crate stauth-sys
    make_crate stauth
}

build() {
    use_rust
    pack
    (cd examples/rust && quietly cargo build)
}

check() {
    local folder status=0
    use_rust
    for folder in bindings/rust examples/rust; do
        (cd "$folder" && cargo test --workspace --all-features --no-fail-fast) > build/rust/test.txt 2> build/rust/log || status=1
        results_of cargo "rust-${folder%%/*}" < build/rust/test.txt || status=1
        [ "$status" = 0 ] || cat build/rust/log >&2
    done
    return "$status"
}

lint() {
    local folder
    use_rust
    for folder in bindings/rust examples/rust; do
        (cd "$folder" && cargo fmt --all --check && quietly cargo clippy --workspace --all-features --all-targets -- --deny warnings)
    done
}

build_benchmark() {
    use_rust
    (cd "$PWD/benchmarks/runtimes/rust" && quietly cargo build --release)
}

benchmark() {
    exec build/rust/target/release/runtime "$@"
}
