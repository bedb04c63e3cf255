#!/usr/bin/env bash
# ./run setup: installs everything that ./run test and ./run lint need. The other commands install what they need.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
mapfile -t of_hosts < <(host_packages)
mapfile -t listed < <(black_box_packages)
require_packages "${build_packages[@]}" "${example_packages[@]}" "${test_packages[@]}" \
    "${package_packages[@]}" "${package_test_packages[@]}" "${wheel_packages[@]}" "${python_packages[@]}" "${of_hosts[@]}" "${listed[@]}"
if ! Tests/BlackBox/real/install_glewlwyd.sh > /tmp/stauth-glewlwyd.log 2>&1; then
    echo "glewlwyd cannot be installed here: its tests will be skipped"
fi
require_venv "${python_requirements[@]}"
require_streamlit
require_site
require_servers
require_pypy
say "everything is installed"
