"""The figures of a region in blocks. A block is shown whole or not at all, and moves whole.

The finer blocks move only when the first one does: else the difference of two blocks could stand for one family.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.dashboard.release.cells import Cells
from shared.domain.facts import BANDS

_REGENCY: Final = len("35.09")
_DISTRICT: Final = len("35.09.12")
_VILLAGE: Final = len("35.09.12.2003")


@dataclass(frozen=True, slots=True)
class Block:
    """`code_length`: of the smallest regions that have it."""

    name: str
    counters: tuple[str, ...]
    code_length: int

    def of(self, counters: Mapping[str, int]) -> Cells:
        return tuple(counters.get(code, 0) for code in self.counters)

    def named(self, cells: Cells) -> dict[str, int]:
        return dict(zip(self.counters, cells, strict=True))

    def has(self, region: str) -> bool:
        return len(region) <= self.code_length


COUNTED: Final = Block("counted", ("persons", "households"), _VILLAGE)
QUALITY: Final = Block("quality", tuple(f"households_grade_{grade}" for grade in "abcd"), _DISTRICT)
PEOPLE: Final = Block("people", tuple(f"{sex}_{band}" for sex in ("male", "female") for band in BANDS), _REGENCY)

BLOCKS: Final = (COUNTED, QUALITY, PEOPLE)
"""The first one leads."""
