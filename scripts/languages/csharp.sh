# C#: the assembly, by P/Invoke. Mono builds and runs it here; Stauth.csproj is for the .NET SDK.
# shellcheck shell=bash disable=SC2034
packages=(mono-mcs mono-runtime)

# Warnings are errors, among them that a public name has no documentation.
compile() {
    quietly mcs -codepage:utf8 -warn:4 -warnaserror+ -r:System.Core.dll "$@"
}

# The assembly and its package.
pack() {
    local package=build/csharp/package
    rm -rf build/csharp
    mkdir -p build/csharp/test "$package/lib/net461" "$package/_rels"
    compile -target:library -doc:"$package/lib/net461/Stauth.xml" -out:"$package/lib/net461/Stauth.dll" \
        bindings/csharp/src/*.cs
    cp bindings/csharp/{Stauth.nuspec,README.md,LICENSE} "$package"
    cp bindings/csharp/package/content-types.xml "$package/[Content_Types].xml"
    cp bindings/csharp/package/relationships.xml "$package/_rels/.rels"
    rm -f build/dist/Stauth.0.2.0.nupkg
    (cd "$package" && python3 -m zipfile -c ../../dist/Stauth.0.2.0.nupkg Stauth.nuspec '[Content_Types].xml' _rels lib \
        README.md LICENSE)
}

# The example into build/csharp.
build() {
    pack
    cp build/csharp/package/lib/net461/Stauth.dll build/csharp
    compile -r:build/csharp/Stauth.dll -out:build/csharp/GuestBook.exe examples/csharp/{Program,GuestBook}.cs
}

# The tests of the binding, compiled with its sources, and those of the example.
check() {
    local status=0
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0
    compile -debug -main:Stauth.Tests.Tap -out:build/csharp/test/Tests.exe bindings/csharp/{src,test}/*.cs \
        examples/csharp/{GuestBook,GuestBookTest}.cs || return 1
    timeout 300 mono --debug build/csharp/test/Tests.exe > build/csharp/test.tap 2> build/csharp/test.log || status=1
    results_of tap csharp < build/csharp/test.tap || status=1
    [ "$status" = 0 ] || tail -n 100 build/csharp/test.log
    return "$status"
}

# The compiler checks the rest while it builds.
lint() {
    local file
    for file in bindings/csharp/Stauth.{csproj,nuspec} bindings/csharp/package/*.xml; do
        python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$file"
    done
}

build_benchmark() {
    compile -r:build/csharp/Stauth.dll -out:"$PWD/build/bench/bin/runtime.exe" "$PWD/benchmarks/runtimes/csharp.cs"
}

benchmark() {
    MONO_PATH=$PWD/build/csharp exec mono "$PWD/build/bench/bin/runtime.exe" "$@"
}
