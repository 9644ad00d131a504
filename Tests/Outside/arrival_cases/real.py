"""Every real series of the data folder, and by hand what it is and what must become of it."""
import pathlib
import shutil

from . import EITHER, REFUSED, SCORED, Case, volumes

SHORT = ("NOT_A_VOLUME", "EXPECTED_SLICES_MISSING", "HEAD_CUT_OFF", "NOT_A_HEAD")
CT = ("NOT_MR", "NOT_A_VOLUME", "GEOMETRY_SHEARED", "GEOMETRY_UNEVEN_SPACING", "GEOMETRY_MISSING_SLICE")
STUB = "dicom2nifti/"

# Folder below `dicom`, what it is, what must become of it, codes that may say so (any where empty).
SERIES = [
    ("siemens_prisma_mprage_classic/T1", "Siemens Prisma MPRAGE, whole head, 1 mm, 192 slices", SCORED, ()),
    ("siemens_xa30_enhanced_t1/5_anat-T1w_acq-tfl", "Siemens XA30 MPRAGE, enhanced, whole head, 2 mm", SCORED, ()),
    ("siemens_jpegll_fragmented_phantom/5001_anat-T1w_acq-tfl", "Siemens MPRAGE of a bottle, 2 mm", REFUSED, ()),
    ("transfer_syntaxes/In", "Siemens EPI mosaic in nine encodings", REFUSED, ("IMAGETYPE_MOSAIC",)),
    (STUB + "ge/anatomical/001", "GE BRAVO, 4 of its slices", REFUSED, SHORT),
    (STUB + "ge/anatomical/001_implicit", "GE BRAVO, 4 of its slices, implicit", REFUSED, SHORT),
    (STUB + "ge/anatomical/001_single_slice", "GE BRAVO, 1 of its slices", REFUSED, ("NOT_A_VOLUME",)),
    (STUB + "philips/anatomical/001", "Philips 3D FLAIR, 4 of its slices", REFUSED, SHORT),
    (STUB + "philips/anatomical/001_implicit", "Philips 3D FLAIR, 4 of its slices, implicit", REFUSED, SHORT),
    (STUB + "philips_enhanced/anatomical/001", "Philips enhanced T1, 8 frames", REFUSED, ()),
    (STUB + "philips_enhanced/anatomical/001_implicit", "Philips enhanced T1, 8 frames, implicit", REFUSED, ()),
    (STUB + "siemens/anatomical/001", "Siemens 3D FLAIR, 4 of its slices", REFUSED, SHORT),
    (STUB + "siemens/anatomical/001_implicit", "Siemens 3D FLAIR, 4 of its slices, implicit", REFUSED, SHORT),
    *[(f"{STUB}generic/compressed_{name}/001", f"3D FLAIR, 4 of its slices, {name}", REFUSED, SHORT)
      for name in ("rle", "j2k", "jpeg", "jpegls")],
    (STUB + "failing/slicecount/001", "3D FLAIR, 2 of its slices", REFUSED, SHORT),
    (STUB + "failing/sliceincrement/001", "GE CT, slices at uneven distances", REFUSED, CT),
    (STUB + "failing/sliceincrement/002", "Siemens CT, slices at uneven distances", REFUSED, CT),
    (STUB + "failing/sliceorientation/001", "Philips 2D spin echo, slices of different orientation", REFUSED, ()),
    (STUB + "failing/notavolume/001", "Siemens CT, bolus monitor, one place", REFUSED, ()),
    (STUB + "failing/gantrytilting/001", "Siemens CT, tilted gantry", REFUSED, CT),
]

MNI = "nifti/openms_mni/patient{}/{}_N4_noneck_reduced_winsor_regtoFLAIR{}_regtoMNI.nii.gz"
DEEP = "nifti/deepfcd_sub-00055/"

# File, what it is, what must become of it, kind of model, name under which it is sent.
IMAGES = [
    *[(MNI.format(p, "T1", "_brain_N4"), f"T1w of patient {p}, stripped, 1 mm", SCORED, "stripped", "T1w")
      for p in ("07", "19")],
    *[(MNI.format(p, "FLAIR", "_brain_N4"), f"FLAIR of patient {p}, stripped, 1 mm", SCORED, "stripped", "FLAIR")
      for p in ("07", "19")],
    *[(MNI.format(p, "GOLD_STANDARD", ""), f"Lesion mask of patient {p}", REFUSED, "stripped", "T1w")
      for p in ("07", "19")],
    ("nifti/openms_raw/patient12/study1_T1W.nii.gz", "T1w of 3 mm slices, 2D", REFUSED, "fullHead", "T1w"),
    ("nifti/openms_raw/patient12/study1_FLAIR.nii.gz", "FLAIR of 3 mm slices, 2D", REFUSED, "fullHead", "FLAIR"),
    ("nifti/brainchop/t1_crop.nii.gz", "T1w, whole head, 1 mm, stored as L, I, A", SCORED, "fullHead", "T1w"),
    ("nifti/mni152/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz",
     "MNI152, average of 152 stripped T1w (nobody's scan)", EITHER, "stripped", "T1w"),
    (DEEP + "sub-00055_label_dilated_final.nii.gz", "Coarse label of a lesion", REFUSED, "stripped", "FLAIR"),
    (DEEP + "sub-00055_brain_mask_final.nii.gz", "Brain mask", REFUSED, "stripped", "T1w"),
    (DEEP + "noel_deepFCD_dropoutMC/sub-00055_noel_deepFCD_dropoutMC_prob_mean_1.nii.gz",
     "Probability map of lesions", REFUSED, "stripped", "T1w"),
    (DEEP + "noel_deepFCD_dropoutMC/sub-00055_noel_deepFCD_dropoutMC_prob_var_1.nii.gz",
     "Variance map of lesions", REFUSED, "stripped", "FLAIR"),
    ("dicom/siemens_prisma_mprage_classic/5_T1_mprage_ns_sag_p2_iso_1.0mm_192.nii.gz",
     "Prisma MPRAGE, NIfTI by dcm2niix", SCORED, "fullHead", "T1w"),
    ("dicom/siemens_xa30_enhanced_t1/5_anat-T1w_acq-tfl.nii", "XA30 MPRAGE, NIfTI", SCORED, "fullHead", "T1w"),
    ("dicom/siemens_jpegll_fragmented_phantom/anat-T1w_acq-tfl_5001.nii", "Bottle, NIfTI", REFUSED, "fullHead", "T1w"),
    ("dicom/transfer_syntaxes/1.nii", "EPI of 3.25 mm, NIfTI", REFUSED, "fullHead", "T1w"),
]


def copied(path, name):
    def put(folder):
        folder.mkdir(parents=True, exist_ok=True)
        ending = ".nii.gz" if path.name.endswith(".gz") else ".nii"
        shutil.copyfile(path, folder / f"sub-01_{name}{ending}")
    return put


def cases():
    root = volumes.DATA
    for folder, what, expect, codes in SERIES:
        yield Case("dicom/" + folder, what, expect, lambda _, at=root / "dicom" / folder: [at], codes=codes)
    for path in sorted((root / "dicom/transfer_syntaxes/In").iterdir()):
        name = str(path.relative_to(root))
        yield Case(name, "EPI mosaic, one encoding by itself", REFUSED, lambda _, at=path: [at],
                   codes=("IMAGETYPE_MOSAIC",))
    for path, what, expect, kind, name in IMAGES:
        yield Case(path, f"{what}, sent as {name}", expect, copied(root / path, name), kind=kind, scores=(name,))
    for path in sorted((root / "dicom/dicom2nifti").rglob("*.nii.gz")):
        name = "FLAIR" if "ge/" not in str(path) else "T1w"
        yield Case(str(path.relative_to(root)), f"Reference of a short stub, sent as {name}", REFUSED,
                   copied(path, name), scores=(name,))
    corpus = root / "hostile/fuzz_corpus_v2"
    for folder in sorted(p for p in corpus.iterdir() if p.is_dir()):
        count = sum(1 for p in folder.rglob("*") if p.is_file())
        yield Case(str(folder.relative_to(root)), f"{count} malformed DICOM files at once", REFUSED,
                   lambda _, at=folder: [at])


def left_out():
    """Real series and images that no case above names: none, or the walk is not whole."""
    root = volumes.DATA
    known = {case.name for case in cases()}
    found = {str(p.relative_to(root)) for p in (*root.glob("dicom/**/*.nii*"), *root.glob("nifti/**/*.nii*"))}
    for path in root.glob("dicom/**/*"):
        if path.is_file() and not path.name.endswith((".nii", ".nii.gz", ".json", ".md")) and path.name != "LICENSE":
            found.add(str(path.parent.relative_to(root)))
    return sorted(found - known)


def singles():
    """The hostile files one by one."""
    return sorted(p for p in pathlib.Path(volumes.DATA / "hostile/fuzz_corpus_v2").rglob("*.dcm"))
