"""Where a day ends in the submission log, and whether the count has passed that: only then is all of the day in it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from services.dashboard.ports import LogEnds
from shared.domain.census import WIB

Offsets = tuple[int, ...]

_ON_ITS_WAY: Final = timedelta(seconds=10)
"""A form that came in the last moment of a day stands in the log a little later."""


class DayEnds:
    """`now`: the time, UTC."""

    def __init__(self, log: LogEnds, *, now: Callable[[], datetime]) -> None:
        self._log = log
        self._now = now
        self._known: dict[str, Offsets] = {}

    async def passed(self, day: str, counted_up_to: Offsets) -> bool:
        """Whether everything that came until the end of a day is counted; False, too, where Kafka does not say.

        Args:
            counted_up_to: per partition of the log, everything below this offset is counted.
        """
        if day not in self._known:
            end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), WIB) + _ON_ITS_WAY
            found = await self._log.before(end) if end <= self._now() else None
            if found is None:
                return False
            self._known[day] = found
        return has_passed(counted_up_to, self._known[day])


def has_passed(counted_up_to: Offsets, ends: Offsets) -> bool:
    """Whether the count is as far as the ends of all partitions, or further."""
    if not any(ends):
        return True
    return len(counted_up_to) >= len(ends) and all(done >= end for done, end in zip(counted_up_to, ends, strict=False))
