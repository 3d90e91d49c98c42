"""What people of an age, sex and place in the family usually answer: lotteries, drawn by six random bits.

Modelled, not published: only ages, sexes, family sizes and anomalies are held against figures. No answer drawn here
contradicts another one.
"""

from typing import Final, TypeVar

from services.cli.generate import words
from services.cli.generate.seeds import lottery
from services.cli.generate.shapes import MAN, WOMAN

T = TypeVar("T")

SINGLE, MARRIED, DIVORCED, WIDOWED = 1, 2, 3, 4
WORKS, KEEPS_HOUSE, STUDIES, OTHER = 1, 2, 3, 4
NO_SCHOOL, SD, SMP, SMA, DIPLOMA, S1, S2, S3 = range(8)
"""Highest certificate."""

ADULT_ALONE: Final = lottery((SINGLE, 14), (DIVORCED, 16), (WIDOWED, 34))
WITH_CHILDREN_ALONE: Final = lottery((DIVORCED, 24), (WIDOWED, 40))
GROWN_CHILD: Final = lottery((SINGLE, 61), (DIVORCED, 3))

PROFESSIONAL: Final = 2
OTHER_OCCUPATION: Final = 9
OCCUPATION: Final = lottery((1, 20), (2, 3), (3, 3), (4, 9), (5, 5), (6, 11), (7, 5), (8, 3), (9, 3), (10, 2))
WORK_STATUS: Final = lottery((1, 13), (2, 9), (3, 3), (4, 24), (5, 4), (6, 4), (7, 7))

OWN_DWELLING, OFFICIAL_DWELLING = 1, 4
LITTLE_POWER, MUCH_POWER = 1, frozenset({4, 5})
BOTTLED, OPEN_WATER = 2, frozenset({5, 6})
OWN_TOILET = 1
FINE_FLOORS, POOR_FLOORS = frozenset({1, 3}), frozenset({7, 8})
TENURE: Final = lottery((1, 52), (2, 6), (3, 5), (4, 1))
ELECTRICITY: Final = lottery((1, 14), (2, 31), (3, 12), (4, 4), (5, 2), (6, 1))
WATER: Final = lottery((1, 8), (2, 22), (3, 26), (4, 6), (5, 1), (6, 1))
TOILET: Final = lottery((1, 55), (2, 5), (3, 2), (4, 2))
FLOOR: Final = lottery((1, 2), (2, 32), (3, 2), (4, 1), (5, 3), (6, 20), (7, 1), (8, 3))

_MOSTLY_ISLAM: Final = lottery((1, 60), (2, 2), (3, 1), (5, 1))
_PROTESTANT: Final = lottery((1, 17), (2, 40), (3, 7))
_CATHOLIC: Final = lottery((1, 6), (2, 23), (3, 35))
_HINDU: Final = lottery((1, 6), (2, 1), (4, 56), (5, 1))


def religion_of(province: str) -> tuple[int, ...]:
    if province in words.PROTESTANT:
        return _PROTESTANT
    if province in words.CATHOLIC:
        return _CATHOLIC
    return _HINDU if province in words.HINDU else _MOSTLY_ISLAM


def _by_age(*steps: tuple[int, tuple[T, ...]]) -> tuple[tuple[T, ...], ...]:
    """A lottery per age. `steps`: the age below which a lottery is for, in ascending order."""
    found: list[tuple[T, ...]] = []
    for below, tickets in steps:
        found.extend([tickets] * (below - len(found)))
    return tuple(found)


_TOO_YOUNG: Final = lottery((None, 64))
_AT_SCHOOL: Final = lottery((STUDIES, 64))
_BEFORE_SCHOOL: Final = lottery((STUDIES, 40), (OTHER, 24))
_TOO_OLD: Final = lottery((OTHER, 64))
_AFTER_SCHOOL: Final = lottery((STUDIES, 53), (WORKS, 6), (OTHER, 5))

ACTIVITY: Final[dict[int, tuple[tuple[int | None, ...], ...]]] = {
    MAN: _by_age(
        (5, _TOO_YOUNG),
        (7, _BEFORE_SCHOOL),
        (16, _AT_SCHOOL),
        (19, _AFTER_SCHOOL),
        (24, lottery((STUDIES, 18), (WORKS, 36), (OTHER, 10))),
        (61, lottery((WORKS, 59), (OTHER, 5))),
        (75, lottery((WORKS, 36), (OTHER, 28))),
        (96, lottery((WORKS, 10), (OTHER, 54))),
        (100, _TOO_OLD),
    ),
    WOMAN: _by_age(
        (5, _TOO_YOUNG),
        (7, _BEFORE_SCHOOL),
        (16, _AT_SCHOOL),
        (19, _AFTER_SCHOOL),
        (24, lottery((STUDIES, 18), (WORKS, 26), (KEEPS_HOUSE, 20))),
        (61, lottery((WORKS, 32), (KEEPS_HOUSE, 29), (OTHER, 3))),
        (75, lottery((WORKS, 16), (KEEPS_HOUSE, 30), (OTHER, 18))),
        (96, lottery((WORKS, 4), (KEEPS_HOUSE, 10), (OTHER, 50))),
        (100, _TOO_OLD),
    ),
}
"""By sex and age."""

EDUCATION: Final[tuple[tuple[int | None, ...], ...]] = _by_age(
    (5, _TOO_YOUNG),
    (13, lottery((NO_SCHOOL, 64))),
    (16, lottery((SD, 64))),
    (19, lottery((SD, 6), (SMP, 58))),
    (24, lottery((SD, 6), (SMP, 16), (SMA, 42))),
    (35, lottery((SD, 10), (SMP, 15), (SMA, 28), (DIPLOMA, 3), (S1, 8))),
    (55, lottery((NO_SCHOOL, 3), (SD, 21), (SMP, 13), (SMA, 19), (DIPLOMA, 2), (S1, 5), (S2, 1))),
    (65, lottery((NO_SCHOOL, 10), (SD, 30), (SMP, 9), (SMA, 9), (DIPLOMA, 1), (S1, 3), (S2, 1), (S3, 1))),
    (100, lottery((NO_SCHOOL, 26), (SD, 27), (SMP, 5), (SMA, 4), (DIPLOMA, 1), (S1, 1))),
)
"""By age."""


def education_of_pupil(age: int) -> int:
    """Of somebody who still learns: the certificate before."""
    if age < 13:
        return NO_SCHOOL
    if age < 16:
        return SD
    return SMP if age < 19 else SMA
