# Ruby: the gem, by ruby-ffi. The example needs no building.
# shellcheck shell=bash disable=SC2034
packages=(ruby ruby-ffi ruby-rack puma ruby-sinatra ruby-railties)

pack() {
    (cd bindings/ruby && quietly gem build --quiet stauth.gemspec --output ../../build/dist/stauth-0.2.0.gem)
}

build() {
    pack
}

# The tests of the gem, and those of the example. Warnings are errors.
check() {
    local folder status=0
    export STAUTH_LIBRARY=$PWD/build/prefix/lib/libstauth.so.0
    for folder in bindings/ruby/test examples/ruby; do
        ruby -w -Ibindings/ruby/lib -Ibindings/ruby/test -rhelper -e 'ARGV.each { |file| require File.expand_path(file) }
            exit Minitest.run([])' "$folder"/test_*.rb > build/ruby.tap || status=1
        results_of tap "${folder//\//-}" < build/ruby.tap || status=1
    done
    return "$status"
}

lint() {
    local file checked
    find bindings/ruby examples/ruby -name '*.rb' -o -name '*.ru' -o -name '*.gemspec' | while read -r file; do
        checked=$(ruby -wc "$file" 2>&1)
        [ "$checked" = "Syntax OK" ] || die "$file: $checked"
    done
}

build_benchmark() {
    quietly ruby -wc "$PWD/benchmarks/runtimes/ruby.rb"
}

benchmark() {
    exec ruby -Ibindings/ruby/lib "$PWD/benchmarks/runtimes/ruby.rb" "$@"
}
