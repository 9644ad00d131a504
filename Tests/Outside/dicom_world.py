"""Compares a converted volume with a reference NIfTI in world space, voxel for voxel.

    dicom_world.py CONVERTED.nii[.gz] REFERENCE.nii[.gz] [TOLERANCE_MM]

Every voxel of the converted image must have exactly one counterpart at the same place (within TOLERANCE_MM, 0.02 mm by
default) and of the same value in the reference; the axes may be flipped and permuted. Exit status 0 when they are equal.
"""
import sys

import nibabel
import numpy


def compare(data, affine, reference, tolerance=0.02):
    """Returns (equal, words)."""
    other = numpy.squeeze(reference.get_fdata(dtype="f8"))
    corner = numpy.linalg.inv(reference.affine) @ affine  # voxel of `data` -> voxel of the reference
    turn = numpy.round(corner[:3, :3])
    if sorted(map(tuple, abs(turn))) != sorted(map(tuple, numpy.eye(3))):
        return False, "the axes are not permuted axes of each other"
    index = numpy.indices(data.shape).reshape(3, -1)
    exact = corner[:3, :3] @ index + corner[:3, 3:]
    near = numpy.round(exact).astype(int)
    world = reference.affine[:3, :3] @ (exact - near)
    off = numpy.sqrt((world**2).sum(0)).max()
    if off > tolerance:
        return False, f"voxels lie up to {off:.4f} mm apart"
    if (near < 0).any() or (near >= numpy.array(other.shape)[:, None]).any() or data.size != other.size:
        return False, f"the grids differ: {data.shape} and {other.shape}"
    difference = abs(other[tuple(near)] - data.reshape(-1)).max()
    scale = max(1.0, abs(other).max())
    return difference <= 1e-6 * scale, f"largest difference {difference:g} of {scale:g}, places within {off:.5f} mm"


if __name__ == "__main__":
    image = nibabel.load(sys.argv[1])
    equal, words = compare(
        image.get_fdata(dtype="f8"), image.affine, nibabel.load(sys.argv[2]),
        float(sys.argv[3]) if len(sys.argv) > 3 else 0.02)
    print("equal:" if equal else "DIFFERENT:", words)
    sys.exit(0 if equal else 1)
