"""The cases of `every_series.py`: what is sent, and what must become of it."""
import dataclasses
import pathlib
import typing
import zlib

import numpy

SCORED, REFUSED, EITHER, NOT_BOTH = "scored", "refused", "either", "not both"


@dataclasses.dataclass
class Case:
    """One delivery. `put(folder)` writes its files into an empty folder, or returns paths of real ones."""

    name: str
    what: str
    expect: str
    put: typing.Callable[[pathlib.Path], typing.Any]
    group: str = ""
    # What the models that are used were made for.
    kind: str = "fullHead"
    # Codes that may be given; any named reason where empty.
    codes: tuple = ()
    # Modalities that must have a score where one is expected.
    scores: tuple = ("T1w",)

    @property
    def held_back(self):
        """A third of the cases, drawn by name: limits are not set on them."""
        return zlib.crc32(self.name.encode()) % 3 == 0

    @property
    def random(self):
        return generator(self.name)


def generator(*words):
    """Random numbers that depend on nothing but the words."""
    return numpy.random.default_rng(zlib.crc32(" ".join(map(str, words)).encode()))
