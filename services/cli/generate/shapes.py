"""Shapes of families - who is there, of which sex and age - weighted so that all together they look like the country.

A few thousand shapes are drawn from a simple model of how families come about: couples, their children by the mother's
age at birth, widows, three generations under a roof, people alone. Each then gets the weight, as close as can be to
equal ones, with which the people of every age band and sex have their published share and a family its mean size
(maximum entropy: the weight is the exponential of a sum of one number per person).
"""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from services.cli.generate.seeds import seeded
from services.cli.population.figures import BANDS

HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT, HELPER, RELATIVE = range(1, 9)
MAN, WOMAN = 1, 2

_SHAPES: Final = 6_000
_FEWEST_MEN, _MOST_MEN = 0.46, 0.55
"""Shares of men for which weights are found; those between are met by drawing from the one or the other."""
_MORE_BOYS: Final = (*[0.012] * 4, *[0.0] * 9, -0.02, -0.03, -0.05)
"""By age band, what is added to the share of men: more boys are born, and women live longer."""
_OLDEST: Final = 99


class Shape(NamedTuple):
    relationship: int
    sex: int
    age: int


class Shapes:
    """
    Args:
        band_share: share of each age band of BANDS in the people.
        people_per_family: the mean.
    """

    def __init__(self, band_share: Sequence[float], people_per_family: float) -> None:
        rng = seeded("shapes of families")
        self._shapes = tuple(tuple(_family(rng)) for _ in range(_SHAPES))
        counts = _counts(self._shapes)
        self._weights = tuple(
            _cumulative(_weights(counts, _target(np.array(band_share), men, people_per_family)))
            for men in (_FEWEST_MEN, _MOST_MEN)
        )

    def draw(self, rng: random.Random, male_share: float) -> tuple[Shape, ...]:
        between = (male_share - _FEWEST_MEN) / (_MOST_MEN - _FEWEST_MEN)
        weights = self._weights[rng.random() < between]
        return self._shapes[bisect_right(weights, rng.random() * weights[-1])]

    def mean(self, wanted: frozenset[int], ages: range, male_share: float) -> float:
        """Expected number, in a family, of people of those relationships and ages."""
        between = (male_share - _FEWEST_MEN) / (_MOST_MEN - _FEWEST_MEN)
        found = np.array(
            [sum(one.relationship in wanted and one.age in ages for one in shape) for shape in self._shapes]
        )
        few, many = (np.diff(np.array(weights), prepend=0.0) @ found / weights[-1] for weights in self._weights)
        return float(few + between * (many - few))


def _family(rng: random.Random) -> Iterator[Shape]:
    kind = rng.random()
    if kind < 0.70:
        yield from _couple(rng)
    elif kind < 0.84:
        yield from _single_parent(rng, WOMAN if kind < 0.80 else MAN)
    elif kind < 0.92:
        yield from _three_generations(rng)
    else:
        yield Shape(HEAD, rng.choice((MAN, WOMAN)), rng.randint(18, 90))
    if rng.random() < 0.05:
        yield Shape(RELATIVE, rng.choice((MAN, WOMAN)), rng.randint(5, 75))
    if rng.random() < 0.01:
        yield Shape(HELPER, rng.choice((MAN, WOMAN, WOMAN)), rng.randint(19, 60))


def _couple(rng: random.Random) -> Iterator[Shape]:
    wife = int(rng.triangular(20, 85, 36))
    husband = max(20, wife + rng.randint(-2, 8))
    yield Shape(HEAD, MAN, husband)
    yield Shape(SPOUSE, WOMAN, wife)
    yield from _children(rng, wife, CHILD)
    parent = husband + rng.randint(20, 34)
    if rng.random() < 0.09 and parent <= _OLDEST:
        yield Shape(PARENT, rng.choice((MAN, WOMAN, WOMAN)), parent)


def _single_parent(rng: random.Random, sex: int) -> Iterator[Shape]:
    mother = rng.randint(25, 87)
    yield Shape(HEAD, sex, mother if sex == WOMAN else mother + 3)
    yield from _children(rng, mother, CHILD)


def _three_generations(rng: random.Random) -> Iterator[Shape]:
    mother = rng.randint(45, 85)
    if rng.random() < 0.6:
        yield Shape(HEAD, MAN, mother + rng.randint(-2, 7))
        yield Shape(SPOUSE, WOMAN, mother)
    else:
        yield Shape(HEAD, WOMAN, mother)
    child = max(21, mother - rng.randint(20, 32))
    sex = rng.choice((MAN, WOMAN))
    yield Shape(CHILD, sex, child)
    in_law = max(20, child + (rng.randint(-5, 2) if sex == MAN else rng.randint(0, 6)))
    yield Shape(CHILD_IN_LAW, MAN + WOMAN - sex, in_law)
    yield from _children(rng, child if sex == WOMAN else in_law, GRANDCHILD)


def _children(rng: random.Random, mother: int, relationship: int) -> Iterator[Shape]:
    """Those still at home, by their mother's age when they were born: 19 to 42."""
    at_birth = rng.randint(19, 31)
    for _ in range(rng.choice((1, 2, 2, 2, 3, 3, 4))):
        age = mother - at_birth
        if age < 0 or at_birth > 42:
            return
        stays = min(1.0, max(0.1, 1 - (age - 17) * 0.06))
        if age < 45 and rng.random() < stays:
            yield Shape(relationship, MAN if rng.random() < 0.513 else WOMAN, age)
        at_birth += rng.randint(2, 6)


def _counts(shapes: Sequence[Sequence[Shape]]) -> npt.NDArray[np.float64]:
    """A row per shape: the people of each band, men and women in turn."""
    counts = np.zeros((len(shapes), 2 * len(BANDS)))
    for row, shape in zip(counts, shapes, strict=True):
        for one in shape:
            row[2 * min(one.age // 5, len(BANDS) - 1) + one.sex - 1] += 1
    return counts


def _target(bands: npt.NDArray[np.float64], men: float, people: float) -> npt.NDArray[np.float64]:
    more = np.array(_MORE_BOYS)
    men_by_band = men + more - more @ bands
    return np.column_stack((bands * men_by_band, bands * (1 - men_by_band))).ravel() * people


def _weights(counts: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Newton's method on the dual, which is convex: half a dozen steps."""
    per_person = np.zeros(counts.shape[1])
    for _ in range(50):
        exponents = counts @ per_person
        weights: npt.NDArray[np.float64] = np.exp(exponents - exponents.max())
        weights /= weights.sum()
        mean = weights @ counts
        miss = mean - target
        if np.abs(miss).max() < 1e-9:
            return weights
        curvature = (counts * weights[:, None]).T @ counts - np.outer(mean, mean)
        step = np.linalg.solve(curvature, miss)
        per_person -= step * min(1.0, 2.0 / np.abs(step).max())
    raise ValueError("no weights give families of this mean size and the published ages")


def _cumulative(weights: npt.NDArray[np.float64]) -> list[int]:
    """In whole parts of a billion: machines may differ in a weight's last bit, and the same seed must not."""
    return list(accumulate(round(weight * 1_000_000_000) for weight in weights.tolist()))
