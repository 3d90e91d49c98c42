"""Fixed classes of the map: a colour means the same at any hour, and in any two screenshots."""

from bisect import bisect_right
from typing import Final, Literal

Measure = Literal["share", "people"]

SHARES: Final = (0.0001, 0.001, 0.01, 0.05, 0.1, 0.25)
PEOPLE: Final = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Lower bounds of the second class and those after it. The first class begins with what may be shown at all."""


def class_of(measure: Measure, persons: int | None, share: float | None) -> int | None:
    """0 to 6; None where there is no figure to colour."""
    value: float | None = share if measure == "share" else persons
    if value is None:
        return None
    return bisect_right(SHARES if measure == "share" else PEOPLE, value)
