#!/usr/bin/env python3
"""Checks end to end that a hot spot in the scan comes out at the same place of the heat map.

    onehot_place.py PROGRAM SCAN SCRATCH_FOLDER     SCAN: a skull-stripped 3D NIfTI image

Makes a checkpoint with PyTorch whose layer4 map is the input itself, sampled at prepared voxel stride * i, over a high
bar: the stem is one centre tap, the residual branches are zero, shortcut A hands the input on. A bright cube of 5 mm is
drawn into SCAN around the centre of one cell, so that exactly that cell answers. The peak that the program reports and
the hottest voxel of its overlay must lie there. Exit status 1 where a reported peak is more than 0.5 mm away.
"""
import json
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy
import torch

STRIDE = numpy.array([16, 32, 32])
CELLS = [(5, 3, 3), (3, 2, 4), (6, 4, 3), (4, 3, 2)]


def checkpoint(path, width=4, bar=12.0):
    state = {"conv1.weight": torch.zeros(width, 1, 7, 7, 7)}
    state["conv1.weight"][0, 0, 3, 3, 3] = 1

    def norm(name, channels, scale, mean=0.0):
        state[name + ".weight"] = torch.full((channels,), scale)
        state[name + ".bias"] = torch.zeros(channels)
        state[name + ".running_mean"] = torch.full((channels,), mean)
        state[name + ".running_var"] = torch.ones(channels)

    norm("bn1", width, 1.0, bar)
    before = width
    for stage in range(1, 5):
        planes = width << (stage - 1)
        for block in range(2):
            name = f"layer{stage}.{block}"
            state[name + ".conv1.weight"] = torch.zeros(planes, before if block == 0 else planes, 3, 3, 3)
            state[name + ".conv2.weight"] = torch.zeros(planes, planes, 3, 3, 3)
            norm(name + ".bn1", planes, 0.0)
            norm(name + ".bn2", planes, 0.0)
        before = planes
    state["fc.weight"], state["fc.bias"] = torch.zeros(2, before), torch.zeros(2)
    state["fc.weight"][1, 0] = 1
    torch.save({"state_dict": {"module." + k: v for k, v in state.items()}}, path, _use_new_zipfile_serialization=False)


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def main(program, scan_path, scratch):
    scratch = Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    checkpoint(scratch / "spot.pth")
    bundle = scratch / "spot.fcdmodel"
    if not bundle.exists():
        run(program, "models", "import", scratch / "spot.pth", "--modality", "T1w", "--input", "stripped",
            "--shortcut", "A", "--output", bundle)
    scan = nibabel.load(scan_path)
    voxels, affine = scan.get_fdata(dtype="f4"), scan.affine
    nibabel.save(nibabel.Nifti1Image(voxels, affine), scratch / "plain.nii.gz")
    run(program, "models", "try", bundle, "--input", scratch / "plain.nii.gz", "--output", scratch / "plain")
    prepared = nibabel.load(scratch / "plain" / "prepared.nii.gz")
    sides = nibabel.affines.voxel_sizes(affine)
    print("scan", "".join(nibabel.aff2axcodes(affine)), scan.shape, "voxels of", sides.round(3))
    index = numpy.indices(voxels.shape).reshape(3, -1)
    places = affine[:3, :3] @ index + affine[:3, 3:]
    failures = 0
    for cell in CELLS:
        centre = (prepared.affine @ [*(STRIDE * cell), 1])[:3]
        spot = (abs(places - centre[:, None]).max(0) <= 2.5).reshape(voxels.shape)
        marked = numpy.where(spot, voxels.max() * 8, voxels)
        nibabel.save(nibabel.Nifti1Image(marked, affine), scratch / "marked.nii.gz")
        folder = scratch / "marked"
        report = json.loads(run(
            program, "models", "try", bundle, "--input", scratch / "marked.nii.gz", "--output", folder, "--json"))
        raw = nibabel.load(folder / "member-1_raw.nii.gz").get_fdata()
        overlay = nibabel.load(folder / "overlay.nii.gz").get_fdata()
        hottest = (affine @ [*numpy.unravel_index(overlay.argmax(), overlay.shape), 1])[:3]
        hot = [tuple(map(int, h)) for h in numpy.argwhere(raw > 0)]
        off = numpy.linalg.norm(numpy.array(report["heatmap"]["peaks"][0]["positionRASMM"]) - centre)
        half = numpy.linalg.norm(sides) / 2
        beside = numpy.linalg.norm(hottest - centre)
        good = hot == [cell] and off <= 0.5 and beside <= half
        failures += not good
        print(f"{'ok  ' if good else 'FAIL'} cell {cell}: cells over 0 {hot}, reported peak {off:.2e} mm from the "
              f"spot, hottest voxel {beside:.3f} mm (half a voxel's diagonal is {half:.3f})")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
