#!/usr/bin/env bash
# Reading of a large instances file by pycocotools and by quire; see README.md in this folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
modules=$(Scripts/oracle.sh)
./quire --help >/dev/null # builds what is out of date
PYTHONPATH=$modules exec python3 Benchmarks/reading.py .build/release/quire "${MEGABYTES:-450}"
