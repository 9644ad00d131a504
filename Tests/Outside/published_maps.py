#!/usr/bin/env python3
"""Checks the heat maps that `fcdwatch screen` published, with nibabel and scipy alone.

    published_maps.py REPORT TRIAL SCAN MODALITY

REPORT is the published folder; TRIAL the output of `fcdwatch models try` of the same bundle on SCAN, whose raw maps
screening_overlay.py compares with PyTorch; MODALITY is T1w or FLAIR. Trilinear values come from
scipy.ndimage.map_coordinates at the world position of each voxel, with cell i at prepared voxel stride * i. Exit status
1 where anything differs by more than 1e-4.
"""
import json
import sys
from pathlib import Path

import nibabel
import numpy
from scipy.ndimage import map_coordinates

STRIDE = numpy.array([16, 32, 32])
TOLERANCE = 1e-4
# Voxels this near (in cells) to the border of the hull of the cell centres may fall on either side of it by rounding.
BORDER = 1e-4


def placed(cells, to_cells, shape):
    """Trilinear values on a grid of `shape`, 0 outside the hull of the cells; which voxels lie clear of its edge."""
    values, sure = numpy.zeros(shape), numpy.ones(shape, bool)
    last = numpy.array(cells.shape)[:, None] - 1
    for i in range(shape[0]):
        index = numpy.indices((1, *shape[1:])).reshape(3, -1) + [[i], [0], [0]]
        at = to_cells[:3, :3] @ index + to_cells[:3, 3:]
        margin = numpy.minimum(at, last - at).min(0)
        plane = map_coordinates(cells, numpy.clip(at, 0, last), order=1, mode="nearest")
        values[i] = numpy.where(margin >= 0, plane, 0).reshape(shape[1:])
        sure[i] = (abs(margin) > BORDER).reshape(shape[1:])
    return values, sure


def main(report, trial, scan_path, modality):
    report, trial = Path(report), Path(trial)
    scan, prepared = nibabel.load(scan_path), nibabel.load(trial / "prepared.nii.gz")
    shape = scan.shape[:3]
    raws = [numpy.asarray(nibabel.load(p).dataobj, "f8") for p in sorted(trial.glob("member-*_raw.nii.gz"))]
    mean = numpy.mean(raws, axis=0)
    to_cells = numpy.linalg.inv(prepared.affine @ numpy.diag([*STRIDE, 1])) @ scan.affine
    expected, sure = placed(mean, to_cells, shape)
    positive, _ = placed(numpy.maximum(mean, 0), to_cells, shape)
    positive = (positive - positive.min()) / (positive.max() - positive.min())
    failures = 0

    def check(name, error, limit=TOLERANCE):
        nonlocal failures
        failures += not error <= limit
        print(f"{'ok  ' if error <= limit else 'FAIL'} {modality} {name}: {error:.2e} (at most {limit:.0e})")

    def published(pattern):
        (path,) = report.glob(pattern)
        image = nibabel.load(path)
        check(f"{pattern} shape", 0 if image.shape == shape else 1, 0)
        corners = numpy.array(list(numpy.ndindex(2, 2, 2))) * (numpy.array(shape) - 1)
        for form in (image.get_sform(), image.get_qform()):
            off = (form - scan.affine) @ numpy.c_[corners, numpy.ones(8)].T
            check(f"{pattern} affine (mm)", float(numpy.linalg.norm(off[:3], axis=0).max()), 1e-3)
        check(f"{pattern} float32", 0 if image.get_data_dtype() == numpy.float32 else 1, 0)
        return image.get_fdata(dtype="f8")

    have = published(f"*_space-{modality}_desc-gradcamraw_heatmap.nii.gz")
    check("raw map on the scan", float(abs(have - expected)[sure].max() / abs(expected).max()))
    check("voxels on the hull's border", 1 - float(sure.mean()), 0.05)
    have = published(f"*_space-{modality}_desc-gradcam_heatmap.nii.gz")
    check("normalised map on the scan", float(abs(have - positive)[sure].max()))
    have = published(f"*_{modality}.nii.gz")
    check("the scan's own voxels", float(abs(have - scan.get_fdata(dtype="f8")).max() / abs(have).max()), 1e-6)

    result = json.loads((report / "result.json").read_text())
    (entry,) = [m for m in result["modalities"] if m["modality"] == modality]
    best = numpy.unravel_index(mean.argmax(), mean.shape)
    centre = (prepared.affine @ [*(STRIDE * best), 1])[:3]
    peak = entry["heatmap"]["peaks"][0]
    check("first peak is the hottest cell's centre (mm)", float(numpy.linalg.norm(centre - peak["positionRASMM"])), 0.5)
    voxel = scan.affine @ [*peak["voxel"], 1]
    check("peak's voxel is the nearest one (mm)", float(numpy.linalg.norm(voxel[:3] - centre)), 1.0)
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
