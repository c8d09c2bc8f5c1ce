#!/usr/bin/env bash
# Compares `quire evaluate` with pycocotools itself on freshly drawn data (`make test-oracle`); the committed
# fixtures already hold its results for fixed cases. ORACLE_CASES=n draws n cases instead of 20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
modules=.deps/oracle
if [ ! -f "$modules/complete" ]; then
  rm -rf "$modules"
  PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$modules" pycocotools==2.0.11 numpy==2.4.6 ||
    { echo "test-oracle: pip could not fetch pycocotools and numpy" >&2; exit 2; }
  touch "$modules/complete"
fi
PYTHONPATH=$modules exec python3 Scripts/test-oracle.py "${ORACLE_CASES:-20}"
