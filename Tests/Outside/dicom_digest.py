"""Prints the digest of the volume that a folder of DICOM files is, computed with pydicom and numpy alone.

    dicom_digest.py FOLDER...

The digest is the first half of the SHA-256 of the voxels (float32, little endian, axis 2 contiguous) followed by the
sixteen numbers of the affine to RAS in micrometres (int64, halves away from zero). RealDataTests.swift holds them.
"""
import glob
import hashlib
import sys

import numpy
import pydicom


def slices(folder):
    """Yields (position, orientation, spacing, pixels, slope, intercept) of every image."""
    for name in glob.glob(folder + "/*.dcm"):
        image = pydicom.dcmread(name)
        pixels = image.pixel_array
        if "PerFrameFunctionalGroupsSequence" not in image:
            yield (
                image.ImagePositionPatient, image.ImageOrientationPatient, image.PixelSpacing, pixels,
                image.get("RescaleSlope", 1), image.get("RescaleIntercept", 0))
            continue
        shared = image.SharedFunctionalGroupsSequence[0]
        for number, frame in enumerate(image.PerFrameFunctionalGroupsSequence):
            def group(name):
                return (frame if name in frame else shared)[name][0]
            scale = group("PixelValueTransformationSequence")
            yield (
                group("PlanePositionSequence").ImagePositionPatient,
                group("PlaneOrientationSequence").ImageOrientationPatient,
                group("PixelMeasuresSequence").PixelSpacing, pixels[number], scale.RescaleSlope, scale.RescaleIntercept)


def volume(folder):
    """Returns voxels (columns, rows, slices) and the affine to RAS mm."""
    stack = [tuple(numpy.array(part, dtype="f8") for part in image) for image in slices(folder)]
    row, column = stack[0][1][:3], stack[0][1][3:]
    stack.sort(key=lambda image: image[0] @ numpy.cross(row, column))
    affine = numpy.eye(4)
    affine[:3, 0] = row * stack[0][2][1]
    affine[:3, 1] = column * stack[0][2][0]
    affine[:3, 2] = (stack[-1][0] - stack[0][0]) / (len(stack) - 1)
    affine[:3, 3] = stack[0][0]
    voxels = numpy.stack([image[3].T * image[4] + image[5] for image in stack], -1).astype("<f4")
    return voxels, numpy.diag([-1.0, -1, 1, 1]) @ affine


def digest(folder):
    voxels, affine = volume(folder)
    result = hashlib.sha256(numpy.ascontiguousarray(voxels).tobytes())
    micrometres = 1000 * affine.reshape(-1)
    result.update((numpy.sign(micrometres) * numpy.floor(abs(micrometres) + 0.5)).astype("<i8").tobytes())
    return result.hexdigest()[:32]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(digest(argument), argument)
