"""When forms arrive: Jember's online census of 2020, 44 % of it in the last 8 of 105 days, in any length of time."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

Curve = Sequence[tuple[float, float]]
"""Points (time, arrived), both growing from 0 to 1."""

LAST_DAYS: Final = 8 / 105
"""The days at the end of 2020's census in which most of Jember answered, as a share of its time."""

EVENLY: Final[Curve] = ((0.0, 0.0), (1.0, 1.0))


def time_of(arrived: float, curve: Curve) -> float:
    """The share of the time after which a share of all has arrived; straight lines between the curve's points."""
    shares = [share for _, share in curve]
    at = min(max(bisect_right(shares, arrived), 1), len(curve) - 1)
    (from_time, from_share), (to_time, to_share) = curve[at - 1], curve[at]
    return from_time + (to_time - from_time) * (arrived - from_share) / (to_share - from_share)


class Pace:
    """How long to wait before a line.

    Args:
        rate: lines a second at most; None for no limit.
        seconds: how long everything should take along `curve`; None for as fast as it goes.
    """

    def __init__(self, *, rate: float | None = None, seconds: float | None = None, curve: Curve = EVENLY) -> None:
        self._rate = rate
        self._seconds = seconds
        self._curve = curve
        self._sent = 0
        self._late = 0

    def due(self, share: float) -> float:
        """Seconds after the start at which the next line is due. `share`: of everything, what was sent before it."""
        by_rate = 0.0 if self._rate is None else self._sent / self._rate
        by_curve = 0.0 if self._seconds is None else self._seconds * time_of(min(share, 1.0), self._curve)
        self._sent += 1
        self._late += self._seconds is not None and by_curve > self._seconds * (1 - LAST_DAYS)
        return max(by_rate, by_curve)

    @property
    def late_share(self) -> float | None:
        """Of the lines so far, those due in the last days; None where nothing is due by a curve."""
        return None if self._seconds is None else self._late / max(1, self._sent)
