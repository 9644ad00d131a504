#!/usr/bin/env bash
# Makes the Python environment that `fcdwatch bench race` runs its peers in: PyTorch, OpenVINO and captum on the CPU.
#
#   scripts/race/environment.sh DIR
#   fcdwatch bench race --python DIR/bin/python
#
# Nothing of FCDWatch needs it. pip downloads some gigabytes, from wherever it is set up to look; one that finds CPU
# builds of PyTorch first (PIP_EXTRA_INDEX_URL) downloads less than 1 GB. The race runs on the CPU with either.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: scripts/race/environment.sh DIR" >&2
    exit 64
fi
folder=$1

if [ ! -x "$folder/bin/python" ]; then
    python3 -m venv "$folder" || {
        echo "No environment could be made in $folder; is python3-venv installed?" >&2
        exit 69
    }
fi
"$folder/bin/python" -m pip install --quiet torch numpy openvino onnx captum safetensors
"$folder/bin/python" - <<'PYTHON'
import captum, onnx, openvino, torch
for module in [torch, openvino, captum, onnx]:
    print(module.__name__, module.__version__)
PYTHON
echo "fcdwatch bench race --python $folder/bin/python"
