#!/usr/bin/env bash
# Makes the whole paper from nothing with a hundredth of the training and few pictures (`make rehearsal`): does everything that
# `make paper-from-scratch` does still run, without spending a night on it? The numbers mean nothing and go nowhere: it works
# on a copy in build/rehearsal, where all that is cut short has keys of its own. Broken off, it goes on where it stood.
# REHEARSAL_SHARE is another share. Usage: Scripts/rehearse.sh [NOTEBOOK ...]; all notebooks, and the paper, if none is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
QUIRE_NOTEBOOKS=$(ls Notebooks)
export QUIRE_NOTEBOOKS
swift build --quiet -c release
programs=$PWD/.build/release
copy=$PWD/build/rehearsal
Scripts/copy-checkout.sh "$copy"
echo "${REHEARSAL_SHARE:-0.01}" >"$copy/.quire/rehearsal"
export QUIRE_ROOT=$copy
"$programs/quire" run --from-scratch --threads 1 --binaries "$programs" "$@"
if [ $# = 0 ]; then
  "$programs/quire" weave
  "$programs/quire" check --rebuild none
fi
