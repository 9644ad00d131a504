#!/usr/bin/env bash
# tissue-maps.sh FOLDER: puts three images of brains there. grey.nii.gz and white.nii.gz are the MNI152 maps of grey and
# white matter, an average of many; they come in the Python package nilearn (ICBM 2009, free to use and copy).
# colin27.nii.gz is the T1w image of one person without skull, scanned 27 times; it comes in Debian's package
# mricron-data. Nothing is installed.
set -euo pipefail
folder=${1:?name a folder}
mkdir -p "$folder"
wheel=$(mktemp -d)
trap 'rm -rf "$wheel"' EXIT
if [ ! -s "$folder/colin27.nii.gz" ]; then
    (cd "$wheel" && apt-get download -qq mricron-data && dpkg-deb -x mricron-data_*.deb .)
    cp "$wheel/usr/share/mricron/templates/ch2bet.nii.gz" "$folder/colin27.part"
    mv "$folder/colin27.part" "$folder/colin27.nii.gz"
fi
if [ -s "$folder/grey.nii.gz" ] && [ -s "$folder/white.nii.gz" ]; then exit 0; fi
python3 -m pip download --quiet --no-deps --dest "$wheel" nilearn==0.14.1
data=nilearn/datasets/data/mni_icbm152
for map in gm:grey wm:white; do
    python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
        "$wheel"/nilearn-*.whl "${data}_${map%:*}_tal_nlin_sym_09a_converted.nii.gz" > "$folder/${map#*:}.part"
    mv "$folder/${map#*:}.part" "$folder/${map#*:}.nii.gz"
done
