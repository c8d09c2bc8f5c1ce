#!/usr/bin/env bash
# Copies into a folder what notebooks are run from, as it stands in the checkout, with neither records nor trained weights; what
# the folder had of it before goes. Usage: Scripts/copy-checkout.sh FOLDER
set -euo pipefail
copy=$(mkdir -p "$1/.quire" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rm -rf "$copy"/{Notebooks,Sources,Fonts}
git ls-files -coz --exclude-standard -- Package.swift Notebooks Sources Fonts references.bib |
  tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$copy"
[ -e "$copy/.deps" ] || [ ! -d .deps ] || ln -s "$(readlink -f .deps)" "$copy/.deps"
