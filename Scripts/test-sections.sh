#!/usr/bin/env bash
# Runs every section of every notebook alone, each in processes of its own, and compares what it records and draws with a
# run of everything, byte for byte; then all sections in reverse order, one on top of the other. It works on a copy of
# the checkout in which all work is cut short as in a rehearsal, with the results of the last rehearsal (Scripts/rehearse.sh)
# where there is one. Usage: Scripts/test-sections.sh [FOLDER of the built programs [NOTEBOOK ...]]; all notebooks if none is
# named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
programs=${1:-.build/release}
[ -x "$programs/quire" ] || { echo "test-sections: $programs holds no built programs; make rehearsal builds them" >&2; exit 2; }
programs=$(cd "$programs" && pwd)
notebooks=("${@:2}")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
Scripts/copy-checkout.sh "$copy"
mkdir "$copy/Results"
rehearsal=build/rehearsal
if [ -e "$rehearsal/.quire/rehearsal" ]; then
  cp "$rehearsal/.quire/rehearsal" "$copy/.quire/"
  for results in .quire/store Results/artifacts; do
    [ ! -d "$rehearsal/$results" ] || cp -a "$rehearsal/$results" "$copy/$results"
  done
else
  echo 0.01 >"$copy/.quire/rehearsal"
fi

jobs=$(($(nproc) < 4 ? $(nproc) : 4)) # each takes up to four gigabytes
records=$copy/Results/records figures=$copy/Figures
quire() { QUIRE_ROOT=$copy "$programs/quire" "$@"; }
run() { quire run --quiet --jobs "$jobs" --threads 1 --binaries "$programs" "$@" 2>"$copy/messages" || { cat "$copy/messages" >&2; exit 2; }; }
forget() { rm -rf "$records" "$figures"; }
# The records of a file without its first line and the lines about steps.
only_records() { tail -n +2 "$1" | grep -v '"kind":"step"' || true; }

forget
run "${notebooks[@]}"
expected=$copy/expected
mkdir "$expected"
cp -a "$records" "$expected/records"
cp -a "$figures" "$expected/figures"
sections=$(quire list --json | python3 -c '
import json, sys
for notebook in json.load(sys.stdin)["notebooks"]:
  if sys.argv[1:] and notebook["name"] not in sys.argv[1:]: continue
  for section in notebook["sections"]:
    if section["id"] and section["outputs"]: print(notebook["name"], section["id"], len(section["outputs"]))' "${notebooks[@]}")

failed=0 count=0
differs() { echo "$*" >&2; failed=1; }
while read -r notebook section outputs; do
  forget
  run "$notebook#$section"
  found=$(only_records "$records/$notebook.jsonl")
  [ "$(wc -l <<<"$found")" -ge "$outputs" ] || differs "$notebook#$section records less than its $outputs outputs"
  other=$(grep -vxFf <(only_records "$expected/records/$notebook.jsonl") <<<"$found" || true)
  [ -z "$other" ] || differs "$notebook#$section alone records otherwise: ${other:0:300}"
  for file in "$figures"/*; do
    [ -e "$file" ] || continue
    cmp "$file" "$expected/figures/${file##*/}" || differs "$notebook#$section alone draws ${file##*/} otherwise"
  done
  count=$((count + 1))
done <<<"$sections"

forget
while read -r notebook section _; do run "$notebook#$section"; done < <(tac <<<"$sections")
run "${notebooks[@]}"
diff -r "$expected/records" "$records" >&2 || differs "sections in reverse order leave other records"
diff -r "$expected/figures" "$figures" >&2 || differs "sections in reverse order leave other figures"

[ "$failed" = 0 ] && echo "$count sections alone and in reverse order give the records and figures of a run of everything"
exit "$failed"
