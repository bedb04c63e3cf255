#!/bin/sh
# serve.sh PORT: starts the guest book with the settings in the file that STAUTH_SECRETS names.
set -eu
port=$1
here=$(dirname "$(readlink -f "$0")")
folder=$(dirname "$(readlink -f "$STAUTH_SECRETS")")/nginx-$port
mkdir -p "$folder"
sed "s,HERE,$here,g" "$here/nginx.conf" > "$folder/nginx.conf"
echo "listen 127.0.0.1:$port;" > "$folder/listen.conf"
echo "http://localhost:$port/"
exec /usr/sbin/nginx -p "$folder" -e stderr -c "$folder/nginx.conf" -g "daemon off;"
