# Sourced by the scripts of `./run`.
# shellcheck shell=bash disable=SC2034

say() {
    printf '== %s\n' "$*"
}

die() {
    printf 'run: %s\n' "$*" >&2
    exit 1
}

# Shows a command's output only if it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" > "$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# Runs a command that takes a while: shows how far it is, and all of its output if it fails. On a terminal one line
# shows each step, and every second that it takes; elsewhere there is a line every ten seconds.
patiently() {
    local log line step='' started=$SECONDS shown=$SECONDS pause=10 status=0
    log=$(mktemp)
    [ ! -t 1 ] || pause=1
    while true; do
        if IFS= read -r -t "$pause" line; then
            printf '%s\n' "$line" >> "$log"
            [ -z "$line" ] || step=$line
        elif [ $? -le 128 ]; then
            break # no more output
        fi
        if [ "$pause" = 1 ]; then
            printf '\r\033[K   %3d s  %.60s' $((SECONDS - started)) "$step"
        elif [ $((SECONDS - shown)) -ge "$pause" ]; then
            printf '   %3d s  %.60s\n' $((SECONDS - started)) "$step"
            shown=$SECONDS
        fi
    done < <("$@" 2>&1 || status=$?; printf '%s' "$status" > "$log.status")
    [ "$pause" != 1 ] || printf '\r\033[K'
    status=$(cat "$log.status")
    [ "$status" = 0 ] || cat "$log" >&2
    rm -f "$log" "$log.status"
    return "$status"
}

# Runs run_NAME for each NAME of the kind $1, the rest even if one fails; `failed` then has those that did.
# What NAME prints is also in the file NAME.log of the folder $logs, if that is set.
try_each() {
    local kind=$1 name started known log
    shift
    failed=()
    for name in "$@"; do
        known=$(declare -F | sed -n 's/^declare -f run_//p' | paste -sd ' ')
        declare -F "run_$name" > /dev/null || die "unknown $kind $name; there are: $known"
        say "$kind $name"
        started=$SECONDS
        # In a subshell: one that gives up must not prevent the next from running.
        log=${logs:+$logs/$name.log}
        ("run_$name") > >(tee "${log:-/dev/null}") 2>&1 || failed+=("$name")
        say "$kind $name took $((SECONDS - started)) s"
    done
}

jobs_count() {
    nproc 2>/dev/null || echo 2
}

# Puts the Swift toolchain on PATH; stops if it is missing, does not start, or is too old.
require_swift() {
    command -v swift > /dev/null || PATH=$PATH:/opt/swift/usr/bin
    command -v swift > /dev/null ||
        die "Swift is missing: it is neither on PATH nor in /opt/swift/usr/bin. Get Swift 6.3 or later from https://swift.org/install"
    export PATH
    local problem version
    if ! problem=$(start_swift); then
        say "$(command -v swift) does not start: $problem"
        require_packages "${swift_packages[@]}"
        problem=$(start_swift) || die "$(command -v swift) does not start: $problem"
    fi
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p')
    [ -n "$version" ] || die "swift --version prints no version; is the toolchain complete?"
    if [ "$(printf '%s\n6.3\n' "$version" | sort -V | head -n 1)" != 6.3 ]; then
        die "Swift $version is too old: stauth needs Swift 6.3 or later"
    fi
}

# The compiler and the package manager, which have libraries of their own. Prints what they say if they fail.
start_swift() {
    { swift --version > /dev/null && swift build --version > /dev/null; } 2>&1
}

# The date of whatever is packed is that of the version, so that two builds of the same sources have the same bytes. GNU tar
# reads TAR_OPTIONS; zip, jar and gem have their own ways.
use_source_date() {
    SOURCE_DATE_EPOCH=$(date --date="$(sed -nE 's/^ -- .*>  //p' packaging/debian/changelog | head -n 1)" +%s)
    export SOURCE_DATE_EPOCH TAR_OPTIONS="--sort=name --mtime=@$SOURCE_DATE_EPOCH --mode=go=rX,u+w"
}

# The program stauth as users get it, with its symbols. SwiftNIO takes some minutes the first time.
build_program() {
    STAUTH_PROGRAM=1 patiently swift build -c release --static-swift-stdlib --product stauth \
        --scratch-path build/swift-program-release
}

# The fuzz targets, and with them the library, with AddressSanitizer; the C with UndefinedBehaviorSanitizer, too.
build_fuzzers() {
    local runtime
    require_swift
    require_packages "${build_packages[@]}" python3
    runtime=$(sanitizer_runtime fuzzer_no_main a) || die "this Swift toolchain has no libFuzzer"
    STAUTH_FUZZER=$runtime patiently swift build -c release --sanitize=address --product fuzz --scratch-path build/fuzz
}

# The file of the toolchain's runtime $1, a library with the suffix $2.
sanitizer_runtime() {
    ls "$(dirname "$(readlink -f "$(command -v swift)")")"/../lib/clang/*/lib/linux/libclang_rt."$1-$(uname -m).$2"
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs the missing ones of these Debian packages.
require_packages() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get > /dev/null || die "these packages are missing, under Debian's names: ${missing[*]}"
    [ "$(id -u)" = 0 ] || die "packages are missing; run: sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]}"
    install_packages "${missing[@]}"
}

install_packages() {
    local options=(--yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300)
    export DEBIAN_FRONTEND=noninteractive
    # The lists of packages may be missing or old.
    patiently apt-get install "${options[@]}" "$@" 2> /dev/null ||
        { patiently apt-get update --quiet && patiently apt-get install "${options[@]}" "$@"; } ||
        die "apt-get could not install $*"
}

# A Python environment in the folder $1 with exactly the packages that the requirement files after it pin.
make_venv() {
    local folder=$1 wanted python=/usr/bin/python3
    shift
    wanted=$(cat "$@")
    [ -x "$python" ] || python=python3
    if [ ! -x "$folder/bin/python" ] || [ "$(cat "$folder/installed" 2>/dev/null)" != "$wanted" ]; then
        say "making the Python environment $folder"
        rm -rf "$folder"
        "$python" -m venv "$folder" || return
        "$folder/bin/pip" install --quiet --disable-pip-version-check "${@/#/--requirement=}" || return
        printf '%s\n' "$wanted" > "$folder/installed"
    fi
}

require_venv() {
    make_venv build/venv "$@"
}

# Streamlit, apart from the tests' packages: it restricts their versions.
require_streamlit() {
    make_venv build/venv-streamlit Tests/BlackBox/real/requirements-streamlit.txt
}

# MkDocs, apart from the tests' packages.
require_site() {
    make_venv build/venv-site scripts/site/requirements.txt
}

# Builds the site in the folder $2 with the pictures of the folder $1. A broken link or a page without a place fails.
build_site() {
    STAUTH_PICTURES=$1 NO_MKDOCS_2_WARNING=1 build/venv-site/bin/mkdocs build --strict \
        --config-file scripts/site/mkdocs.yml --site-dir "$2"
}

# The servers that the gate is tested behind, each with only what it needs.
require_servers() {
    local name
    for name in servers gunicorn-20 gunicorn-21; do
        make_venv "build/venv-$name" "bindings/python/requirements-$name.txt" || return
    done
}

# The oldest Python that the binding supports, in build/pypy; Debian 12 has it as PyPy.
require_pypy() {
    local wanted requirements=bindings/python/requirements-pypy.txt
    wanted=$(cat "$requirements")
    if [ ! -x build/pypy/bin/python ] || [ "$(cat build/pypy/installed 2>/dev/null)" != "$wanted" ]; then
        say "making the PyPy environment build/pypy"
        rm -rf build/pypy
        pypy3 -m venv --without-pip build/pypy
        build/venv/bin/pip --python build/pypy/bin/python install --quiet --disable-pip-version-check \
            --requirement "$requirements"
        printf '%s\n' "$wanted" > build/pypy/installed
    fi
}

# The same in the tests' build and in the check for warnings, so the two share one build.
no_warnings=(-Xswiftc -warnings-as-errors -Xcc -Werror -Xcxx -Werror)

# What Swift's own tools are linked to.
swift_packages=(libncurses6 libsqlite3-0 libcurl4 libxml2)
build_packages=(
    gcc g++ make cmake pkg-config libssl-dev libcurl4-openssl-dev libjansson-dev libtomlplusplus-dev zlib1g-dev
)
demo_packages=(libmicrohttpd-dev python3)
example_packages=("${demo_packages[@]}" libevent-dev python3-venv)
test_packages=(abigail-tools binutils valgrind clang clang-format shellcheck ruby-dev locales libcurl3-gnutls)
# What the program's tests need.
program_packages=(
    caddy chromium chromium-driver curl dbus fish gcc gnome-keyring groff-base haproxy libqrencode4 libsecret-tools nginx openssl
    python3 python3-venv redis-server sqlite3 systemd zbar-tools zsh
)
wheel_packages=(python3 python3-venv dpkg-dev)
package_packages=(apache2-dev debhelper dpkg-dev)
package_test_packages=(debootstrap lintian openssl)
aarch64_packages=(qemu-user)
python_packages=(gcc pypy3 pypy3-venv)
bench_packages=(
    valgrind python3 python3-venv libcjose-dev libjwt-dev libiddawc1.1 librhonabwy1.1 libmicrohttpd-dev apache2-bin
    libapache2-mod-auth-openidc golang-go golang-github-coreos-go-oidc-dev golang-github-gorilla-securecookie-dev
    golang-golang-x-oauth2-dev ca-certificates redis-server nginx wrk
)
bench_header_packages=(libiddawc-dev librhonabwy-dev liborcania-dev libyder-dev libulfius-dev)
python_requirements=(
    Tests/BlackBox/requirements.txt bindings/python/requirements.txt bindings/python/requirements-dev.txt
)

# The packages listed by the black-box tests.
black_box_packages() {
    cat Tests/BlackBox/real/apt-packages.txt
}

# The languages of the bindings besides Python.
host_languages() {
    basename --suffix=.sh scripts/languages/*.sh
}

# Sources scripts/languages/LANGUAGE.sh, which has the Debian `packages` it needs; pack(), which makes what users install, in
# build/dist; build(), which does so and builds the example; check(), which runs the binding's own tests; and lint().
use_language() {
    [ -e "scripts/languages/$1.sh" ] || die "unknown language $1; there are: $(host_languages | paste -sd ' ')"
    # shellcheck source=/dev/null
    source "scripts/languages/$1.sh"
}

# What all of them need.
host_packages() {
    local language packages
    for language in $(host_languages); do
        (use_language "$language" && printf '%s\n' "${packages[@]}")
    done
}
