"""Makes DICOM series whose voxels follow a known function of place, and checks what the program makes of each.

    dicom_cases.py PROGRAM SCRATCH_FOLDER

PROGRAM is called as `PROGRAM convert FOLDER --output FILE.nii` and `PROGRAM inspect FOLDER --json`. Whole series must
convert to that function in world space, voxel for voxel, and to the very array and affine of the rule in `reference`;
broken ones must be refused with the code named here. Exit status 0 when all are as they should be.
"""
import io
import json
import os
import shutil
import subprocess
import sys

import nibabel
import numpy
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

MR = "1.2.840.10008.5.1.4.1.1.4"
ROWS, COLUMNS, COUNT = 20, 16, 12


def world(lps):
    """The stored value at a place, LPS mm; never near a half, so that rounding in headers cannot change it."""
    return numpy.round(1000.123 + 3 * lps[0] + 5 * lps[1] + 7 * lps[2])


def turned(axis, angle):
    c, s = numpy.cos(angle), numpy.sin(angle)
    return numpy.array([[1, 0, 0], [0, c, -s], [0, s, c]] if axis == "x" else [[c, -s, 0], [s, c, 0], [0, 0, 1]])


def series(row=(1, 0, 0), column=(0, 1, 0), turn=numpy.eye(3), signed=False):
    """Returns the slices of one classic series, lowest first."""
    row, column = turn @ numpy.array(row, float), turn @ numpy.array(column, float)
    row, column = numpy.round(row, 7), numpy.round(column, 7)
    normal = numpy.cross(row, column)
    study, uid, reference = generate_uid(), generate_uid(), generate_uid()
    result = []
    for k in range(COUNT):
        position = numpy.round(numpy.array([-50.0, -60, -30]) + normal * 1.3 * k, 6)
        r, c = numpy.mgrid[:ROWS, :COLUMNS]
        lps = position[:, None, None] + row[:, None, None] * 0.9 * c + column[:, None, None] * 1.1 * r
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MR, generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
        image.SOPClassUID, image.SOPInstanceUID = MR, meta.MediaStorageSOPInstanceUID
        image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = study, uid, reference
        image.PatientName, image.PatientID, image.Modality = "Test^Only", "T1", "MR"
        image.SeriesNumber, image.InstanceNumber = 1, k + 1
        image.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
        image.MRAcquisitionType, image.ScanningSequence, image.SequenceVariant = "3D", ["GR", "IR"], "MP"
        image.RepetitionTime, image.EchoTime, image.InversionTime, image.FlipAngle = 2000, 3, 900, 9
        image.ImagePositionPatient = [f"{v:.6f}" for v in position]
        image.ImageOrientationPatient = [f"{v:.7f}" for v in numpy.r_[row, column]]
        image.PixelSpacing, image.SliceThickness = [1.1, 0.9], 1
        image.Rows, image.Columns, image.SamplesPerPixel = ROWS, COLUMNS, 1
        image.PhotometricInterpretation = "MONOCHROME2"
        image.BitsAllocated, image.BitsStored, image.HighBit = 16, 16, 15
        image.PixelRepresentation = int(signed)
        image.PixelData = world(lps).astype("<i2" if signed else "<u2").tobytes()
        result.append(image)
    return result


def enhanced(images, order, slopes):
    """Returns one multi-frame object holding the images in the given order."""
    first = images[0]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MR + ".1", generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    for name in (
            "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "PatientName", "PatientID", "Modality",
            "SeriesNumber", "InstanceNumber", "ImageType", "MRAcquisitionType", "Rows", "Columns", "SamplesPerPixel",
            "PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"):
        setattr(image, name, first.get(name))
    image.SOPClassUID, image.SOPInstanceUID = MR + ".1", meta.MediaStorageSOPInstanceUID
    image.NumberOfFrames = len(order)

    def group(**values):
        item = Dataset()
        for name, value in values.items():
            setattr(item, name, value)
        return [item]

    shared = Dataset()
    shared.PlaneOrientationSequence = group(ImageOrientationPatient=first.ImageOrientationPatient)
    shared.PixelMeasuresSequence = group(PixelSpacing=[1.1, 0.9], SliceThickness=1, SpacingBetweenSlices=9.9)
    image.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for k in order:
        frame = Dataset()
        frame.PlanePositionSequence = group(ImagePositionPatient=images[k].ImagePositionPatient)
        frame.PixelValueTransformationSequence = group(RescaleSlope=slopes[k], RescaleIntercept=0, RescaleType="US")
        frames.append(frame)
    image.PerFrameFunctionalGroupsSequence = frames
    image.PixelData = b"".join(images[k].PixelData for k in order)
    return [image]


def scaled(value, slope, intercept):
    """Slopes are decimal text: the same number for everybody."""
    return value * float(slope) + float(intercept)


def reference(images):
    """The rule: slices by their place along the normal, spacing from positions, LPS to RAS, no row turned round.

    Returns the array (columns, rows, slices) and the affine.
    """
    images = [frame for image in images for frame in classic(image)]
    row, column = numpy.split(numpy.array(images[0].ImageOrientationPatient, float), 2)
    normal = numpy.cross(row, column)
    place = lambda image: numpy.array(image.ImagePositionPatient, float)
    images = sorted(images, key=lambda image: place(image) @ normal)
    spacing = [float(v) for v in images[0].PixelSpacing]
    affine = numpy.eye(4)
    affine[:3, 0], affine[:3, 1] = row * spacing[1], column * spacing[0]
    affine[:3, 2] = (place(images[-1]) - place(images[0])) / (len(images) - 1)
    affine[:3, 3] = place(images[0])
    kind = "<i2" if images[0].PixelRepresentation else "<u2"
    slices = [
        scaled(numpy.frombuffer(image.PixelData, kind).reshape(ROWS, COLUMNS).T.astype(float),
               image.get("RescaleSlope", 1), image.get("RescaleIntercept", 0)) for image in images]
    return numpy.stack(slices, -1).astype("f4"), numpy.diag([-1, -1, 1, 1]) @ affine


def classic(image):
    """An object's frames, each as a classic image; a classic image as it is."""
    if "PerFrameFunctionalGroupsSequence" not in image:
        return [image]
    shared = image.SharedFunctionalGroupsSequence[0]
    size = 2 * ROWS * COLUMNS
    result = []
    for k, frame in enumerate(image.PerFrameFunctionalGroupsSequence):
        item = Dataset()
        item.ImagePositionPatient = frame.PlanePositionSequence[0].ImagePositionPatient
        item.ImageOrientationPatient = shared.PlaneOrientationSequence[0].ImageOrientationPatient
        item.PixelSpacing = shared.PixelMeasuresSequence[0].PixelSpacing
        item.RescaleSlope = frame.PixelValueTransformationSequence[0].RescaleSlope
        item.RescaleIntercept = frame.PixelValueTransformationSequence[0].RescaleIntercept
        item.PixelRepresentation = image.PixelRepresentation
        item.PixelData = image.PixelData[k * size:(k + 1) * size]
        result.append(item)
    return result


def each(images, **values):
    for image in images:
        for name, value in values.items():
            setattr(image, name, value)
    return images


def whole():
    """Yields (name, images, function of (slice number, world value) that gives the expected value)."""
    def same(_, value):
        return value
    yield "axial", series(), same
    yield "sagittal", series((0, 1, 0), (0, 0, -1)), same
    yield "coronal", series((1, 0, 0), (0, 0, -1)), same
    yield "normal_down", series((1, 0, 0), (0, -1, 0)), same
    yield "oblique", series(turn=turned("x", 0.3) @ turned("z", 0.2)), same
    yield "oblique_sagittal", series((0, 1, 0), (0, 0, -1), turned("z", 0.15) @ turned("x", 0.1)), same
    yield "signed", series(signed=True), same
    shuffled = series()
    for k, image in enumerate(shuffled):
        image.InstanceNumber = (k * 5) % COUNT + 1
    yield "shuffled", shuffled, same
    yield "scaled", each(series(), RescaleSlope=2, RescaleIntercept=-100), lambda _, value: 2 * value - 100
    varying = series()
    for k, image in enumerate(varying):
        image.RescaleSlope, image.RescaleIntercept = 1 + k, 0
    yield "scaled_by_slice", varying, lambda k, value: (1 + k) * value
    descending = series()
    for k, image in enumerate(descending):
        image.InstanceNumber = COUNT - k
    yield "descending", descending, same
    tenths = series()
    for k, image in enumerate(tenths):
        image.RescaleSlope, image.RescaleIntercept = f"{1 + 0.1 * k:.1f}", 0
    yield "scaled_by_tenths", tenths, lambda k, value: (1 + numpy.round(0.1 * k, 1)) * value
    yield "wrong_spacing_tag", each(series(), SpacingBetweenSlices=5), same
    order = [(k * 5) % COUNT for k in range(COUNT)]
    oblique = series(turn=turned("x", 0.3))
    yield "enhanced", enhanced(oblique, range(COUNT), [1] * COUNT), same
    yield "enhanced_shuffled", enhanced(oblique, order, [1 + k for k in range(COUNT)]), lambda k, v: (1 + k) * v
    philips = enhanced(oblique, order, [f"{1 + 0.1 * k:.1f}" for k in range(COUNT)])
    philips[0].Manufacturer = "Philips Medical Systems"
    yield "enhanced_philips", philips, lambda k, v: (1 + numpy.round(0.1 * k, 1)) * v
    yield "last_missing_untold", series()[:-1], same
    twice = series()
    yield "same_file_twice", twice + [twice[5]], same


def broken():
    """Yields (name, images, codes of the parts)."""
    images = series()
    yield "gap", images[:5] + images[6:], ["GEOMETRY_MISSING_SLICE"]
    images = series()
    images[3].PixelData = images[3].PixelData[:-300]
    yield "truncated", images, ["GEOMETRY_MISSING_SLICE"]
    images = series()
    images[3] = stored(images[3])[:-300]
    yield "cut_off", images, ["GEOMETRY_MISSING_SLICE"]
    yield "first_missing", each(series(), ImagesInAcquisition=COUNT)[1:], ["EXPECTED_SLICES_MISSING"]
    yield "reformatted", each(series(), ImageType=["DERIVED", "SECONDARY", "MPR"]), ["IMAGETYPE_MPR"]
    images = series()
    for image in images[::2]:
        image.AcquisitionDate = "20260101"
    for image in images[1::2]:
        image.AcquisitionDate = "20260104"
    yield "different_days", images, ["ACQUIRED_ON_DIFFERENT_DAYS"]
    yield "last_missing", each(series(), ImagesInAcquisition=COUNT)[:-1], ["EXPECTED_SLICES_MISSING"]
    images = series()
    images[5].ImagePositionPatient = images[4].ImagePositionPatient
    yield "duplicate", images, ["GEOMETRY_DUPLICATE_POSITION"]
    images = series()
    copy = series()[5]
    copy.SOPInstanceUID = copy.file_meta.MediaStorageSOPInstanceUID = images[5].SOPInstanceUID
    copy.StudyInstanceUID, copy.SeriesInstanceUID = images[5].StudyInstanceUID, images[5].SeriesInstanceUID
    copy.PixelData = bytes(len(copy.PixelData))
    yield "duplicate_uid", images + [copy], ["DUPLICATE_DIFFERS"]
    images = series()
    images[3].Rows, images[3].PixelData = 10, images[3].PixelData[: 10 * COLUMNS * 2]
    yield "size", images, ["GEOMETRY_DIFFERING_SIZE"]
    images = series()
    images[0].ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    yield "orientation", images, ["GEOMETRY_MIXED_ORIENTATION"]
    images = series()
    for image in images:
        del image.ImagePositionPatient, image.ImageOrientationPatient
    yield "no_geometry", images, ["GEOMETRY_NO_GEOMETRY"]
    images = series()
    for k, image in enumerate(images):
        image.ImagePositionPatient = [
            image.ImagePositionPatient[0], float(image.ImagePositionPatient[1]) + 0.4 * k,
            image.ImagePositionPatient[2]]
    yield "shear", images, ["GEOMETRY_SHEARED"]
    yield "two_slices", series()[:2], ["NOT_A_VOLUME"]
    images = series()
    images[7].PatientID = "T2"
    yield "two_patients", images, ["CONFLICTING_PATIENT"]
    for kind, code in (("LOCALIZER", "LOCALIZER"), ("MOSAIC", "MOSAIC"), ("P", "PHASE"), ("MPR", "MPR")):
        yield kind.lower(), each(series(), ImageType=["ORIGINAL", "PRIMARY", kind]), ["IMAGETYPE_" + code]
    images = series()
    for image in images[::2]:
        image.EchoTime = 9
    # Two volumes, each of every other slice: 2.6 mm apart.
    yield "echoes", images, ["TOO_THICK", "TOO_THICK"]
    yield "ct", each(series(), Modality="CT"), ["NOT_MR"]
    yield "two_dimensional", each(series(), MRAcquisitionType="2D"), ["NOT_3D"]
    yield "contrast_agent", each(series(), ContrastBolusAgent="Gadovist"), ["CONTRAST_AGENT"]


def stored(image):
    """The bytes of the object's file."""
    file = io.BytesIO()
    image.save_as(file, enforce_file_format=True)
    return file.getvalue()


def write(folder, images):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for number, image in enumerate(images):
        with open(f"{folder}/{(number * 7) % 100:03d}.dcm", "wb") as file:
            file.write(image if isinstance(image, bytes) else stored(image))


def largest_error(path, expected):
    """The largest difference from the function of place, for integers exactly, else within float32."""
    image = nibabel.load(path)
    voxels = image.get_fdata(dtype="f8")
    index = numpy.indices(voxels.shape)
    ras = numpy.tensordot(image.affine[:3, :3], index, 1) + image.affine[:3, 3][:, None, None, None]
    values = expected(index[2], world(ras * numpy.array([-1, -1, 1])[:, None, None, None]))
    return abs(voxels - numpy.asarray(values).astype("f4")).max()


def reference_error(path, images):
    """The largest differences from the rule: of a voxel, and of the affine, which NIfTI holds as float32."""
    image = nibabel.load(path)
    voxels, affine = reference({image.SOPInstanceUID: image for image in images}.values())
    if image.shape != voxels.shape:
        return numpy.inf, numpy.inf
    return (abs(image.get_fdata(dtype="f4") - voxels).max(),
            abs(image.affine - affine.astype("f4").astype(float)).max())


def main(program, scratch):
    failures = 0

    def report(name, good, words):
        nonlocal failures
        failures += not good
        print("ok  " if good else "FAIL", name, words)

    for name, images, expected in whole():
        folder, output = f"{scratch}/{name}", f"{scratch}/{name}.nii"
        write(folder, images)
        subprocess.run([program, "convert", folder, "--output", output], check=True)
        error, (voxel, affine) = largest_error(output, expected), reference_error(output, images)
        good = error == voxel == 0 and affine <= 1e-6
        report(name, good, f"largest error in world space {error:g}; against the rule {voxel:g}, affine {affine:.0e}")
    for name, images, codes in broken():
        folder = f"{scratch}/{name}"
        write(folder, images)
        answer = subprocess.run([program, "inspect", folder, "--json"], check=True, capture_output=True, text=True)
        parts = [s for study in json.loads(answer.stdout)["studies"] for s in study["series"]]
        found = sorted(((part.get("reason") or {}).get("code") for part in parts), key=str)
        report(name, found == sorted(codes, key=str), f"{found}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
