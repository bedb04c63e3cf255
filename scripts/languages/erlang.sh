# Erlang and Elixir: an OTP application with a NIF, and an example on the httpd of inets.
# shellcheck shell=bash disable=SC2034
packages=(erlang-base erlang-dev erlang-crypto erlang-inets elixir gcc libc6-dev make pkg-config)

use_erlang() {
    export PKG_CONFIG_PATH=$PWD/build/prefix/lib/pkgconfig LD_LIBRARY_PATH=$PWD/build/prefix/lib
    export ERL_LIBS=$PWD/build/erlang LC_ALL=C.UTF-8 HEX_OFFLINE=1
}

# A package as Hex has them (hexpm/specifications, package_tarball.md).
pack() {
    local folder=build/erlang/hex
    rm -rf "$folder"
    mkdir -p "$folder"
    tar --create --gzip --file "$folder/contents.tar.gz" --sort=name --owner=0 --group=0 --numeric-owner \
        --directory bindings/erlang LICENSE README.md Makefile mix.exs rebar.config c_src lib src
    printf 3 > "$folder/VERSION"
    cat > "$folder/metadata.config" <<- 'END'
		{<<"name">>,<<"stauth">>}.
		{<<"app">>,<<"stauth">>}.
		{<<"version">>,<<"0.2.0">>}.
		{<<"description">>,<<"Sign users in with any OpenID provider">>}.
		{<<"licenses">>,[<<"Apache-2.0">>]}.
		{<<"build_tools">>,[<<"rebar3">>,<<"mix">>]}.
		{<<"requirements">>,[]}.
	END
    cat "$folder/VERSION" "$folder/metadata.config" "$folder/contents.tar.gz" | sha256sum | cut -c 1-64 |
        tr -d '\n' | tr a-f A-F > "$folder/CHECKSUM"
    tar --create --file build/dist/stauth-0.2.0.tar --owner=0 --group=0 --numeric-owner --directory "$folder" \
        VERSION CHECKSUM metadata.config contents.tar.gz
}

build() {
    use_erlang
    pack
    rm -rf build/erlang/{stauth,plug,example}
    mkdir -p build/erlang/{stauth,plug}/ebin build/erlang/stauth/priv build/erlang/example
    cp -r bindings/erlang/{Makefile,c_src} build/erlang/stauth
    quietly make --directory build/erlang/stauth CFLAGS='-O2 -Wall -Wextra -Werror'
    cp bindings/erlang/src/stauth.app.src build/erlang/stauth/ebin/stauth.app
    erlc -Werror +debug_info -o build/erlang/stauth/ebin bindings/erlang/src/*.erl
    elixirc --warnings-as-errors --ignore-module-conflict -o build/erlang/stauth/ebin \
        bindings/erlang/test/plug_conn.ex bindings/erlang/lib/*.ex bindings/erlang/lib/*/*.ex > /dev/null
    mv build/erlang/stauth/ebin/Elixir.Plug.Conn.beam build/erlang/plug/ebin
    erlc -Werror -o build/erlang/example examples/erlang/guestbook.erl
}

# The tests of the application, and those of the example.
check() {
    local status=0
    use_erlang
    rm -rf build/erlang/test
    mkdir -p build/erlang/test/ebin
    erlc -Werror -o build/erlang/test/ebin bindings/erlang/test/*.erl examples/erlang/*_test.erl || return 1
    elixirc --warnings-as-errors -o build/erlang/test/ebin \
        bindings/erlang/test/plug_test.ex > /dev/null || return 1
    erl -noshell -pa build/erlang/example -pa /usr/lib/elixir/lib/elixir/ebin \
        -s tap run > build/erlang/test.tap 2> build/erlang/log || status=1
    results_of tap erlang < build/erlang/test.tap || status=1
    [ "$status" = 0 ] || cat build/erlang/log >&2
    return "$status"
}

lint() {
    (cd bindings/erlang && LC_ALL=C.UTF-8 mix format --check-formatted mix.exs lib/*.ex lib/*/*.ex test/*.ex)
}

build_benchmark() {
    quietly erlc -Werror -o "$PWD/build/bench/bin" "$PWD/benchmarks/runtimes/runtime_bench.erl"
}

# One scheduler: others that look for work would count.
benchmark() {
    local library=$LD_LIBRARY_PATH
    use_erlang
    LD_LIBRARY_PATH=$library exec erl +S 1 +sbwt none +sbwtdcpu none +sbwtdio none -noshell -pa "$PWD/build/bench/bin" \
        -s runtime_bench main -extra "$@"
}
