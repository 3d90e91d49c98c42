"""How far the stages are, for operators' pages: looked at when somebody asks, and not oftener than is of use."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from kafka.errors import KafkaError
from pymongo.errors import PyMongoError

from services.intake.problems import Refused
from shared.runtime.settings import Settings
from shared.streaming.progress import Looker, Status, with_rates

_BELIEVED_SECONDS: Final = 0.5
_RATE_SECONDS: Final = 2.0
"""Rates are over at least so long: shorter ones jump."""


class Stages(Protocol):
    """Raises Refused `unavailable` where they cannot be looked at."""

    async def look(self) -> dict[str, Any]: ...

    async def close(self) -> None: ...


class LookedAtStages:
    """One look at a time, in a thread, with connections that are opened at the first and again after an error.

    Args:
        open_looker: connects. Raises KafkaError or PyMongoError, as every look may.
        clock: seconds that only grow.
    """

    def __init__(self, open_looker: Callable[[], Looker], clock: Callable[[], float] = time.monotonic) -> None:
        self._open = open_looker
        self._clock = clock
        self._turn = asyncio.Lock()
        self._looker: Looker | None = None
        self._looks: list[tuple[float, Status]] = []

    async def look(self) -> dict[str, Any]:
        async with self._turn:
            if not self._looks or self._clock() - self._looks[-1][0] >= _BELIEVED_SECONDS:
                await self._look()
            newest_at, newest = self._looks[-1]
            earlier = next((each for each in self._looks if newest_at - each[0] >= _RATE_SECONDS), None)
            rated = newest if earlier is None else with_rates(earlier[1], newest, newest_at - earlier[0])
            return rated.as_json()

    async def close(self) -> None:
        async with self._turn:
            self._forget()

    async def _look(self) -> None:
        try:
            found = await asyncio.to_thread(self._look_now)
        except (KafkaError, PyMongoError) as problem:
            self._forget()
            raise Refused("unavailable") from problem
        now = self._clock()
        # Of those that are old enough to rate against, the last one; and all that are younger.
        young = [each for each in self._looks if now - each[0] < _RATE_SECONDS]
        old = [each for each in self._looks if now - each[0] >= _RATE_SECONDS]
        self._looks = [*old[-1:], *young, (now, found)]

    def _look_now(self) -> Status:
        if self._looker is None:
            self._looker = self._open()
        return self._looker.look()

    def _forget(self) -> None:
        looker, self._looker = self._looker, None
        self._looks.clear()
        if looker is not None:
            looker.close()


class MemoryStages:
    """As set; none: cannot be looked at."""

    def __init__(self, status: Status | None = None) -> None:
        self.status = status

    async def look(self) -> dict[str, Any]:
        if self.status is None:
            raise Refused("unavailable")
        return self.status.as_json()

    async def close(self) -> None:
        pass


def stages_of(settings: Settings) -> LookedAtStages:
    return LookedAtStages(lambda: Looker(settings, client="cacah-intake-stages"))
