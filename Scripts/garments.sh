#!/bin/sh
# Fetches the photographs of garments (Fashion-MNIST) by the name of their Debian package into .deps/garments, unpacked.
# garments.sha256 names every file and its SHA-256; a file that differs is named and nothing is installed.
# When all files are there and right it does nothing and needs no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
manifest=$here/garments.sha256
garments=$here/../.deps/garments

complete() { [ -d "$1" ] && (cd "$1" && sha256sum --check --status "$manifest" 2>/dev/null); }

if complete "$garments"; then exit 0; fi

mkdir -p "$(dirname "$garments")"
work=$(mktemp -d "$(dirname "$garments")/garments.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/garments"
echo "garments: fetching dataset-fashion-mnist" >&2
(
  cd "$work"
  # Without apt's own user, who may not write here.
  apt-get -q -o APT::Sandbox::User=root download dataset-fashion-mnist >&2
  dpkg-deb -x dataset-fashion-mnist_*.deb unpacked
)
while read -r _ file; do
  gunzip -c "$work/unpacked/usr/share/datasets/fashion-mnist/$file.gz" >"$work/garments/$file"
done <"$manifest"
if ! (cd "$work/garments" && sha256sum --check --quiet "$manifest" >&2); then
  echo "garments: the files named above are not those of Scripts/garments.sha256; nothing was installed" >&2
  exit 2
fi
cp "$work/unpacked/usr/share/doc/dataset-fashion-mnist/copyright" "$work/garments/"
rm -rf "$garments"
mv "$work/garments" "$garments"
echo "garments: $(wc -l <"$manifest") files in place" >&2
