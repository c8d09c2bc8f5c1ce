#!/usr/bin/env bash
# Box scoring by pycocotools, faster-coco-eval and quire on the same drawn data; see README.md in this folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
modules=$(Scripts/oracle.sh)
./quire --help >/dev/null # builds what is out of date
PYTHONPATH=$modules exec python3 Benchmarks/evaluation.py .build/release/quire "${RUNS:-3}"
