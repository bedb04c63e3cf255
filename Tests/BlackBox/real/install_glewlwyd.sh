#!/bin/bash
# Installs Debian's glewlwyd for the tests, without questions and without its own service.
# The tests start glewlwyd themselves, with their own configuration and database (providers.py), so all that is
# wanted of the package are its program, its modules, its web pages and the SQL that makes a new database.
set -euo pipefail

schema=/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3
policy=/usr/sbin/policy-rc.d
pid_file=/var/run/glewlwyd.pid

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' glewlwyd 2>/dev/null)" = installed ] && [ -r "$schema" ]
}

# The package starts its service on installation, unless this file forbids it; a container often has one already.
forbid_service_start() {
    [ -e "$policy" ] && return
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 0755 "$policy"
}

# Someone else may have installed the package and started its service: it is of no use to the tests.
stop_service() {
    local pid
    pid=$(cat "$pid_file" 2>/dev/null || true)
    [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe")" = /usr/bin/glewlwyd ] || return 0
    echo "stopping the service of the glewlwyd package (process $pid)"
    kill "$pid"
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    [ -x /usr/bin/debconf-set-selections ] || { apt-get update --quiet && apt-get install --yes debconf; }
    debconf-set-selections <<'ANSWERS'
glewlwyd glewlwyd/config_type select Personalized
glewlwyd glewlwyd/dbconfig-install boolean true
glewlwyd glewlwyd/database-type select sqlite3
ANSWERS
    if ! apt-get install --yes --quiet --no-install-recommends glewlwyd dbconfig-sqlite3 sqlite3; then
        # The package lists of a fresh container are missing or old.
        apt-get update --quiet
        apt-get install --yes --quiet --no-install-recommends glewlwyd dbconfig-sqlite3 sqlite3
    fi
}

if ! is_installed; then
    [ "$(id --user)" = 0 ] || { echo "glewlwyd is not installed, and only root can install it" >&2; exit 1; }
    forbid_service_start
    install
    is_installed || { echo "glewlwyd was installed, but $schema is missing" >&2; exit 1; }
fi
stop_service
