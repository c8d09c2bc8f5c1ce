#!/usr/bin/env bash
# Compares `quire detect --raw` at published size with Hugging Face's transformers, on random weights (`make test-parity`).
# PARITY_PYTHON names a Python that has torch, transformers and pillow; otherwise they are fetched, about 300 MB.
# Names of architectures as arguments restrict it to these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${PARITY_PYTHON:-.deps/parity/bin/python}
peers=(torch==2.13.0+cpu transformers==5.23.0 pillow==11.3.0)
if [ -z "${PARITY_PYTHON:-}" ] && [ "$(cat .deps/parity/complete 2>/dev/null)" != "${peers[*]}" ]; then
  rm -rf .deps/parity
  python3 -m venv .deps/parity ||
    { rm -rf .deps/parity; echo "test-parity: Python cannot make an environment; on Debian install python3-venv" >&2; exit 2; }
  # The second index is asked where pip as configured knows no CPU build.
  "$python" -m pip install --quiet --disable-pip-version-check \
    --extra-index-url https://download.pytorch.org/whl/cpu "${peers[@]}" ||
    { rm -rf .deps/parity; echo "test-parity: pip could not fetch ${peers[*]}" >&2; exit 2; }
  echo "${peers[*]}" >.deps/parity/complete
fi
exec "$python" Scripts/test-parity.py "$@"
