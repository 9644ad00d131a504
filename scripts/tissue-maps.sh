#!/usr/bin/env bash
# tissue-maps.sh FOLDER: puts the MNI152 maps of grey and white matter there as grey.nii.gz and white.nii.gz. They come in
# the Python package nilearn (ICBM 2009, free to use and copy); nothing of it is installed.
set -euo pipefail
folder=${1:?name a folder}
if [ -s "$folder/grey.nii.gz" ] && [ -s "$folder/white.nii.gz" ]; then exit 0; fi
mkdir -p "$folder"
wheel=$(mktemp -d)
trap 'rm -rf "$wheel"' EXIT
python3 -m pip download --quiet --no-deps --dest "$wheel" nilearn==0.14.1
data=nilearn/datasets/data/mni_icbm152
for map in gm:grey wm:white; do
    python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
        "$wheel"/nilearn-*.whl "${data}_${map%:*}_tal_nlin_sym_09a_converted.nii.gz" > "$folder/${map#*:}.part"
    mv "$folder/${map#*:}.part" "$folder/${map#*:}.nii.gz"
done
