#!/usr/bin/env bash
# Compares `quire evaluate` with pycocotools and panopticapi themselves, on freshly drawn data and on exported scenes
# (`make test-oracle`); the committed fixtures already hold their results for fixed cases. ORACLE_CASES=n draws n cases
# instead of 300.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
modules=$(Scripts/oracle.sh)
./quire --help >/dev/null # builds what is out of date
QUIRE_ROOT=$PWD PYTHONPATH=$modules exec python3 Scripts/test-oracle.py .build/release/quire "${ORACLE_CASES:-300}"
