# Perl: the distribution, by FFI::Platypus. The example needs no building.
# shellcheck shell=bash disable=SC2034
packages=(perl make libffi-platypus-perl libplack-perl starman perltidy)

pack() {
    rm -rf build/perl
    cp -a bindings/perl build/perl
    (cd build/perl && quietly perl Makefile.PL && quietly make dist COMPRESS='gzip --best --no-name' && mv Stauth-*.tar.gz ../dist)
}

build() {
    pack
}

# The tests of the distribution, and those of the example.
check() {
    local file status=0
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0
    for file in bindings/perl/t/*.t; do
        (cd bindings/perl && perl -Ilib "t/$(basename "$file")") > build/perl.tap || status=1
        results_of tap "perl-$(basename "$file" .t)" < build/perl.tap || status=1
    done
    perl -Ibindings/perl/lib examples/perl/t/app.t > build/perl.tap || status=1
    results_of tap perl-example < build/perl.tap || status=1
    return "$status"
}

lint() {
    local file checked
    find bindings/perl examples/perl -name '*.p[lm]' -o -name '*.t' -o -name '*.psgi' -o -name '*.PL' | while read -r file; do
        checked=$(perl -Ibindings/perl/lib -Ibindings/perl/t/lib -c "$file" 2>&1)
        [ "$checked" = "$file syntax OK" ] || die "$file: $checked"
    done
    find bindings/perl/lib bindings/perl/Makefile.PL examples/perl/app.psgi -type f | while read -r file; do
        perltidy --profile=bindings/perl/.perltidyrc --standard-output "$file" | cmp --silent - "$file" ||
            die "perltidy would change $file"
    done
    find bindings/perl/lib -name '*.pm' -exec grep --files-with-matches '^=head1' {} + | while read -r file; do
        quietly podchecker -warnings "$file"
    done
}

build_benchmark() {
    quietly perl -Ibindings/perl/lib -c "$PWD/benchmarks/runtimes/perl.pl"
}

benchmark() {
    exec perl -Ibindings/perl/lib "$PWD/benchmarks/runtimes/perl.pl" "$@"
}
