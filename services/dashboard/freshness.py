"""How far the count is behind the log, from two things that tell nothing of any form: offsets, and when they were seen.

Every half second the ends of the log are noted with the time. Once the count has passed the ends that were noted at
some moment, everything accepted until then is counted.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.dashboard.day_ends import has_passed
from services.dashboard.ports import LogEnds

LOOK_SECONDS: Final = 0.5
_KEPT: Final = 7_200
STALE: Final = timedelta(seconds=60)
"""From then on pages say that their figures are old."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """`counted_at`: everything accepted until then is counted; None where that is not known.

    `behind`: seconds, as of `now`.
    """

    counted_at: datetime | None
    behind: float | None
    stale: bool


class Freshness:
    def __init__(self, ends: LogEnds, *, now: Callable[[], datetime]) -> None:
        self._ends = ends
        self._now = now
        self._seen: deque[tuple[datetime, tuple[int, ...]]] = deque(maxlen=_KEPT)
        self._counted_up_to: tuple[int, ...] = ()
        self._counted_at: datetime | None = None
        self._store_at: datetime | None = None

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        ends = await self._ends.ends()
        if ends is not None:
            self._seen.append((self._now(), ends))
            self._settle()

    def counted(self, up_to: tuple[int, ...]) -> None:
        self._counted_up_to = up_to
        self._settle()

    def store_answered(self, at: datetime) -> None:
        self._store_at = at

    def fresh(self) -> Fresh:
        now = self._now()
        unreachable = self._store_at is None or now - self._store_at > STALE / 6
        if self._counted_at is None:
            return Fresh(None, None, stale=unreachable)
        behind = now - self._counted_at
        return Fresh(self._counted_at, max(behind.total_seconds(), 0.0), stale=unreachable or behind > STALE)

    def _settle(self) -> None:
        while self._seen and has_passed(self._counted_up_to, self._seen[0][1]):
            self._counted_at = self._seen.popleft()[0]
