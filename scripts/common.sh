# Sourced by the scripts of `./run`.
# shellcheck shell=bash disable=SC2034

say() {
    printf '== %s\n' "$*"
}

die() {
    printf 'run: %s\n' "$*" >&2
    exit 1
}

# Shows what a command printed only if it failed.
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

jobs_count() {
    nproc 2>/dev/null || echo 2
}

# Puts the Swift toolchain on PATH, and stops when there is none or one too old.
require_swift() {
    command -v swift > /dev/null || PATH=$PATH:/opt/swift/usr/bin
    command -v swift > /dev/null ||
        die "Swift is missing: no swift on PATH nor in /opt/swift/usr/bin. Get Swift 6.3 or later from https://swift.org/install"
    local version
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p')
    [ -n "$version" ] || die "swift --version does not answer with a version; is the toolchain complete?"
    if [ "$(printf '%s\n6.3\n' "$version" | sort -V | head -n 1)" != 6.3 ]; then
        die "Swift $version is too old: stauth needs Swift 6.3 or later"
    fi
    export PATH
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs those of the Debian packages that are missing.
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
    local options=(--yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300) log
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # The second attempt is for package lists that are missing or old.
    if ! apt-get install "${options[@]}" "$@" > "$log" 2>&1; then
        if ! { apt-get update --quiet && apt-get install "${options[@]}" "$@"; } > "$log" 2>&1; then
            cat "$log" >&2
            die "apt-get could not install $*"
        fi
    fi
    rm -f "$log"
}

# A Python environment in build/venv with exactly what the requirement files pin.
require_venv() {
    local wanted python=/usr/bin/python3
    wanted=$(cat "$@")
    [ -x "$python" ] || python=python3
    if [ ! -x build/venv/bin/python ] || [ "$(cat build/venv/installed 2>/dev/null)" != "$wanted" ]; then
        say "making the Python environment build/venv"
        rm -rf build/venv
        "$python" -m venv build/venv
        build/venv/bin/pip install --quiet --disable-pip-version-check "${@/#/--requirement=}"
        printf '%s\n' "$wanted" > build/venv/installed
    fi
}

# The same in the tests' build and in the check for warnings, so that the two share one build.
no_warnings=(-Xswiftc -warnings-as-errors -Xcc -Werror -Xcxx -Werror)

build_packages=(gcc g++ make cmake pkg-config libssl-dev libcurl4-openssl-dev libjansson-dev libtomlplusplus-dev)
demo_packages=(libmicrohttpd-dev python3 python3-venv)
test_packages=(binutils valgrind clang clang-format shellcheck faketime)
python_requirements=(Tests/BlackBox/requirements.txt)

# The packages that the black-box tests list for themselves.
black_box_packages() {
    cat Tests/BlackBox/real/apt-packages.txt
}
