"""Images of real heads that are not a plain 3D T1w or FLAIR of the whole head, as scanners send them."""
import nibabel
import numpy
from scipy import ndimage

from . import REFUSED, SCORED, Case, generator, headers, volumes
from .headers import image_type, series, write
from .volumes import depth, field, level, mask, rician, scan, turn, voxels


def head(name="prisma"):
    return voxels(scan(name))


def like(array, name="prisma"):
    return nibabel.Nifti1Image(array.astype("f4"), scan(name).affine)


def t2(name="prisma"):
    """T2-like contrast from a T1: what was dark inside becomes bright."""
    x = head(name) / level(name)
    inverse = numpy.clip(1.35 - x, 0.1, 1.3)
    scalp = depth(name) < 9
    bone = scalp | (x < 0.25) & (depth(name) < 22) | (x < 0.09)
    if volumes.is_stripped(name):
        bone = scalp = numpy.zeros(x.shape, bool)
    return 900 * numpy.where(mask(name), numpy.where(bone, numpy.clip(x, 0, 1) * 0.6, inverse), 0.02 * x)


def double_inversion(name="t1_07"):
    """Grey matter alone: bright where the T1 is of middle intensity."""
    x = head(name) / level(name)
    return 600 * numpy.exp(-((x - 0.68) / 0.12) ** 2) * mask(name) + 15 * mask(name)


def ct(random):
    """Hounsfield units in the outline of a real head: air, scalp, skull, brain."""
    far, x = depth("prisma"), head() / level("prisma")
    brain = 30 + 10 * numpy.clip(x, 0, 1.2)
    units = numpy.select([far <= 0, far < 6, far < 13], [-1000, 45 - 130 * (x > 1), 950], brain)
    return ndimage.gaussian_filter(units.astype("f4"), 0.6) + 6 * random.standard_normal(units.shape, "f4")


def vessels(random):
    """Angiography: bright vessels, faint brain, in a slab of 7 cm."""
    array = 0.25 * head() * (depth("prisma") > 0)
    lines = numpy.abs(field(array.shape, random, 24)) + numpy.abs(field(array.shape, random, 31)) < 0.2
    array = numpy.where(lines & (depth("prisma") > 20), 900, array)
    return like(array).slicer[:, :, 105:175]


def uniform_image(random):
    """UNI of MP2RAGE: salt and pepper outside of the head."""
    x = numpy.clip(head() / level("prisma"), 0, 1.3)
    return numpy.where(mask("prisma"), 700 * x + 60, random.uniform(0, 1000, x.shape))


def labels(name="t1_07"):
    x = head(name) / level(name)
    return numpy.digitize(x, [0.35, 0.62, 0.86]).astype("f4") * mask(name) + mask(name)


def sent(make, sequence, **options):
    """`make(random)` gives an image or an array on the grid of the real MPRAGE."""
    def put(folder):
        made = make(generator(sequence, str(options)))
        image = made if isinstance(made, nibabel.Nifti1Image) else like(made)
        write(folder, series(image, sequence, sequence + str(options), **options))
    return put


def nifti(make, name="sub-01_T1w.nii", dtype=None):
    def put(folder):
        made = make(generator(name))
        image = made if isinstance(made, nibabel.Nifti1Image) else like(made)
        volumes.save(folder, name, voxels(image), image.affine, dtype)
    return put


def plain(name="prisma"):
    return lambda random: scan(name)


def thick(name, slice_mm, make=None):
    return lambda random: headers.reduced(like(make(name), name) if make else scan(name), (1, 1, slice_mm))


def repeated(folder, sequence, volume, times, each):
    """One series that holds the same volume several times."""
    for number in range(times):
        part = series(volume, sequence, sequence, plane="axial", **each(number))
        for data in headers.of_one_series(part, sequence):
            data.InstanceNumber += number * len(part)
        write(folder, part)


def dti(folder):
    def each(number):
        b = 0 if number == 0 else 1000
        more = {"DiffusionBValue": float(b), "AcquisitionNumber": number + 1}
        return more | image_type("ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "ND", "NORM")
    repeated(folder, "dti", headers.reduced(like(t2()), (2, 2, 2)), 3, each)


def fmri(folder):
    repeated(folder, "fmri", headers.reduced(like(t2()), (3, 3, 3)), 4,
             lambda number: {"TemporalPositionIdentifier": number + 1, "AcquisitionNumber": number + 1})


def echoes(folder):
    for number, te in enumerate((4.92, 9.84, 14.76), 1):
        part = series(scan("prisma"), "echoes", "echoes", EchoTime=te, EchoNumbers=number)
        write(folder, headers.of_one_series(part, "echoes"))


def mosaic(folder):
    small = voxels(headers.reduced(like(t2()), (3, 3, 3)))[:64, :64, :36]
    tiles = numpy.zeros((6 * 64, 6 * 64, 3), "f4")
    for k in range(36):
        tile = numpy.zeros((64, 64), "f4")
        tile[: small.shape[0], : small.shape[1]] = small[:, :, k]
        tiles[(k % 6) * 64:(k % 6 + 1) * 64, (k // 6) * 64:(k // 6 + 1) * 64, :] = tile[:, :, None]
    affine = numpy.diag([3.25, 3.25, 3.6, 1])
    write(folder, series(nibabel.Nifti1Image(tiles, affine), "fmri", "mosaic", plane="axial",
                         **image_type("ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC")))


def localizer(folder, named=True):
    words = ["ORIGINAL", "PRIMARY", "LOCALIZER"] if named else ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"]
    for plane, spacing in (("axial", (1, 1, 40)), ("sagittal", (40, 1, 1)), ("coronal", (1, 40, 1))):
        image = headers.reduced(scan("prisma"), spacing, mean=False)
        part = series(image, "localizer", "localizer " + plane, plane=plane, study="localizer", thickness=7,
                      **image_type(*words))
        write(folder, headers.of_one_series(part, "localizer")[1:4])


def screenshot(folder):
    rgb = numpy.repeat(headers.stored(head()[96])[:, ::-1, None] // 4, 3, 2).astype("u1")
    data = series(scan("prisma").slicer[96:97], "mprage", "screenshot", sop=headers.CAPTURE, Modality="OT",
                  **image_type("DERIVED", "SECONDARY", "SCREEN SAVE"))[0]
    headers.change(data, {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0,
                          "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "MRAcquisitionType": None,
                          "ImagePositionPatient": None, "ImageOrientationPatient": None, "ConversionType": "WSD"})
    data.Rows, data.Columns, data.PixelData = rgb.shape[1], rgb.shape[0], rgb.transpose(1, 0, 2).tobytes()
    write(folder, [data])


def halved(side):
    def make(random):
        array = head().copy()
        noise = rician(numpy.zeros(array.shape, "f4"), 4, random)
        where = {"left": numpy.s_[:96], "lower": numpy.s_[:, :, :150], "back": numpy.s_[:, :110]}[side]
        array[where] = noise[where]
        return array
    return make


def scaled(factor, name="prisma"):
    def make(random):
        return nibabel.Nifti1Image(voxels(scan(name)), numpy.diag([factor] * 3 + [1]) @ scan(name).affine)
    return make


def projection(random):
    """Maximum intensity over 10 mm, at each place."""
    return ndimage.maximum_filter1d(head(), 10, axis=2)


def oblique(random):
    return volumes.resampled(head(), turn(14, 3, 0), order=1)


def grey_maps():
    """Published probability maps, where the package that carries them is installed."""
    import importlib.util
    import pathlib
    found = importlib.util.find_spec("nilearn")
    if found is None:
        return
    for tissue, words in (("gm", "Grey"), ("wm", "White")):
        folder = pathlib.Path(found.origin).parent / "datasets/data"
        path = folder / f"mni_icbm152_{tissue}_tal_nlin_sym_09a_converted.nii.gz"
        if path.exists():
            image = nibabel.load(path)
            yield Case(f"map_{tissue}", f"{words} matter probability map (MNI152), NIfTI named T1w", REFUSED,
                       nifti(lambda random, image=image: nibabel.as_closest_canonical(image)), kind="stripped")


def cases():
    for name, what, make, sequence, options, codes in dicom():
        yield Case(name, what + ", DICOM", REFUSED, sent(make, sequence, **options), codes=codes)
    for name, what, put, codes in (
            ("dti", "DTI, b 0 and 1000, classic", dti, ("CONTRAST_DIFFUSION", "CONTRAST_ECHO_PLANAR")),
            ("fmri", "fMRI, four time points, classic", fmri, ("CONTRAST_ECHO_PLANAR", "NOT_3D")),
            ("mosaic", "EPI as a mosaic", mosaic, ("IMAGETYPE_MOSAIC",)),
            ("echoes", "GRE of three echoes for susceptibility", echoes, ()),
            ("localizer", "Localizer in three planes", localizer, ("IMAGETYPE_LOCALIZER",)),
            ("localizer_unnamed", "Localizer in three planes, image type without the word",
             lambda folder: localizer(folder, False),
             ("IMAGETYPE_LOCALIZER", "GEOMETRY_MIXED_ORIENTATION", "NOT_3D", "NOT_A_VOLUME", "TOO_THICK")),
            ("screenshot", "Screenshot in colour", screenshot, ("IMAGETYPE_SECONDARY_CAPTURE", "NO_USABLE_SERIES"))):
        yield Case(name, what + ", DICOM", REFUSED, put, codes=codes)
    yield from as_nifti()
    yield from grey_maps()
    for name in ("t1_07", "t1_19"):
        yield Case(f"{name}_as_flair_nifti", f"Stripped T1w ({name}) in a file named FLAIR", REFUSED,
                   nifti(plain(name), "sub-01_FLAIR.nii"), kind="stripped")
    for name in ("flair_07", "flair_19"):
        yield Case(f"{name}_as_t1_nifti", f"Stripped FLAIR ({name}) in a file named T1w", REFUSED,
                   nifti(plain(name)), kind="stripped")
    yield Case("head_as_flair_nifti", "Whole head T1w in a file named FLAIR", REFUSED,
               nifti(plain(), "sub-01_FLAIR.nii"))
    yield Case("t1_as_flair_dicom", "Stripped T1w under the header of a 3D FLAIR, DICOM", REFUSED,
               sent(plain("t1_07"), "space_flair"), kind="stripped")
    yield Case("flair_as_t1_dicom", "Stripped FLAIR under the header of an MPRAGE, DICOM", REFUSED,
               sent(plain("flair_07"), "iso08"), kind="stripped")
    yield Case("head_as_flair_dicom", "Whole head T1w under the header of a 3D FLAIR, DICOM", REFUSED,
               sent(plain(), "tse_flair"))
    yield Case("double_inversion", "Double inversion recovery of a stripped brain, DICOM", REFUSED,
               sent(lambda random: like(double_inversion(), "t1_07"), "dir"), kind="stripped")
    yield from good()


def good():
    """What must be scored: wrapped as scanners of three makers would send it."""
    for sequence in ("mprage", "iso08", "bravo"):
        for plane in ("sagittal", "axial"):
            yield Case(f"good_{sequence}_{plane}", f"Whole head T1w, header {sequence}, {plane} slices, DICOM", SCORED,
                       sent(plain("brainchop" if sequence == "bravo" else "prisma"), sequence, plane=plane))
    for sequence in ("space_flair", "tse_flair", "vista_flair"):
        name = "flair_19" if sequence == "vista_flair" else "flair_07"
        yield Case(f"good_{sequence}", f"Stripped FLAIR ({name}), header {sequence}, DICOM", SCORED,
                   sent(plain(name), sequence), kind="stripped", scores=("FLAIR",))


def dicom():
    """Yields (name, what, maker, sequence, options, codes)."""
    units = {"scaled": False}
    yield "ct", "CT of a head", ct, "mprage", units | {"sop": headers.CT, "Modality": "CT"}, ("NOT_MR",)
    yield "ct_as_mr", "CT of a head under an MPRAGE header", ct, "mprage", units | {"plane": "axial"}, ()
    yield "pet", "PET of a brain", lambda random: ndimage.gaussian_filter(t2(), 3), "mprage", {
        "sop": headers.PET, "Modality": "PT"}, ("NOT_MR",)
    yield "adc", "ADC map", lambda random: headers.reduced(like(t2()), (2, 2, 2)), "dti", image_type(
        "DERIVED", "PRIMARY", "DIFFUSION", "ADC", "ND", "NORM"), ()
    yield "tof", "Time-of-flight angiography, flag set", vessels, "tof", {"plane": "axial"}, ("CONTRAST_ANGIOGRAPHY",)
    yield "tof_unflagged", "Time-of-flight angiography, no flag", vessels, "philips_tof", {"plane": "axial"}, ()
    yield "tof_mip", "MIP of an angiography", vessels, "tof", {"plane": "axial"} | image_type(
        "DERIVED", "SECONDARY", "PROJECTION IMAGE", "MIP"), ("IMAGETYPE_PROJECTION",)
    yield "t2_as_t1", "T2 3D TSE described as T1", lambda random: t2(), "t2_space", {
        "SeriesDescription": "t1_mprage_sag", "ProtocolName": "t1_mprage_sag"}, ()
    yield "t2_under_t1", "T2 voxels under an MPRAGE header", lambda random: t2(), "mprage", {}, ()
    yield "contrast_agent", "T1w after contrast agent", plain(), "mprage", {
        "ContrastBolusAgent": "Gadovist", "ContrastBolusVolume": 7.5}, ("CONTRAST_AGENT",)
    yield "subtraction", "Subtraction after minus before contrast agent", (
        lambda random: numpy.abs(ndimage.gaussian_gradient_magnitude(head(), 1))), "mprage", image_type(
        "DERIVED", "PRIMARY", "M", "SUB"), ()
    yield "inv1", "MP2RAGE, first inversion", lambda random: 0.5 * t2(), "inv1", {}, ()
    yield "inv2", "MP2RAGE, second inversion", plain(), "inv2", {}, ()
    yield "uni", "MP2RAGE, UNI", uniform_image, "uni", {}, ()
    yield "swi", "SWI", plain(), "swi", {}, ()
    yield "swi_mip", "SWI, minimum intensity", plain(), "swi_mip", {}, ()
    yield "phase", "Phase image", lambda random: 4096 * numpy.sin(head() / 40), "phase", units, ("IMAGETYPE_PHASE",)
    yield "mip", "MIP of a T1w", projection, "mprage", image_type("DERIVED", "SECONDARY", "MIP"), (
        "IMAGETYPE_PROJECTION",)
    yield "mpr", "MPR of a T1w, 1 mm", oblique, "mprage", {"plane": "axial"} | image_type(
        "DERIVED", "SECONDARY", "MPR"), ("IMAGETYPE_MPR",)
    yield "mpr_thick", "MPR of a T1w, 3 mm", thick("prisma", 3), "mprage", {"plane": "axial"} | image_type(
        "DERIVED", "SECONDARY", "MPR", "CSA MPR", "", "CSAPARALLEL", "M", "ND"), ("IMAGETYPE_MPR",)
    yield "flair_5mm", "FLAIR of 5 mm slices, 2D", thick("prisma", 5, t2), "flair_2d", {"plane": "axial"}, (
        "NOT_3D", "TOO_THICK")
    yield "flair_3mm_as_3d", "FLAIR of 3 mm slices whose header says 3D", plain("flair_2d"), "space_flair", {
        "plane": "axial"}, ("TOO_THICK",)
    yield "t1_5mm", "T1 spin echo of 5 mm slices, 2D", thick("prisma", 5), "t1_2d", {"plane": "axial"}, ()
    yield "scout_3d", "3D scout of 1.6 mm (AAHead_Scout)", coarse, "scout_3d", {}, ()
    yield "dixon_fat", "Fat image of a Dixon series", (
        lambda random: head() * (depth("prisma") < 9)), "dixon_fat", {}, ()
    yield "animal", "Head of half the size (a monkey's)", scaled(0.5), "mprage", {}, ()
    yield "mouse", "Head of a tenth of the size (a mouse's)", scaled(0.1), "mprage", {}, ()
    for side in ("left", "lower", "back"):
        yield f"no_{side}_half", f"Head whose {side} half holds noise only", halved(side), "mprage", {}, ()


def coarse(random):
    smooth = ndimage.gaussian_filter(head(), 0.7)
    small = ndimage.zoom(smooth, 1 / 1.6, order=1)
    return nibabel.Nifti1Image(small, scan("prisma").affine @ numpy.diag([1.6, 1.6, 1.6, 1]))


def as_nifti():
    for name, what, make, kind in (
            ("ct_nifti", "CT of a head", ct, "fullHead"),
            ("t2_nifti", "T2 of a whole head", lambda random: t2(), "fullHead"),
            ("t2_stripped", "T2 of a stripped brain", lambda random: like(t2("t1_07"), "t1_07"), "stripped"),
            ("label_map", "Label map of a brain", lambda random: like(labels(), "t1_07"), "stripped"),
            ("edges", "Gradient magnitude of a head", (
                lambda random: ndimage.gaussian_gradient_magnitude(head(), 1)), "fullHead"),
            ("animal_nifti", "Stripped brain of half the size", scaled(0.5, "t1_07"), "stripped"),
            ("pet_stripped", "PET of a stripped brain", (
                lambda random: like(ndimage.gaussian_filter(t2("t1_07"), 3.5) * mask("t1_07"), "t1_07")), "stripped")):
        yield Case(name, f"{what}, NIfTI named T1w", REFUSED, nifti(make), kind=kind)
    yield Case("fmri_nifti", "fMRI, four volumes, NIfTI named T1w", REFUSED,
               lambda folder: volumes.save(folder, "sub-01_T1w.nii", numpy.stack(
                   [voxels(headers.reduced(like(t2()), (3, 3, 3)))] * 4, -1), numpy.diag([3, 3, 3, 1.0])))
    yield Case("contrast_nifti", "T1w after contrast agent, NIfTI with ce-gadolinium in its name", REFUSED,
               nifti(plain(), "sub-01_ce-gadolinium_T1w.nii"))
