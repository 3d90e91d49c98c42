"""The totals: an array of regions by counters, and the counters of each day received.

Villages are leaves; a change of one is added to its district, regency, province and the nation as well, so every
level is at hand without summing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.domain.census import day_of
from shared.domain.counters import COUNTERS, DAILY_COUNTERS
from shared.domain.facts import place_of
from shared.domain.regions import Catalogue

_MASKS = np.array([counter.mask for counter in COUNTERS], np.uint32)
_VALUES = np.array([counter.value for counter in COUNTERS], np.uint32)
_CODES = tuple(counter.code for counter in COUNTERS)
_DAILY = [_CODES.index(code) for code in DAILY_COUNTERS]


class UnknownPlaceError(Exception):
    """A delta names a village that the catalogue does not have: the validator's catalogue was another one."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What one batch of deltas touched: rows of the array, and (row, day) pairs."""

    rows: frozenset[int] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Totals:
    catalogue: Catalogue
    codes: tuple[str, ...] = field(init=False)
    first_village: int = field(init=False)
    """Rows from here on are villages; those before are the regions above them."""
    _rows: dict[str, int] = field(init=False)
    _places: npt.NDArray[np.uint64] = field(init=False)
    _lineages: npt.NDArray[np.int32] = field(init=False)
    _array: npt.NDArray[np.int64] = field(init=False)
    _days: dict[tuple[int, int], npt.NDArray[np.int64]] = field(init=False)

    def __post_init__(self) -> None:
        villages = list(self.catalogue.villages)
        above = sorted({code for village in villages for code in self.catalogue.ancestors(village)})
        self.codes = (*above, *villages)
        self.first_village = len(above)
        self._rows = {code: row for row, code in enumerate(self.codes)}
        self._places = np.array([place_of(village) for village in villages], np.uint64)
        # Per village: its own row and those of the regions above it.
        self._lineages = np.array(
            [[self._rows[code] for code in (village, *self.catalogue.ancestors(village))] for village in villages],
            np.int32,
        )
        self._array = np.zeros((len(self.codes), len(COUNTERS)), np.int64)
        self._days = {}

    def apply(self, deltas: npt.NDArray[np.void]) -> Changed:
        """Add deltas (rows of `shared.contracts.changes`). Raises UnknownPlaceError."""
        return self._add(deltas, levels=slice(None))

    def apply_left(self, deltas: npt.NDArray[np.void]) -> Changed:
        """Add deltas to villages and days only: the regions above have them already."""
        return self._add(deltas, levels=slice(1))

    def _add(self, deltas: npt.NDArray[np.void], levels: slice) -> Changed:
        if not len(deltas):
            return Changed()
        villages = self._villages(deltas["place"].astype(np.uint64))
        traits = deltas["traits"].astype(np.uint32)
        signs = deltas["sign"].astype(np.int32)
        counted = ((traits[:, None] & _MASKS) == _VALUES) * signs[:, None]
        rows: set[int] = set()
        lineages, sums = self._lineages[villages], counted
        # From villages up: what was summed for one level is summed on for the next, which has fewer rows.
        for level in range(lineages.shape[1])[levels]:
            added_to, sums, some = _summed(lineages[:, level], sums)
            self._array[added_to] += sums
            lineages = lineages[some]
            rows.update(added_to.tolist())
        return Changed(frozenset(rows), frozenset(self._apply_days(villages, deltas["day"], counted[:, _DAILY])))

    def counters(self, row: int) -> dict[str, int]:
        """Those that are not zero."""
        return {code: number for code, number in zip(_CODES, self._array[row].tolist(), strict=True) if number}

    def day(self, row: int, day: int) -> dict[str, int]:
        return dict(zip(DAILY_COUNTERS, self._days[row, day].tolist(), strict=True))

    def restore(self, region: str, counters: Mapping[str, int]) -> None:
        row = self._array[self._rows[region]]
        row[:] = 0
        for code, value in counters.items():
            row[_CODES.index(code)] = value

    def restore_day(self, region: str, day: date, counters: Mapping[str, int]) -> None:
        number = day.toordinal() - day_of(0).toordinal()
        self._days[self._rows[region], number] = np.array([counters[code] for code in DAILY_COUNTERS], np.int64)

    def _villages(self, places: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        found = np.searchsorted(self._places, places)
        if not np.array_equal(self._places[np.minimum(found, len(self._places) - 1)], places):
            raise UnknownPlaceError("a delta names a village that is not in this catalogue of regions")
        return found

    def _apply_days(
        self, villages: npt.NDArray[np.intp], days: npt.NDArray[np.uint16], counted: npt.NDArray[np.int32]
    ) -> Iterable[tuple[int, int]]:
        lineages, sums = self._lineages[villages].astype(np.int64) << 16 | days.astype(np.int64)[:, None], counted
        for level in range(lineages.shape[1]):
            cells, sums, some = _summed(lineages[:, level], sums)
            lineages = lineages[some]
            for cell, added in zip(cells.tolist(), sums, strict=True):
                key = cell >> 16, cell & 0xFFFF
                known = self._days.get(key)
                self._days[key] = added.astype(np.int64) if known is None else known + added
                yield key


def _summed(
    keys: npt.NDArray[np.signedinteger[Any]], rows: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.signedinteger[Any]], npt.NDArray[np.int32], npt.NDArray[np.intp]]:
    """Each key once, in order; the sum of its rows; and where one of these is."""
    order = np.argsort(keys, kind="stable")
    in_order = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], in_order[1:] != in_order[:-1])))
    return in_order[starts], np.add.reduceat(rows[order], starts, axis=0, dtype=np.int32), order[starts]
