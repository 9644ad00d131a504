"""Things that are no head, about as large as one, as an MPRAGE would show them."""
import numpy
from scipy import ndimage

from . import REFUSED, Case, generator, headers, volumes
from .volumes import field, rician

SHAPE = (192, 256, 240)


def grid(shape=SHAPE, turned=(4, -3, 6)):
    """Millimetres from the centre, a little turned, as nothing lies straight in a coil."""
    places = [numpy.arange(n, dtype="f4") - (n - 1) / 2 for n in shape]
    matrix = volumes.turn(*turned).astype("f4")
    mesh = numpy.meshgrid(*places, indexing="ij", sparse=True)
    return [sum(matrix[a, b] * mesh[b] for b in range(3)) for a in range(3)]


def inside(value, edge=0.012):
    """1 where the value is under 1, with a soft edge."""
    return numpy.clip((1 - value) / (2 * edge) + 0.5, 0, 1).astype("f4")


def layered(radius, steps):
    """Values of shells: `(outer radius, value)` from outside to inside."""
    result = numpy.zeros(radius.shape, "f4")
    for outer, value in steps:
        share = inside(radius / outer)
        result = result * (1 - share) + value * share
    return result


def balls(target, centres, radii, value):
    for centre, radius in zip(centres, radii):
        low = [max(0, int(c - radius - 2)) for c in centre]
        high = [min(n, int(c + radius + 3)) for c, n in zip(centre, target.shape)]
        part = tuple(slice(a, b) for a, b in zip(low, high))
        mesh = numpy.meshgrid(*[numpy.arange(a, b) - c for a, b, c in zip(low, high, centre)], indexing="ij")
        share = inside(numpy.sqrt(sum(m * m for m in mesh)) / radius, 0.1)
        target[part] = target[part] * (1 - share) + value * share
    return target


def melon(random):
    x, y, z = grid()
    r = numpy.sqrt((x / 80) ** 2 + (y / 95) ** 2 + (z / 84) ** 2)
    flesh = 650 * (1 + 0.1 * field(SHAPE, random, 5) + 0.06 * field(SHAPE, random, 20))
    body = layered(r, [(1, 520), (0.97, 330)])
    share = inside(r / 0.9)
    body = body * (1 - share) + flesh * share
    body = layered_over(body, r / 0.45, 260)
    directions = random.standard_normal((220, 3))
    directions /= numpy.linalg.norm(directions, axis=1)[:, None]
    centres = directions * numpy.array([80, 95, 84]) * 0.36 + (numpy.array(SHAPE) - 1) / 2
    return balls(body, centres, random.uniform(2.5, 4.5, 220), 800)


def layered_over(body, scaled_radius, value):
    share = inside(scaled_radius)
    return body * (1 - share) + value * share


def pomelo(random):
    x, y, z = grid()
    r = numpy.sqrt((x / 79) ** 2 + (y / 84) ** 2 + (z / 82) ** 2)
    angle = numpy.arctan2(y, x) + 0.15 * numpy.sin(z / 25)
    across = numpy.hypot(x, y)
    membrane = numpy.abs(numpy.sin(angle * 7)) * across / 7 < 1.2
    pulp = 620 * (1 + 0.13 * field(SHAPE, random, 4))
    pulp = numpy.where(membrane | (across < 8), 130, pulp)
    body = layered(r, [(1, 760), (0.96, 110)])
    share = inside(r / 0.83)
    return body * (1 - share) + pulp * share


def cabbage(random):
    x, y, z = grid()
    r = numpy.sqrt((x / 82) ** 2 + (y / 92) ** 2 + (z / 80) ** 2)
    folded = 85 * r + 9 * field(SHAPE, random, 26) + 3 * field(SHAPE, random, 11)
    leaves = 420 + 320 * numpy.tanh(2.2 * numpy.sin(2 * numpy.pi * folded / 8.5))
    return inside(r) * leaves


def onion(random):
    x, y, z = grid()
    r = numpy.sqrt((x / 78) ** 2 + (y / 80) ** 2 + (z / 88) ** 2)
    return inside(r) * (500 + 260 * numpy.sign(numpy.sin(2 * numpy.pi * 80 * r / 12))) * (
        1 + 0.05 * field(SHAPE, random, 5))


def bottle(random):
    x, y, z = grid()
    across = numpy.hypot(x, y)
    body = inside(numpy.maximum(across / 74, numpy.abs(z + 10) / 95))
    neck = inside(numpy.maximum(across / 20, numpy.abs(z - 95) / 20))
    return 900 * numpy.maximum(body, neck)


def acr(random):
    """Cylinder with a grid, a row of rods and a wedge."""
    x, y, z = grid()
    across = numpy.hypot(x, y)
    body = 820 * inside(numpy.maximum(across / 95, numpy.abs(z) / 74))
    lines = (numpy.abs((x + 7.5) % 15 - 7.5) < 1) | (numpy.abs((y + 7.5) % 15 - 7.5) < 1)
    body = numpy.where((numpy.abs(z + 34) < 6) & (across < 80) & lines, 60, body)
    rods = (numpy.hypot((x + 6) % 12 - 6, (y + 6) % 12 - 6) < 3) & (numpy.abs(x) < 45) & (numpy.abs(y) < 45)
    body = numpy.where((numpy.abs(z - 30) < 12) & rods, 60, body)
    wedge = (numpy.abs(x) < 60) & (numpy.abs(y) < 8) & (numpy.abs(z) < 12 + y)
    return numpy.where(wedge, 120, body).astype("f4")


def spheres(random):
    """A large sphere of water that holds rows of small ones."""
    x, y, z = grid()
    body = 330 * inside(numpy.sqrt(x * x + y * y + z * z) / 92)
    places = [numpy.arange(-78, 79, 26)] * 3
    centres = numpy.stack(numpy.meshgrid(*places, indexing="ij"), -1).reshape(-1, 3)
    centres = centres[numpy.linalg.norm(centres, axis=1) < 80]
    return balls(body, centres + (numpy.array(SHAPE) - 1) / 2, random.choice([5, 7.5, 10], len(centres)), 850)


def gel_head(random):
    """A mould of a real head filled with gel."""
    share = ndimage.gaussian_filter(volumes.mask("prisma").astype("f4"), 0.7)
    return share * 700 * (1 + 0.01 * field(share.shape, random, 12))


def gel_skull(random):
    """The same with a shell for the skull and another gel inside."""
    far = volumes.depth("prisma")
    body = numpy.select([far <= 0, far < 6, far < 13], [0, 800, 90], 620).astype("f4")
    return ndimage.gaussian_filter(body, 0.7) * (1 + 0.01 * field(far.shape, random, 12))


def limb(x, y, z, random, centre, size, fat=9):
    """One leg: skin fat, muscles with septa, bone with marrow; wider at the knee's condyles."""
    x, y = x - centre[0], y - centre[1]
    r = numpy.sqrt((x / size[0]) ** 2 + (y / size[1]) ** 2)
    muscle = 400 * (1 + 0.1 * field(x.shape if x.ndim == 3 else SHAPE, random, 14))
    septa = numpy.abs(numpy.sin(3 * numpy.arctan2(y, x) + z / 60)) < 0.05
    muscle = numpy.where(septa, 700, muscle)
    body = 860 * inside(r)
    share = inside(r / (1 - fat / size[0]))
    body = body * (1 - share) + muscle * share
    bone = numpy.hypot(x, y - 6) / (17 + 12 * numpy.exp(-(z / 28) ** 2))
    body = layered_over(body, bone, 60)
    body = layered_over(body, bone / 0.8, 800 * (numpy.abs(z) > 3) + 150 * (numpy.abs(z) <= 3))
    return body


def knees(random):
    x, y, z = numpy.broadcast_arrays(*grid())
    left = limb(x, y, z, random, (-46, 0), (44, 55))
    return numpy.maximum(left, limb(x, y, z, random, (47, 3), (43, 56)))


def thigh(random):
    x, y, z = numpy.broadcast_arrays(*grid())
    return limb(x, y, z, random, (0, 0), (84, 92), fat=12)


def spine(random):
    """Sagittal slab through the lumbar spine."""
    shape = (80, 256, 256)
    x, y, z = grid(shape, (0, 0, 2))
    y = y + 18 * numpy.sin(z / 60)
    body = 420 * (1 + 0.12 * field(shape, random, 12)) + 0 * x
    body = numpy.where(y < -85, 880, body)
    part = (z + 200) % 36
    vertebra = (numpy.abs(y - 20) < 19) & (numpy.abs(x) < 25)
    body = numpy.where(vertebra, numpy.where(part < 9, 300, 620), body)
    body = numpy.where((numpy.abs(y + 8) < 9) & (numpy.abs(x) < 11), 150, body)
    body = numpy.where(numpy.hypot(y + 8, x) < 5, 520, body)
    body = numpy.where((y < -20) & (y > -50) & (numpy.abs(x) < 4) & (part > 8), 700, body)
    return body.astype("f4")


def abdomen(random):
    shape = (320, 240, 200)
    x, y, z = grid(shape, (0, 0, 1))
    texture = field(shape, random, 9)
    r = numpy.sqrt((x / 155) ** 2 + (y / 105) ** 2) + 0 * z
    body = layered(r, [(1, 850)])
    body = layered_over(body, r / 0.86, 380 * (1 + 0.15 * texture))
    def organ(centre, size, value):
        return numpy.sqrt(sum(((a - c) / s) ** 2 for a, c, s in zip((x, y, z), centre, size))), value
    for where, value in (
            organ((60, 20, 40), (75, 65, 70), 560), organ((-90, -20, 40), (32, 40, 50), 330),
            organ((62, -42, -40), (26, 24, 52), 420), organ((-62, -42, -35), (26, 24, 52), 420),
            organ((0, -52, 0), (26, 24, 150), 520), organ((8, -20, 0), (9, 9, 150), 90)):
        body = layered_over(body, where, value * (1 + 0.05 * texture))
    return body


def finished(body, random, noise=14):
    """Receive field and noise of a real coil."""
    shaded = body * (1 + 0.12 * field(body.shape, random, 90))
    return rician(shaded.astype("f4"), noise, random)


def as_mprage(maker, sequence="mprage", **changes):
    def put(folder):
        random = generator(maker.__name__)
        image = volumes.image(finished(maker(random), random))
        headers.write(folder, headers.series(image, sequence, maker.__name__, **changes))
    return put


def cleared(maker):
    """As NIfTI with the background set to zero, as after brain extraction."""
    def put(folder):
        random = generator(maker.__name__)
        body = maker(random)
        volumes.save(folder, "sub-01_T1w.nii", numpy.where(body > 40, finished(body, random), 0))
    return put


def nifti(maker, name="sub-01_T1w.nii"):
    return lambda folder: volumes.save(folder, name, maker(generator(maker.__name__)).astype("f4"))


def noise(random):
    return rician(numpy.zeros(SHAPE, "f4"), 30, random)


def zeros(random):
    return numpy.zeros(SHAPE, "f4")


def constant(random):
    return numpy.full(SHAPE, 500, "f4")


def checkerboard(random):
    return 700 * ((numpy.indices(SHAPE, "i2") // 16).sum(0) % 2)


def ramp(random):
    return numpy.linspace(0, 1000, SHAPE[1], dtype="f4")[None, :, None] + numpy.zeros(SHAPE, "f4")


def noise_brain(random):
    """Noise in the outline of a real stripped brain."""
    return volumes.mask("t1_07") * numpy.abs(600 + 150 * random.standard_normal(volumes.mask("t1_07").shape, "f4"))


def cloudy_brain(random):
    """Smooth random clouds in the outline of a real stripped brain."""
    shape = volumes.mask("t1_07").shape
    return volumes.mask("t1_07") * (600 + 130 * field(shape, random, 6) + 60 * field(shape, random, 20))


def even_brain(random):
    """One value and a little noise in that outline."""
    return volumes.mask("t1_07") * (600 + 15 * random.standard_normal(volumes.mask("t1_07").shape, "f4"))


def abdomen_noisy(random):
    return finished(abdomen(random), random)


def cases():
    solid = {
        melon: "Melon with rind and seeds", pomelo: "Pomelo: bright skin, dark pith, pulp", cabbage: "Cabbage",
        onion: "Onion", bottle: "Bottle of water", acr: "Phantom with grid, rods and wedge",
        spheres: "Phantom of small spheres in a large one", gel_head: "Mould of a head filled with gel",
        gel_skull: "Mould of a head with a skull, two gels", knees: "Pair of knees", thigh: "Thigh",
        spine: "Lumbar spine, sagittal slab"}
    for maker, what in solid.items():
        yield Case(maker.__name__, f"{what}, DICOM, MPRAGE header", REFUSED, as_mprage(maker))
    yield Case("abdomen", "Abdomen, DICOM, 3D VIBE", REFUSED,
               as_mprage(abdomen, sequence="vibe", plane="axial", BodyPartExamined="ABDOMEN"))
    yield Case("abdomen_nifti", "Abdomen, NIfTI named T1w", REFUSED, nifti(abdomen_noisy))
    for maker in (melon, pomelo, cabbage, onion, bottle, acr):
        yield Case(f"{maker.__name__}_cleared", f"{solid[maker]}, NIfTI with cleared background", REFUSED,
                   cleared(maker), kind="stripped")
    flat = {noise: "Noise alone", zeros: "All zero", constant: "One value everywhere", checkerboard: "Checkerboard",
            ramp: "Ramp from front to back"}
    for maker, what in flat.items():
        yield Case(maker.__name__, f"{what}, NIfTI named T1w", REFUSED, nifti(maker))
    yield Case("noise_dicom", "Noise alone, DICOM, MPRAGE header", REFUSED, as_mprage(noise))
    for maker, what in {noise_brain: "Noise", cloudy_brain: "Random clouds", even_brain: "One value"}.items():
        yield Case(maker.__name__, f"{what} in the outline of a real stripped brain, NIfTI", REFUSED, nifti(maker),
                   kind="stripped")
    yield Case("noise_flair", "Noise alone, NIfTI named FLAIR", REFUSED, nifti(noise, "sub-01_FLAIR.nii"))
