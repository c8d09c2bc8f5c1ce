#!/usr/bin/env bash
# Compares `quire detect --raw` at published size with Hugging Face's transformers, on random weights (`make test-parity`).
# PARITY_PYTHON names a Python that has torch, transformers and pillow; otherwise they are fetched, about 300 MB.
# Names of architectures as arguments restrict it to these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${PARITY_PYTHON:-.deps/parity/bin/python}
if [ ! -x "$python" ]; then
  rm -rf .deps/parity
  python3 -m venv .deps/parity
  .deps/parity/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0+cpu transformers==5.23.0 pillow==11.3.0 ||
    { rm -rf .deps/parity; echo "test-parity: pip could not fetch torch, transformers and pillow" >&2; exit 2; }
fi
exec "$python" Scripts/test-parity.py "$@"
