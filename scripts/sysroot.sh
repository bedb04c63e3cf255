#!/usr/bin/env bash
# sysroot.sh: Debian 12's libraries and headers for aarch64, in build/sysroot-aarch64, for `./run build --aarch64`. Only
# unpacked: nothing is installed, and nothing of this system changes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

folder=$PWD/build/sysroot-aarch64
packages=(libc6-dev libstdc++-12-dev libssl-dev libcurl4-openssl-dev libjansson-dev libtomlplusplus-dev zlib1g-dev
    libmicrohttpd-dev)
wanted=${packages[*]}
if [ "$(cat "$folder/packages" 2>/dev/null)" = "$wanted" ]; then
    exit
fi
say "unpacking Debian's libraries for aarch64 in build/sysroot-aarch64"
rm -rf "$folder"
apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
touch "$apt/status"
cat > "$apt/sources.list" << 'LIST'
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main
LIST
cat > "$apt/apt.conf" << CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
CONF
export APT_CONFIG=$apt/apt.conf
quietly apt-get update --quiet
quietly apt-get install --quiet --yes --download-only "${packages[@]}"
for package in "$apt"/cache/archives/*.deb; do
    dpkg-deb --extract "$package" "$folder"
done
# Links to files from the root of the system lead into the folder instead.
find "$folder" -type l -lname '/*' -printf '%p %l\n' | while read -r link target; do
    ln --symbolic --force --relative "$folder$target" "$link"
done
rm -rf "$apt"
printf '%s\n' "$wanted" > "$folder/packages"
