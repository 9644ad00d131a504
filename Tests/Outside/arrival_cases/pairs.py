"""T1w and FLAIR in one delivery: of one patient, and not."""
import nibabel
import numpy

from . import NOT_BOTH, SCORED, Case, volumes
from .headers import series, write
from .volumes import resampled, scan, turn, voxels

BOTH = ("T1w", "FLAIR")


def moved(name, millimetres=(0, 0, 0), degrees=(0, 0, 0)):
    image = scan(name)
    array = resampled(voxels(image), turn(*degrees)) if any(degrees) else voxels(image)
    affine = image.affine.copy()
    affine[:3, 3] += millimetres
    return nibabel.Nifti1Image(array, affine)


def nifti(t1, flair):
    def put(folder):
        for name, image in (("sub-01_T1w.nii", t1()), ("sub-01_FLAIR.nii", flair())):
            volumes.save(folder, name, voxels(image), image.affine)
    return put


def dicom(t1, flair, second=None, study="one"):
    """`second` changes the header of the FLAIR."""
    def put(folder):
        write(folder, series(t1(), "iso08", "pair t1", study="one", SeriesNumber=3))
        write(folder, series(flair(), "space_flair", "pair flair", study=study, SeriesNumber=4, **(second or {})))
    return put


def cases():
    def of(name, *how):
        return lambda: moved(name, *how)
    t1, flair, other = of("t1_07"), of("flair_07"), of("flair_19")
    far, near = of("flair_07", (80, 0, 0)), of("flair_07", (1.5, -2, 2), (1, 2, -1))
    yield pair("own", "one patient, NIfTI", SCORED, nifti(t1, flair))
    yield pair("own_19", "one patient (the other), NIfTI", SCORED, nifti(of("t1_19"), other))
    yield pair("own_dicom", "one patient, DICOM", SCORED, dicom(t1, flair))
    yield pair("near", "one patient, moved by 3 mm and 2° between the scans, NIfTI", SCORED, nifti(t1, near))
    yield pair("finer", "one patient, T1w of 0.8 mm, NIfTI", SCORED, nifti(lambda: finer("t1_07"), flair))
    yield pair("others_nifti", "T1w of patient 07, FLAIR of patient 19, NIfTI", NOT_BOTH, nifti(t1, other))
    yield pair("others_turned", "T1w of patient 19, FLAIR of patient 07, NIfTI", NOT_BOTH,
               nifti(of("t1_19"), flair))
    yield pair("others_dicom", "T1w of patient 07, FLAIR of patient 19, same ID, DICOM", NOT_BOTH, dicom(t1, other))
    yield pair("other_id", "one study, FLAIR under another patient's ID, DICOM", NOT_BOTH,
               dicom(t1, other, {"PatientID": "CASE-2"}))
    yield pair("other_study", "another study and ID for the FLAIR, DICOM", NOT_BOTH,
               dicom(t1, other, {"PatientID": "CASE-2"}, study="two"))
    yield pair("far_nifti", "FLAIR displaced by 80 mm, NIfTI", NOT_BOTH, nifti(t1, far))
    yield pair("far_dicom", "FLAIR displaced by 80 mm, DICOM", NOT_BOTH, dicom(t1, far))
    yield pair("flipped", "FLAIR upside down, NIfTI", NOT_BOTH, nifti(t1, lambda: upside_down("flair_07")))
    yield pair("twice", "the T1w again as FLAIR, NIfTI", NOT_BOTH, nifti(t1, t1))
    yield pair("tilted", "FLAIR turned by 35°, NIfTI", NOT_BOTH, nifti(t1, of("flair_07", (0, 0, 0), (35, 0, 10))))


def finer(name):
    from scipy import ndimage
    image = scan(name)
    return nibabel.Nifti1Image(
        ndimage.zoom(voxels(image), 1.25, order=1), image.affine @ numpy.diag([0.8, 0.8, 0.8, 1]))


def upside_down(name):
    return nibabel.Nifti1Image(voxels(scan(name))[:, :, ::-1].copy(), scan(name).affine)


def pair(name, what, expect, put):
    return Case(f"pair_{name}", f"T1w and FLAIR: {what}", expect, put, kind="stripped", scores=BOTH)
