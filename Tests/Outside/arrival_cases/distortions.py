"""Real scans spoiled beyond use, and spoiled so little that they must still be scored.

What happens in the scanner (noise, ghosts, motion) is done before the skull is taken off, so the background of a
stripped scan stays zero.
"""
import nibabel
import numpy
from scipy import ndimage

from . import REFUSED, SCORED, Case, generator, volumes
from .volumes import depth, field, level, mask, resampled, rician, scan, turn, voxels

WHOLE, STRIPPED = ("prisma", "brainchop"), ("t1_07", "flair_19", "t1_19", "flair_07")


class Scan:
    """A scan to be spoiled: `x` its voxels relative to bright brain."""

    def __init__(self, name, random):
        self.name, self.random = name, random
        self.x = voxels(scan(name)) / level(name)
        self.mask, self.affine = mask(name), scan(name).affine
        self.spacing = numpy.linalg.norm(self.affine[:3, :3], axis=0)

    def box(self):
        places = [numpy.flatnonzero(self.mask.any(tuple(a for a in range(3) if a != axis))) for axis in range(3)]
        return [(p[0], p[-1] + 1) for p in places]

    def middle(self):
        return [(a + b) // 2 for a, b in self.box()]

    def brain(self):
        return depth(self.name) > (0 if volumes.is_stripped(self.name) else 14)

    def acquired(self, x):
        """As the scanner and then the extraction of the brain would give it."""
        return x * self.mask if volumes.is_stripped(self.name) else x


def kspace(change):
    """A distortion that works on k-space, axis 1 being phase encoding."""
    def apply(s):
        k = numpy.fft.fftshift(numpy.fft.fftn(s.x.astype("c8")))
        k = change(s, k)
        return s.acquired(numpy.abs(numpy.fft.ifftn(numpy.fft.ifftshift(k))).astype("f4"))
    return apply


def half_ghost(s):
    return s.acquired(0.6 * s.x + 0.5 * numpy.roll(s.x, s.x.shape[1] // 2 - 20, 1) + 0.3 * numpy.roll(s.x, 45, 1))


def motion(s, strength=1.0, steps=12):
    """Lines of k-space from different poses of the head."""
    k = numpy.zeros(s.x.shape, "c8")
    lines = numpy.arange(s.x.shape[1])
    parts = numpy.array_split(s.random.permutation(lines), steps) if strength >= 1 else numpy.array_split(lines, steps)
    for lines in parts:
        angles = s.random.uniform(-9, 9, 3) * strength
        moved = resampled(s.x, turn(*angles))
        moved = ndimage.shift(moved, s.random.uniform(-8, 8, 3) * strength, order=1)
        plane = numpy.fft.fftshift(numpy.fft.fftn(moved.astype("c8")))
        k[:, lines] = plane[:, lines]
    return s.acquired(numpy.abs(numpy.fft.ifftn(numpy.fft.ifftshift(k))).astype("f4"))


@kspace
def spikes(s, k):
    # Each a plane wave through the image, 40 % of bright brain from crest to trough.
    for _ in range(4):
        at = tuple(int(n / 2 + s.random.integers(6, 30) * s.random.choice([-1, 1])) for n in k.shape)
        k[at] += 0.2 * k.size * numpy.exp(1j * s.random.uniform(0, 6))
    return k


def zipper(s):
    x = s.x.copy()
    for at in (-35, -5, 22):
        where = s.middle()[1] + at
        x[:, where:where + 5] += 2.5 * s.random.random((x.shape[0], 5, x.shape[2]), "f4")
    return s.acquired(x)


def noise(amount):
    return lambda s: s.acquired(rician(s.x, amount, s.random))


def blur(sigma):
    return lambda s: s.acquired(ndimage.gaussian_filter(s.x, sigma))


def saturated(s):
    return numpy.minimum(s.x, numpy.quantile(s.x[s.brain()], 0.15))


def inverted(s):
    top = numpy.quantile(s.x[s.mask], 0.99)
    return s.acquired(numpy.clip(top - s.x, 0, top))


def gamma(power):
    return lambda s: numpy.clip(s.x, 0, 2) ** power


def dark_slices(s):
    x = s.x.copy()
    x[:, :, ::2] *= 0.3
    return x


def lost_slices(s):
    x = s.x.copy()
    x[:, :, s.random.permutation(x.shape[2])[: x.shape[2] // 2]] = 0
    return x


def lost_slab(s):
    x, at = s.x.copy(), s.box()[2][1] - 70
    x[:, :, at:at + 28] = 0
    return x


def folded(s):
    """A field of view of two thirds of the head: what lies outside comes in from the other side."""
    low, high = s.box()[1]
    width = int((high - low) * 0.66)
    x = numpy.zeros((s.x.shape[0], width, s.x.shape[2]), "f4")
    for start in range(low - 2 * width + width // 2, high, width):
        part = s.x[:, max(0, start):max(0, start + width)]
        at = max(0, -start)
        x[:, at:at + part.shape[1]] += part
    return x


def rolled(s):
    """The head leaves the image in front and comes in behind."""
    return numpy.roll(s.x, int(0.45 * s.x.shape[1]), 1)


def block(value):
    def apply(s):
        x, (i, j, _), top = s.x.copy(), s.middle(), s.box()[2][1]
        x[i - 32:i + 32, j - 32:j + 32, top - 80:top - 20] = value
        return x
    return apply


def thick(s):
    """Slices of 5 mm, interpolated to 1 mm."""
    n = s.x.shape[2] // 5 * 5
    means = s.x[:, :, :n].reshape(*s.x.shape[:2], -1, 5).mean(3)
    return ndimage.zoom(means, (1, 1, 5), order=1, grid_mode=True, mode="nearest")


def stretched(s):
    return s.x, s.affine @ numpy.diag([1, 1.6, 1, 1])


def lying(s):
    """Axes of the affine swapped: the vertex points to the left."""
    return s.x, s.affine[:, [2, 1, 0, 3]]


def nodding(s):
    return s.x, s.affine[:, [0, 2, 1, 3]]


def upside_down(s):
    return s.x[:, :, ::-1]


def cropped(s):
    """The field of view ends in the brain, above and at the left."""
    top = s.box()[2][1]
    return s.x[s.box()[0][0] + 40:, :, : top - 35]


def half_view(s):
    return s.x[: s.middle()[0]]


def shuffled(s):
    return s.x[:, :, s.random.permutation(s.x.shape[2])]


def one_sided(s):
    """A surface coil in front: twenty times brighter there."""
    ramp = numpy.linspace(-1.6, 1.6, s.x.shape[1], dtype="f4")[None, :, None]
    return s.acquired(rician(s.x * numpy.exp(ramp), 0.05, s.random))


def few_levels(s):
    return numpy.round(numpy.clip(s.x, 0, 1.3) / 1.3 * 2)


def salt(s):
    x = s.x.copy()
    hit = s.random.random(x.shape, "f4") < 0.12
    x[hit] = s.random.uniform(0, 3, int(hit.sum()))
    return x


def bytes_swapped(s):
    return numpy.clip(s.x * 700, 0, 32000).astype("<i2").byteswap().astype("f4")


def doubled(s):
    """The sum of the head and the same head 25 mm further."""
    return 0.5 * (s.x + numpy.roll(s.x, 25, 1))


SPOILED = {
    "noise": ("noise of 45 % of white matter", noise(0.45)), "ghost": ("N/2 ghost of full strength", half_ghost),
    "motion": ("motion of up to 9° and 8 mm in k-space", motion), "blur": ("blur of 9 mm FWHM", blur(4)),
    "saturated": ("saturated over the darkest 15 % of brain", saturated), "inverted": ("contrast inverted", inverted),
    "gamma_low": ("gamma 0.1", gamma(0.1)), "gamma_high": ("gamma 7", gamma(7)),
    "dark_slices": ("every second slice at 30 %", dark_slices), "lost_slices": ("half the slices zero", lost_slices),
    "lost_slab": ("28 mm missing in the middle", lost_slab), "folded": ("folded over, view of 66 %", folded),
    "rolled": ("wrapped round by 45 %", rolled), "block": ("block of 64 mm of one value", block(0.8)),
    "nan_block": ("block of NaN", block(numpy.nan)), "thick": ("5 mm slices interpolated to 1 mm", thick),
    "stretched": ("stretched by 1.6 front to back", stretched), "lying": ("affine with x and z swapped", lying),
    "nodding": ("affine with y and z swapped", nodding), "upside_down": ("upside down", upside_down),
    "cropped": ("view ends in the brain", cropped), "half_view": ("view of the left half alone", half_view),
    "spikes": ("four spikes in k-space", spikes), "zipper": ("three zippers", zipper),
    "shuffled": ("slices in random order", shuffled), "one_sided": ("receive field of 1 to 25", one_sided),
    "few_levels": ("three grey levels", few_levels), "salt": ("12 % of the voxels random", salt),
    "bytes_swapped": ("bytes of the values swapped", bytes_swapped), "doubled": ("head seen twice", doubled),
}


def resliced(matrix):
    return lambda s: resampled(s.x, numpy.asarray(matrix))


def oblique(s):
    rotation = numpy.eye(4)
    rotation[:3, :3] = turn(14, -6, 9)
    return s.x, rotation @ s.affine


def stored_otherwise(s):
    """The axes in the order in which sagittal slices are stored."""
    image = nibabel.Nifti1Image(s.x, s.affine)
    wanted = nibabel.orientations.axcodes2ornt("PIL")
    image = image.as_reoriented(nibabel.orientations.ornt_transform(nibabel.io_orientation(s.affine), wanted))
    return voxels(image), image.affine


def finer(s):
    return ndimage.zoom(s.x, 1.25, order=1), s.affine @ numpy.diag([0.8, 0.8, 0.8, 1])


def anisotropic(s):
    return ndimage.zoom(s.x, (1 / 1.3, 1, 1), order=1), s.affine @ numpy.diag([1.3, 1, 1, 1])


def faceless(s):
    """The face removed, as before data are shared."""
    x, (front, top) = s.x.copy(), (s.box()[1][1], s.box()[2][1])
    y, z = numpy.mgrid[: x.shape[1], : x.shape[2]]
    cut = (y - (front - 45)) * 0.8 - (z - (top - 120)) > 0
    x[:, cut & (z < top - 85)] = 0
    return x


def neckless(s):
    low = s.box()[2][1] - 160
    affine = s.affine.copy()
    affine[:3, 3] += affine[:3, 2] * low
    return s.x[:, :, low:], affine


def shaded(s):
    return s.x * (1 + 0.15 * numpy.clip(field(s.x.shape, s.random, 110), -2, 2))


def padded(s):
    affine = s.affine.copy()
    affine[:3, 3] -= affine[:3, :3] @ [20, 20, 20]
    return numpy.pad(s.x, 20), affine


MILD = {
    "light_noise": ("noise of 4 % of white matter", noise(0.04), {}),
    "shading": ("receive field of ± 30 %", shaded, {}),
    "turned": ("turned by 10°", resliced(turn(6, 4, 7)), {}),
    "larger": ("10 % larger", resliced(numpy.eye(3) / 1.1), {}),
    "smaller": ("10 % smaller", resliced(numpy.eye(3) * 1.1), {}),
    "thousandfold": ("values × 1000", lambda s: s.x * 1e6, {}),
    "small_values": ("values from 0 to 1", lambda s: s.x * 0.8, {}),
    "int16": ("int16", lambda s: s.x * 700, {"dtype": "<i2"}),
    "grey_levels": ("256 grey levels", lambda s: numpy.clip(s.x, 0, 1.7) * 150, {"dtype": "u1"}),
    "offset": ("values moved by −300", lambda s: s.x * 700 - 300, {"dtype": "<i2"}),
    "oblique": ("oblique affine", oblique, {}), "stored_otherwise": ("axes stored as P, I, L", stored_otherwise, {}),
    "finer": ("0.8 mm voxels", finer, {}), "anisotropic": ("1.3 × 1 × 1 mm voxels", anisotropic, {}),
    "light_blur": ("blur of 1.4 mm FWHM", blur(0.6), {}),
    "light_ghost": ("ghost of 3 %", lambda s: s.acquired(s.x + 0.03 * numpy.roll(s.x, s.x.shape[1] // 2, 1)), {}),
    "light_motion": ("motion of up to 0.5° and 0.4 mm", lambda s: motion(s, 0.055, 6), {}),
    "padded": ("zero margin of 20 voxels", padded, {}),
}


def spoil(name, apply, random_name, dtype=None):
    def put(folder):
        made = apply(Scan(name, generator(random_name)))
        array, affine = made if isinstance(made, tuple) else (made, scan(name).affine)
        scale = 1 if dtype or float(numpy.nanmax(array)) > 5000 or random_name.startswith("mild small_values") else 700
        volumes.save(folder, f"sub-01_{volumes.modality(name)}.nii", array * scale, affine, dtype)
    return put


def cases():
    for number, (key, (what, apply)) in enumerate(SPOILED.items()):
        for name in (WHOLE[number % 2], STRIPPED[number % 4]):
            yield Case(f"{key}_{name}", f"{title(name)}: {what}", REFUSED, spoil(name, apply, f"{key} {name}"),
                       kind="stripped" if volumes.is_stripped(name) else "fullHead")
    for number, (key, (what, apply, options)) in enumerate(MILD.items()):
        for name in (WHOLE[number % 2], STRIPPED[(number + 1) % 4]):
            yield mild(key, what, apply, options, name)
    for name in WHOLE:
        yield mild("faceless", "face removed", faceless, {}, name)
    yield mild("neckless", "view ends 160 mm below the vertex", neckless, {}, "prisma")


def mild(key, what, apply, options, name):
    return Case(
        f"mild_{key}_{name}", f"{title(name)}: {what}", SCORED, spoil(name, apply, f"mild {key} {name}", **options),
        kind="stripped" if volumes.is_stripped(name) else "fullHead", scores=(volumes.modality(name),))


def title(name):
    return f"{'Stripped' if volumes.is_stripped(name) else 'Whole head'} {volumes.modality(name)} ({name})"
