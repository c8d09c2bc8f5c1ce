#!/usr/bin/env bash
# Brings the reference implementations that `make test-oracle` and the benchmarks compare with, into .deps/oracle;
# nothing of the program needs them. Prints the folder. A second run does nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# panopticapi-lite is the reference code for panoptic quality under the name that the package registry knows.
peers=(pycocotools==2.0.11 numpy==2.4.6 pillow==13.0.0 panopticapi-lite==0.2.0 faster-coco-eval==1.8.0)
modules=.deps/oracle
if [ "$(cat "$modules/complete" 2>/dev/null)" != "${peers[*]}" ]; then
  rm -rf "$modules"
  PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps \
    --target "$modules" "${peers[@]}" >&2 ||
    { echo "oracle: pip could not fetch ${peers[*]}" >&2; exit 2; }
  echo "${peers[*]}" >"$modules/complete"
fi
echo "$modules"
