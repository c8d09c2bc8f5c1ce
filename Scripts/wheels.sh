#!/usr/bin/env bash
# Fills .deps/torch, .deps/pandoc and .deps/typst from the wheels of wheels.txt, licences included; nothing
# is installed into Python. Called by setup.sh. QUIRE_TORCH=/path/to/libtorch takes another libtorch.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pytorch_index=https://download.pytorch.org/whl/cpu # asked where pip as configured knows no CPU build

fail() {
  printf 'set-up: %s\n' "$1" >&2
  exit 2
}

# Downloads the wheel of a name into a folder and holds it to its SHA-256.
fetch() { # name folder
  local requirement python abi platform sum wheel found
  read -r requirement python abi platform sum < <(grep "^$1==" Scripts/wheels.txt)
  local pip=(
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all:
    --implementation cp --python-version "$python" --abi "$abi" --platform "$platform" --dest "$2"
  )
  printf 'set-up: fetching %s\n' "$requirement"
  "${pip[@]}" "$requirement" 2>"$2/pip.log" ||
    { [ "$1" = torch ] && "${pip[@]}" --index-url "$pytorch_index" "$requirement" 2>"$2/pip.log"; } ||
    fail "pip could not fetch $requirement: $(grep -m 1 ERROR "$2/pip.log" || tail -n 1 "$2/pip.log")"
  wheel=$(echo "$2"/*.whl)
  found=$(sha256sum "$wheel" | cut -d ' ' -f 1)
  [ "$found" = "$sum" ] || fail "${wheel##*/} is not the listed file: its SHA-256 is $found, expected $sum"
}

# Unpacks the files of a wheel that match the patterns.
unpack() { # wheel folder patterns…
  unzip -q "$1" "${@:3}" -d "$2" || fail "${1##*/} could not be unpacked (is the disk full?)"
}

# The next three lay out in FOLDER/new what .deps/NAME is to hold.
lay_out_torch() { # wheel folder
  unpack "$1" "$2/wheel" 'torch/lib/*.so*' 'torch/include/*' 'torch/share/cmake/*' '*.dist-info/licenses/*'
  mv "$2"/wheel/torch/{lib,include,share} "$2"/wheel/*.dist-info/licenses "$2/new/"
}

lay_out_pandoc() { # wheel folder
  unpack "$1" "$2/wheel" 'pypandoc/files/*'
  mv "$2"/wheel/pypandoc/files/{pandoc,copyright.pandoc} "$2/new/"
  chmod +x "$2/new/pandoc"
}

lay_out_typst() { # wheel folder
  unpack "$1" "$2/wheel" 'typst/*' '*.dist-info/licenses/*'
  mv "$2/wheel/typst" "$2"/wheel/*.dist-info/licenses "$2/new/"
}

# Fills .deps/FOLDER, all of it or nothing; the hash left inside tells which wheel it was made from.
install() { # folder name
  local sum part=.deps/$1.part
  sum=$(awk -v start="$2==" 'index($1, start) == 1 { print $5 }' Scripts/wheels.txt)
  if [ "$(cat ".deps/$1/wheel.sha256" 2>/dev/null)" = "$sum" ]; then return; fi
  rm -rf "$part"
  mkdir -p "$part/new"
  fetch "$2" "$part"
  "lay_out_$1" "$part"/*.whl "$part"
  echo "$sum" >"$part/new/wheel.sha256"
  rm -rf ".deps/$1"
  mv "$part/new" ".deps/$1"
}

trap 'rm -rf .deps/*.part' EXIT
system=$(uname -sm)
if [ -n "${QUIRE_TORCH:-}" ]; then
  [ -f "$QUIRE_TORCH/include/ATen/ATen.h" ] || fail "QUIRE_TORCH=$QUIRE_TORCH holds no include/ATen/ATen.h"
elif [ "$system" = "Linux x86_64" ]; then
  install torch torch
else
  fail "no libtorch is listed for $system; unpack one and name its folder in QUIRE_TORCH"
fi
if [ "$system" = "Linux x86_64" ]; then
  install pandoc pypandoc_binary
  install typst typst
elif ! command -v pandoc >/dev/null; then
  printf 'set-up: pandoc 3 is missing, so paper.md can be written but not build/paper.html\n'
fi
