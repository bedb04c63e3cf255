#!/usr/bin/env bash
# php-fpm behind nginx, without root and until it is stopped: STAUTH_SECRETS=secrets.toml ./serve.sh 8501
set -uo pipefail
site=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
folder=$(mktemp -d)
fpm=$(find /usr/sbin /usr/local/sbin -name 'php-fpm*' 2> /dev/null | sort | tail -n 1)
as_root=()

stop() {
    kill "$nginx" "$php" 2> /dev/null
    wait
    rm -rf "$folder"
}

for file in nginx.conf php-fpm.conf; do
    sed "s,FOLDER,$folder,g; s,PORT,$1,g; s,SITE,$site,g" "$site/$file" > "$folder/$file"
done
if [ "$(id -u)" = 0 ]; then
    echo 'user root;' >> "$folder/nginx.conf"
    echo 'user = root' >> "$folder/php-fpm.conf"
    as_root=(--allow-to-run-as-root)
fi

mkfifo "$folder/log"
"$fpm" "${as_root[@]}" --fpm-config "$folder/php-fpm.conf" 4>&2 > "$folder/log" 2>&1 &
php=$!
exec 3< "$folder/log"
while read -r line <&3 && printf '%s\n' "$line"; do
    [[ $line != *'ready to handle connections'* ]] || break
done
cat <&3 &
nginx -e stderr -c "$folder/nginx.conf" &
nginx=$!
trap 'stop; exit 0' TERM INT
echo "Guest book at http://127.0.0.1:$1/"
wait -n "$php" "$nginx"
stop
exit 1
