"""Latencies of many forms as the figures that people compare."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

QUANTILES: Final = (0.5, 0.99, 0.999)


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds. `forms`: how many were measured; `missing`: how many were not counted in time."""

    forms: int
    missing: int
    p50: float
    p99: float
    p999: float
    worst: float


def spread(latencies: Iterable[float], missing: int = 0) -> Spread:
    """A form that was not counted in time is later than all others. Infinite where a quantile falls on one."""
    ordered = sorted(latencies)
    total = len(ordered) + missing
    p50, p99, p999 = (_at(ordered, total, quantile) for quantile in QUANTILES)
    return Spread(len(ordered), missing, p50, p99, p999, float("inf") if missing or not ordered else ordered[-1])


def _at(ordered: Sequence[float], total: int, quantile: float) -> float:
    """The smallest latency that at least a share `quantile` of all forms does not exceed."""
    place = ceil(total * quantile) - 1
    return ordered[place] if 0 <= place < len(ordered) else float("inf")


class Watermarks:
    """When everything below which offset of a partition was seen to be counted."""

    def __init__(self) -> None:
        self._offsets: list[int] = []
        self._moments: list[float] = []

    def see(self, offset: int, moment: float) -> None:
        if not self._offsets or offset > self._offsets[-1]:
            self._offsets.append(offset)
            self._moments.append(moment)

    def counted_at(self, offset: int) -> float | None:
        """The first moment at which the record at `offset` was seen to be counted."""
        place = bisect_right(self._offsets, offset)
        return self._moments[place] if place < len(self._moments) else None
