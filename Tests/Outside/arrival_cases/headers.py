"""Series of DICOM files around given voxels, with headers of real sequences.

The public elements of the real MPRAGE's first slice are the base of all; a sequence changes what differs. Its values
come from the JSON of the data set the paper used (T1w and FLAIR), from the real stubs of other vendors, and for the
rest from what these sequences usually run with.
"""
import copy
import functools

import nibabel
import numpy
import pydicom
from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from . import volumes

MR = "1.2.840.10008.5.1.4.1.1.4"
CT = "1.2.840.10008.5.1.4.1.1.2"
PET = "1.2.840.10008.5.1.4.1.1.128"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"

# Columns, rows and slices run towards these sides.
PLANES = {"axial": "LPS", "sagittal": "PIL", "coronal": "LIA"}

GE = {"Manufacturer": "GE MEDICAL SYSTEMS", "ManufacturerModelName": "DISCOVERY MR750", "SequenceName": None,
      "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"]}
PHILIPS = {"Manufacturer": "Philips Medical Systems", "ManufacturerModelName": "Ingenia", "SequenceName": None}


def times(tr, te, ti=None, flip=None, **more):
    return {"RepetitionTime": tr, "EchoTime": te, "InversionTime": ti, "FlipAngle": flip, **more}


def kind(sequence, variant, name, description, dimension="3D", options=None):
    return {"ScanningSequence": sequence.split("/"), "SequenceVariant": variant.split("/"), "SequenceName": name,
            "SeriesDescription": description, "ProtocolName": description, "MRAcquisitionType": dimension,
            "ScanOptions": options}


def image_type(*words):
    return {"ImageType": list(words)}


SEQUENCES = {
    "mprage": {},
    "iso08": times(1660, 2.54, 850, 9) | kind("GR/IR", "SK/SP/MP", "*tfl3d1_ns", "t1_mpr_32ch_iso_0.8", options="IR"),
    "bravo": GE | times(8.9, 3.164, 900, 13) | {"ScanningSequence": ["GR"], "SequenceVariant": ["SS", "SP", "SK"],
                                               "SeriesDescription": "Sag 3D BRAVO", "ProtocolName": "Epilepsy"},
    "space_flair": times(5000, 388, 1800, 120) | kind("SE/IR", "SK/SP/MP", "*spcir3d1_286ns",
                                                      "flair_32ch_iso_1.0_T2sel", options="IR"),
    "tse_flair": times(7000, 372, 2220, 120) | kind("IR/SE", "SK/SP/MP", "tir3d1_255ns",
                                                    "flair_tse3dvfl_opt_fov_big", options="IR"),
    "vista_flair": PHILIPS | times(4800, 386.754, 1650, 90) | {
        "ScanningSequence": ["IR"], "SequenceVariant": ["SK"], "ImageType": ["ORIGINAL", "PRIMARY", "M_IR", "M", "IR"],
        "SeriesDescription": "3D FLAIR sag", "ProtocolName": "3D FLAIR sag"},
    "flair_2d": times(9000, 81, 2500, 150) | kind("SE/IR", "SK/SP/MP", "*tir2d1rr16", "t2_tirm_tra_dark-fluid", "2D"),
    "t1_2d": times(500, 8.4, None, 90) | kind("SE", "SK/SP", "*se2d1", "t1_se_tra", "2D"),
    "t2_space": times(3200, 408, None, 120) | kind("SE", "SK/SP", "*spc3d1rr282ns", "t2_spc_sag_iso"),
    "dir": times(7500, 318, 3000, 120) | kind("SE/IR", "SK/SP/MP", "*spcir3d1_282ns", "dir_space_sag_iso",
                                              options="IR"),
    "dti": times(9000, 90, None, 90) | kind("EP", "SK/SP", "*ep_b1000#1", "ep2d_diff_mddw_64", "2D"),
    "fmri": times(3000, 30, None, 90) | kind("EP", "SK/SS", "*epfid2d1_64", "ep2d_bold_rest", "2D"),
    "tof": times(21, 3.42, None, 18) | kind("GR", "SK/SP/MTC", "*fi3d1r", "TOF_3D_multi-slab") | {"AngioFlag": "Y"},
    "philips_tof": PHILIPS | times(23, 3.5, None, 18) | {
        "ScanningSequence": ["GR"], "SequenceVariant": ["SP"],
        "ImageType": ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
        "SeriesDescription": "s3DI_MC_HR", "ProtocolName": "s3DI_MC_HR", "AngioFlag": "N"},
    "swi": times(27, 20, None, 15) | kind("GR", "SP", "*swi3d1r", "SWI_Images")
           | image_type("ORIGINAL", "PRIMARY", "M", "SWI", "NORM"),
    "swi_mip": times(27, 20, None, 15) | kind("GR", "SP", "*swi3d1r", "mIP_Images(SW)")
               | image_type("DERIVED", "PRIMARY", "MNIP", "SWI", "NORM"),
    "phase": kind("GR/IR", "SK/SP/MP", "*tfl3d1_16ns", "t1_mprage_sag_iso PHASE", options="IR")
             | image_type("ORIGINAL", "PRIMARY", "P", "ND"),
    "inv1": times(5000, 2.98, 700, 4) | kind("GR/IR", "SK/SP/MP", "*tfl3d1_16ns", "t1_mp2rage_sag_p3_iso_INV1"),
    "inv2": times(5000, 2.98, 2500, 5) | kind("GR/IR", "SK/SP/MP", "*tfl3d1_16ns", "t1_mp2rage_sag_p3_iso_INV2"),
    "uni": times(5000, 2.98, 700, 4) | kind("GR/IR", "SK/SP/MP", "*tfl3d1_16ns", "t1_mp2rage_sag_p3_iso_UNI_Images")
           | image_type("DERIVED", "PRIMARY", "M", "ND", "UNI"),
    "scout_3d": times(3.15, 1.37, None, 8) | kind("GR", "SP", "*fl3d1_ns", "AAHead_Scout"),
    "localizer": times(8.6, 4, None, 20) | kind("GR", "SP/OSP", "*fl2d1", "localizer", "2D"),
    "echoes": times(44, 4.92, None, 15) | kind("GR", "SP", "*fl3d3r", "gre_qsm_3echo"),
    "vibe": times(4.1, 1.9, None, 10) | kind("GR", "SP", "*fl3d1", "t1_vibe_fs_tra_bh"),
    "dixon_fat": times(5.5, 2.46, None, 9) | kind("GR", "SP", "*fl3d2", "t1_vibe_dixon_tra_F")
                 | image_type("DERIVED", "PRIMARY", "M", "DIXON", "FAT"),
}


@functools.lru_cache(maxsize=None)
def template():
    """The real MPRAGE's public elements without its patient, place and pixels."""
    folder = volumes.DATA / "dicom/siemens_prisma_mprage_classic/T1"
    header = pydicom.dcmread(sorted(folder.iterdir())[0], stop_before_pixels=True)
    header.remove_private_tags()
    for element in list(header):
        if element.VR in ("SQ", "PN") or element.keyword in (
                "InstitutionName", "InstitutionAddress", "StationName", "DeviceSerialNumber", "StudyDescription",
                "PatientBirthDate", "PatientAge", "PatientSize", "PatientWeight", "WindowCenter", "WindowWidth",
                "WindowCenterWidthExplanation", "SliceLocation", "SmallestImagePixelValue", "LargestImagePixelValue"):
            del header[element.tag]
    header.PatientName, header.PatientID, header.PatientBirthDate = "Test^Case", "CASE-1", ""
    return header


def stored(array, top=1000):
    """Unsigned values of 12 bits, the brightest about `top`."""
    high = float(numpy.quantile(array, 0.998)) or 1.0
    return numpy.clip(numpy.rint(array * (top / high)), 0, 4095).astype("<u2")


def change(data, values):
    for name, value in values.items():
        if value is None:
            if name in data:
                delattr(data, name)
        else:
            setattr(data, name, value)


def series(image, sequence, words, plane="sagittal", scaled=True, sop=MR, study=None, thickness=None, **changes):
    """The slices of one series around an image in any orientation.

    `words` make the UIDs, `study` the study's; `scaled=False` takes values as they are, signed.
    """
    axes = ornt_transform(io_orientation(image.affine), axcodes2ornt(PLANES[plane]))
    image = image.as_reoriented(axes)
    array = volumes.voxels(image)
    values = stored(array) if scaled else numpy.clip(numpy.rint(array), -32768, 32767).astype("<i2")
    lps = numpy.diag([-1, -1, 1, 1]) @ image.affine
    spacing = numpy.linalg.norm(lps[:3, :3], axis=0)
    direction = lps[:3, :3] / spacing
    study = study or words
    result = []
    for k in range(values.shape[2]):
        data = FileDataset(None, copy.deepcopy(template()), file_meta=FileMetaDataset(), preamble=b"\0" * 128)
        change(data, SEQUENCES[sequence])
        data.SOPClassUID, data.SOPInstanceUID = sop, generate_uid(entropy_srcs=[words, sequence, str(k), str(changes)])
        data.StudyInstanceUID = generate_uid(entropy_srcs=[study, "study"])
        data.SeriesInstanceUID = generate_uid(entropy_srcs=[words, sequence, str(changes)])
        data.FrameOfReferenceUID = generate_uid(entropy_srcs=[study, "frame"])
        data.InstanceNumber = k + 1
        data.ImagePositionPatient = [f"{v:.6f}" for v in (lps @ [0, 0, k, 1])[:3]]
        data.ImageOrientationPatient = [f"{v:.8f}" for v in numpy.r_[direction[:, 0], direction[:, 1]]]
        data.PixelSpacing = [f"{spacing[1]:.6f}", f"{spacing[0]:.6f}"]
        data.SliceThickness = f"{thickness or spacing[2]:.6f}"
        data.Rows, data.Columns = values.shape[1], values.shape[0]
        if not scaled:
            data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 15, 1
        change(data, changes)
        data.PixelData = numpy.ascontiguousarray(values[:, :, k].T).tobytes()
        result.append(data)
    return result


def of_one_series(images, words):
    for data in images:
        data.SeriesInstanceUID = generate_uid(entropy_srcs=[words, "one series"])
    return images


def write(folder, images):
    folder.mkdir(parents=True, exist_ok=True)
    start = len(list(folder.iterdir()))
    for number, data in enumerate(images, start):
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.save_as(folder / f"{number:05d}.dcm", enforce_file_format=True)


def reduced(image, spacing, mean=True):
    """Coarser voxels; those of a thick slice are the mean over it."""
    array = volumes.voxels(image)
    old = numpy.linalg.norm(image.affine[:3, :3], axis=0)
    steps = [max(1, int(round(s / o))) for s, o in zip(spacing, old)]
    shape = [n // s for n, s in zip(array.shape, steps)]
    array = array[tuple(slice(0, n * s) for n, s in zip(shape, steps))]
    if mean:
        array = array.reshape(shape[0], steps[0], shape[1], steps[1], shape[2], steps[2]).mean((1, 3, 5))
    else:
        array = array[tuple(slice(None, None, s) for s in steps)]
    affine = image.affine @ numpy.diag([*steps, 1])
    affine[:3, 3] += image.affine[:3, :3] @ ((numpy.array(steps) - 1) / 2)
    return nibabel.Nifti1Image(array, affine)
