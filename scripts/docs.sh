#!/usr/bin/env bash
# ./run docs: builds the documentation site in build/site, with pictures of the demo, and checks it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/common.sh

require_swift
require_packages "${build_packages[@]}" "${example_packages[@]}" chromium chromium-driver
require_venv "${python_requirements[@]}"
require_site
scripts/build.sh
scripts/build_demo.sh c

say "pictures"
build/venv/bin/python scripts/site/pictures.py build/pictures
say "pages"
quietly build_site build/pictures "$PWD/build/site"
python3 scripts/site/check.py build/site
say "the site is in build/site; see it with: python3 -m http.server --directory build/site --bind 127.0.0.1"
