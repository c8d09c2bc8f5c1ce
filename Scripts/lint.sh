#!/usr/bin/env bash
# Checks what needs no build: formatting, shell syntax, and that no tracked file names a path of one machine.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0

swift_paths=()
for path in Package.swift Sources Tests Notebooks Benchmarks Template; do [ -e "$path" ] && swift_paths+=("$path"); done
swift format lint --strict --recursive --parallel "${swift_paths[@]}" || failed=1

for script in quire Template/quire .ci/run Scripts/*.sh; do bash -n "$script" || failed=1; done

# This checkout's own folder and the one around it, this user's home, and homes in general.
here=$(pwd -P)
machine='/(home|Users)/[A-Za-z0-9_.-]+/|/root/'
for folder in "$here" "${here%/*}" "${HOME%/}"; do
  case $folder in '' | /tmp | /root | /home/*) ;; *) machine+="|$folder/" ;; esac
done
if git grep -nIE "(^|[^A-Za-z0-9_.])($machine)" -- . ':!Scripts/lint.sh'; then
  echo "lint: the lines above name a path of one machine" >&2
  failed=1
fi

[ "$failed" = 0 ] && echo "lint: clean"
exit "$failed"
