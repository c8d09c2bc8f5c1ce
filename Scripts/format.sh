#!/usr/bin/env bash
# Formats the Swift sources in place.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
paths=()
for path in Package.swift Sources Tests Notebooks Benchmarks Template; do [ -e "$path" ] && paths+=("$path"); done
swift format format --in-place --recursive --parallel "${paths[@]}"
