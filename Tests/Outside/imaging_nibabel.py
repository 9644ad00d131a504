#!/usr/bin/env python3
"""Compares what FCDWatch's Imaging writes with nibabel; needs Python with nibabel and numpy, the product does not.

    imaging_nibabel.py make DIR     writes images in many orientations, types and byte orders
    (then the suite NIfTIOutsideTests, with FCDWATCH_OUTSIDE=DIR, reads each and writes DIR/out/<name>.nii.gz in
    canonical orientation and DIR/out/<name>.txt with the orientation code)
    imaging_nibabel.py check DIR    compares with nibabel's as_closest_canonical and aff2axcodes
"""
import itertools
import sys
from pathlib import Path

import nibabel as nib
import numpy as np


def rotation(angles):
    m = np.eye(3)
    for axis, angle in enumerate(np.radians(angles)):
        a, b = [k for k in range(3) if k != axis]
        r = np.eye(3)
        r[a, a] = r[b, b] = np.cos(angle)
        r[a, b], r[b, a] = -np.sin(angle), np.sin(angle)
        m = m @ r
    return m


def make(folder: Path):
    rng = np.random.default_rng(20)
    types = [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint32, np.float32, np.float64]
    n = 0
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            for angles in ((0, 0, 0), (8, -11, 5), *rng.uniform(-180, 180, (3, 3))):
                m = rotation(angles) @ np.eye(3)[:, list(order)] @ np.diag(np.array(signs) * rng.uniform(0.6, 2.5, 3))
                affine = np.eye(4)
                affine[:3, :3], affine[:3, 3] = m, rng.uniform(-120, 120, 3)
                data = rng.integers(0, 100, (5, 6, 7)).astype(types[n % len(types)])
                kind = nib.Nifti2Image if n % 3 == 0 else nib.Nifti1Image
                header = kind.header_class(endianness="><"[n % 2])
                header.set_data_dtype(data.dtype)
                image = kind(data, affine, header)
                image.set_sform(affine, 1 if n % 5 else 0)
                image.set_qform(affine, 1 if n % 7 or not n % 5 else 0)
                nib.save(image, folder / f"image{n:03}{'.nii.gz' if n % 4 else '.nii'}")
                n += 1
    print(n, "images")


def check(folder: Path):
    worst, n = 0.0, 0
    for path in sorted(folder.glob("image*")):
        name = path.name.split(".")[0]
        source = nib.load(path)
        expected = nib.as_closest_canonical(source)
        got = nib.load(folder / "out" / f"{name}.nii.gz")
        code = (folder / "out" / f"{name}.txt").read_text().strip()
        assert code == "".join(nib.aff2axcodes(source.affine)), (name, code, nib.aff2axcodes(source.affine))
        assert got.shape == expected.shape, name
        assert np.array_equal(got.get_fdata(), expected.get_fdata()), name
        assert got.header["sform_code"] == 1 and got.header["qform_code"] == 1, name
        worst = max(worst, np.abs(got.get_sform() - expected.affine).max(), np.abs(got.get_qform() - expected.affine).max())
        n += 1
    assert n > 100 and worst < 1e-4, (n, worst)
    print(f"{n} images: voxels and codes equal, affines (sform and qform) within {worst:.1e}")


if __name__ == "__main__":
    action, folder = sys.argv[1], Path(sys.argv[2])
    (folder / "out").mkdir(parents=True, exist_ok=True)
    {"make": make, "check": check}[action](folder)
