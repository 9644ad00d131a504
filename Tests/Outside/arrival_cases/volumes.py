"""Real scans as arrays, and the few operations on arrays that several kinds of case share.

Every array is `(x, y, z)`, x to the right, y to the front, z up (RAS), single precision.
"""
import functools
import pathlib

import nibabel
import numpy
from scipy import ndimage

DATA = pathlib.Path(".")

FILES = {
    "prisma": "dicom/siemens_prisma_mprage_classic/5_T1_mprage_ns_sag_p2_iso_1.0mm_192.nii.gz",
    "brainchop": "nifti/brainchop/t1_crop.nii.gz",
    "t1_07": "nifti/openms_mni/patient07/T1_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz",
    "flair_07": "nifti/openms_mni/patient07/FLAIR_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz",
    "t1_19": "nifti/openms_mni/patient19/T1_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz",
    "flair_19": "nifti/openms_mni/patient19/FLAIR_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz",
    "flair_2d": "nifti/openms_raw/patient12/study1_FLAIR.nii.gz",
    "t1_2d": "nifti/openms_raw/patient12/study1_T1W.nii.gz",
}


def is_stripped(name):
    return name[-3:] in ("_07", "_19")


def modality(name):
    return "FLAIR" if name.startswith("flair") else "T1w"


@functools.lru_cache(maxsize=None)
def scan(name):
    """A real scan as an image in RAS order; not to be written into."""
    image = nibabel.as_closest_canonical(nibabel.load(DATA / FILES[name]))
    voxels = image.get_fdata(dtype="f4")
    voxels.setflags(write=False)
    return nibabel.Nifti1Image(voxels, image.affine)


def voxels(image):
    return numpy.asarray(image.dataobj, dtype="f4")


def image(array, affine=None):
    """An image of 1 mm voxels centred on the origin, or with an affine given."""
    if affine is None:
        affine = numpy.eye(4)
        affine[:3, 3] = -(numpy.array(array.shape[:3]) - 1) / 2
    return nibabel.Nifti1Image(array, affine)


@functools.lru_cache(maxsize=None)
def mask(name):
    """Where the head or the stripped brain is, holes filled."""
    array = voxels(scan(name))
    if is_stripped(name):
        found = array != 0
    else:
        small = array[::2, ::2, ::2]
        found = ndimage.gaussian_filter(small, 1) > 0.12 * numpy.quantile(small, 0.98)
        found = ndimage.binary_closing(found, iterations=4)
        labels, count = ndimage.label(found)
        found = labels == 1 + numpy.argmax(ndimage.sum(found, labels, range(1, count + 1)))
        for k in range(found.shape[2]):
            found[:, :, k] = ndimage.binary_fill_holes(found[:, :, k])
        found = ndimage.zoom(found.astype("f4"), numpy.array(array.shape) / found.shape, order=1) > 0.5
    found.setflags(write=False)
    return found


@functools.lru_cache(maxsize=None)
def depth(name):
    """Millimetres from the surface of the mask, for scans of 1 mm."""
    small = mask(name)[::2, ::2, ::2]
    far = 2 * ndimage.distance_transform_edt(small)
    return ndimage.zoom(far.astype("f4"), numpy.array(mask(name).shape) / small.shape, order=1)


@functools.lru_cache(maxsize=None)
def level(name):
    """Intensity of bright brain: the upper quartile deep inside."""
    return float(numpy.quantile(voxels(scan(name))[depth(name) > (4 if is_stripped(name) else 22)], 0.75))


def rician(array, sigma, random):
    """Magnitude of a complex image with normal noise."""
    shape = array.shape
    real = array + sigma * random.standard_normal(shape, dtype="f4")
    return numpy.hypot(real, sigma * random.standard_normal(shape, dtype="f4"))


def field(shape, random, coarse):
    """Smooth random field of mean 0 and deviation 1, structures about `coarse` voxels large."""
    small = random.standard_normal([max(4, int(n / coarse) + 3) for n in shape])
    grid = [numpy.linspace(1, s - 2, n) for s, n in zip(small.shape, shape)]
    wide = small
    for axis, places in enumerate(grid):
        low = places.astype(int)
        share = (places - low).reshape([-1 if a == axis else 1 for a in range(3)])
        share = share * share * (3 - 2 * share)
        wide = numpy.take(wide, low, axis) * (1 - share) + numpy.take(wide, low + 1, axis) * share
    return ((wide - wide.mean()) / wide.std()).astype("f4")


def resampled(array, matrix, about=None, order=1):
    """Value at `about + matrix · (x − about)` for each voxel x."""
    about = (numpy.array(array.shape) - 1) / 2 if about is None else numpy.asarray(about)
    return ndimage.affine_transform(array, matrix, offset=about - matrix @ about, order=order)


def turn(degrees_x=0, degrees_y=0, degrees_z=0):
    result = numpy.eye(3)
    for axis, angle in enumerate((degrees_x, degrees_y, degrees_z)):
        c, s = numpy.cos(numpy.radians(angle)), numpy.sin(numpy.radians(angle))
        a, b = [k for k in range(3) if k != axis]
        one = numpy.eye(3)
        one[a, a], one[a, b], one[b, a], one[b, b] = c, -s, s, c
        result = one @ result
    return result


def save(folder, name, array, affine=None, dtype=None):
    """Writes one NIfTI file."""
    folder.mkdir(parents=True, exist_ok=True)
    if dtype is not None:
        kind = numpy.dtype(dtype)
        if kind.kind in "iu":
            limits = numpy.iinfo(kind)
            array = numpy.clip(numpy.rint(array), limits.min, limits.max)
        array = array.astype(kind)
    nibabel.save(image(array, affine), folder / name)
