"""Totals of agencies. There are some thousands of them, and a batch changes few: plain dictionaries will do."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from shared.domain.census import day_of
from shared.domain.counters import AGENCY_COUNTERS

Counters = dict[str, int]


class Agencies:
    def __init__(self) -> None:
        self._totals: dict[str, Counters] = {}
        self._days: dict[tuple[str, int], Counters] = {}

    def apply(self, deltas: npt.NDArray[np.void]) -> tuple[frozenset[str], frozenset[tuple[str, int]]]:
        """Add deltas (agency rows of `shared.contracts.changes`). Returns the agencies and (agency, day) pairs that
        they touch."""
        touched: set[tuple[str, int]] = set()
        for agency, traits, day, sign in deltas.tolist():
            code = agency.decode("ascii")
            touched.add((code, day))
            total, daily = self._totals.setdefault(code, {}), self._days.setdefault((code, day), {})
            for counter in AGENCY_COUNTERS:
                if counter.counts(traits):
                    total[counter.code] = total.get(counter.code, 0) + sign
                    daily[counter.code] = daily.get(counter.code, 0) + sign
        return frozenset(code for code, _ in touched), frozenset(touched)

    def counters(self, agency: str) -> Counters:
        """Those that are not zero."""
        return {code: number for code, number in self._totals[agency].items() if number}

    def day(self, agency: str, day: int) -> Counters:
        return {code: number for code, number in self._days[agency, day].items() if number}

    def restore(self, agency: str, counters: Mapping[str, int]) -> None:
        self._totals[agency] = dict(counters)

    def restore_day(self, agency: str, day: date, counters: Mapping[str, int]) -> None:
        self._days[agency, day.toordinal() - day_of(0).toordinal()] = dict(counters)
