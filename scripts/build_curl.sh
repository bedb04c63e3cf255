#!/usr/bin/env bash
# Builds the libcurl of the Python wheel, in build/curl: from Debian's sources, HTTP and HTTPS only, with no
# dependency but OpenSSL. Debian's build needs thirty. Rebuilt when Debian's package changes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

folder=$PWD/build/curl
# The name under which libstauth.so looks for its own copy (Sources/CCurl/ccurl.c).
library=$folder/libstauth-curl.so.4
installed=$(dpkg-query --show --showformat='${source:Version}' libcurl4-openssl-dev)
if [ -f "$library" ] && [ "$(cat "$folder/version" 2>/dev/null)" = "$installed" ]; then
    exit
fi
say "building the wheel's libcurl in build/curl"
rm -rf "$folder"
mkdir -p "$folder/lists/partial"

# The system's package sources are often configured without source packages. These are the same with them; apt
# keeps their lists apart, so that the system's stay as they are.
list_sources() {
    # shellcheck disable=SC2016
    apt-get indextargets 'Identifier: Packages' 'Origin: Debian' --format \
        'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(CODENAME) $(COMPONENT)' |
        sort --unique
}
list_sources > "$folder/sources.list"
if [ ! -s "$folder/sources.list" ]; then
    quietly apt-get update --quiet
    list_sources > "$folder/sources.list"
fi
apt_options=(--quiet -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$folder/lists" -o APT::Sandbox::User="$(id -un)")
quietly apt-get update "${apt_options[@]}"
(cd "$folder" && quietly apt-get source "${apt_options[@]}" --download-only curl)
quietly dpkg-source --no-check --extract "$folder"/curl_*.dsc "$folder/source"

# The authorities' file is only the first place to look: see ccurl_authority_file().
quietly cmake -S "$folder/source" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
    -DBUILD_CURL_EXE=OFF -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_ZLIB=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF \
    -DCURL_USE_LIBSSH2=OFF -DCURL_DISABLE_NTLM=ON -DCURL_DISABLE_CRYPTO_AUTH=ON -DCURL_DISABLE_ALTSVC=ON \
    -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_DOH=ON \
    -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt -DCURL_CA_PATH=none \
    -DCMAKE_C_FLAGS="-fstack-protector-strong -D_FORTIFY_SOURCE=2 -ffile-prefix-map=$folder=." \
    -DCMAKE_SHARED_LINKER_FLAGS='-Wl,-z,relro,-z,now,--strip-all'
quietly cmake --build "$folder/build" --parallel "$(jobs_count)" --target libcurl
cp "$folder/source/debian/copyright" "$folder/copyright"
cp "$folder/build/lib/libcurl.so.4" "$library"
printf '%s\n' "$installed" > "$folder/version"
