#!/usr/bin/env bash
# Compares the committed paper with its committed records, without computing anything anew (`make check`).
# Exit code: 0 they agree, 1 they differ, 2 there is nothing to compare yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for needed in paper.md Results/records; do
  [ -e "$needed" ] && continue
  echo "check: there is no $needed yet; make paper writes it" >&2
  exit 2
done
exec ./quire check --rebuild none
