#!/usr/bin/env bash
# Brings what the build needs and the repository does not hold: Debian packages, libtorch, pandoc, typst,
# the art of the scenes and the photographs of garments, the Swift packages. What is there already is left alone, so a second run does
# nothing and needs no network. Where something is missing that it cannot bring, one line says what.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'set-up: %s\n' "$1"; }
fail() {
  printf 'set-up: %s\n' "$1" >&2
  exit 2
}

debian_packages=(
  ca-certificates g++ git gnuplot-nox libcairo2-dev libfreetype-dev libgnuplot-iostream-dev
  libjpeg62-turbo-dev libpng-dev libsimdjson-dev libssl-dev pkg-config python3-pip unzip
)
art_packages=(fonts-noto-color-emoji ruby-gemojione dataset-fashion-mnist) # fetched by art.sh and garments.sh, not installed

check_swift() {
  command -v swift >/dev/null || fail "swift is missing; install Swift 6.3 or later (https://www.swift.org/install)"
  local version
  version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
  [ "$(printf '6.3\n%s\n' "$version" | sort -V | head -n 1)" = 6.3 ] ||
    fail "Swift 6.3 or later is needed, this is ${version:-of unknown version} (https://www.swift.org/install)"
}

is_debian() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null &&
    grep -qx 'ID=debian' /etc/os-release 2>/dev/null
}

# Installs what dpkg does not list as installed, as root or through sudo.
install_debian_packages() {
  local missing=() root=() package
  for package in "${debian_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "as root, run: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  "${root[@]}" apt-get -qq update || say "apt-get update did not succeed; going on with the package lists at hand"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install them; as root, run: apt-get install ${missing[*]}"
}

# On other systems nothing is installed: one line says what is missing.
check_other_system() {
  local missing=() command library list
  for command in c++ git pkg-config python3 unzip; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  python3 -m pip --version >/dev/null 2>&1 || missing+=("pip for python3")
  for library in cairo-ft freetype2 libcrypto libjpeg libpng16 simdjson; do
    pkg-config --exists "$library" 2>/dev/null || missing+=("the development files of $library")
  done
  echo '#include <gnuplot-iostream.h>' | c++ -fsyntax-only -x c++ - 2>/dev/null ||
    missing+=("gnuplot-iostream with boost's iostreams" "gnuplot")
  [ ${#missing[@]} -gt 0 ] || return 0
  list=$(printf '%s, ' "${missing[@]}")
  fail "this is not Debian, so please install: ${list%, }"
}

fetch_art() {
  if is_debian; then
    Scripts/art.sh || fail "the art of the scenes is not complete; the lines above name the file or the package"
    Scripts/garments.sh || fail "the photographs of garments are not complete; the lines above name what is missing"
  else
    Scripts/art.sh || fail "the art comes in Debian packages (${art_packages[*]}); copy .deps/art from a Debian machine"
    Scripts/garments.sh || say "no photographs of garments; copy .deps/garments from a Debian machine to use them"
  fi
}

fetch_swift_packages() {
  [ -d .build/checkouts/swift-argument-parser ] && return
  swift package resolve >/dev/null || fail "the Swift packages that Package.swift names could not be fetched"
}

check_swift
if is_debian; then install_debian_packages; else check_other_system; fi
mkdir -p .deps
exec 9>.deps/.lock
flock 9 2>/dev/null || true # two set-ups at once take turns
Scripts/wheels.sh
fetch_art
fetch_swift_packages
say "everything is in place"
