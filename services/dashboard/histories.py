"""Days of a region and of those below it, kept for a few seconds: many people look at the same page.

What is a little older is still given, and read again beside that: nobody waits for days that hardly change.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from services.dashboard.ports import DayFigures, PublicStore
from shared.domain.census import WIB
from shared.domain.regions import Catalogue

_OWN_DAYS: Final = 400
_DAYS_BELOW: Final = 30
_KEPT: Final = timedelta(seconds=5)
_OLDEST: Final = timedelta(seconds=30)
_MOST: Final = 256

History = Mapping[str, Sequence[DayFigures]]


class Histories:
    def __init__(self, store: PublicStore, catalogue: Catalogue, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._catalogue = catalogue
        self._now = now
        self._known: dict[str, tuple[datetime, History]] = {}
        self._reading: dict[str, asyncio.Task[History]] = {}

    async def of(self, region: str) -> History:
        """Raises StoreUnreachable, UnknownRegionError."""
        now = self._now()
        known = self._known.get(region)
        if known is None or now - known[0] >= _OLDEST or _day(known[0]) != _day(now):
            return await asyncio.shield(self._read_once(region, now))
        if now - known[0] >= _KEPT:
            self._read_once(region, now)
        return known[1]

    def _read_once(self, region: str, now: datetime) -> "asyncio.Task[History]":
        task = self._reading.get(region)
        if task is None:
            task = self._reading[region] = asyncio.create_task(self._keep(region, now))
            task.add_done_callback(lambda done: self._end(region, done))
        return task

    def _end(self, region: str, task: "asyncio.Task[History]") -> None:
        del self._reading[region]
        # Whoever waits for it is told. Where nobody does, what is known goes on until it is too old.
        if not task.cancelled():
            task.exception()

    async def _keep(self, region: str, now: datetime) -> History:
        history = await self._read(region, now)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[region] = (now, history)
        return history

    async def _read(self, region: str, now: datetime) -> History:
        today = _day(now)
        own = await self._store.history([region], (today - timedelta(days=_OWN_DAYS)).isoformat())
        children = self._catalogue.children(region)
        since = (today - timedelta(days=_DAYS_BELOW)).isoformat()
        below = await self._store.history(children, since) if children else ()
        found: dict[str, list[DayFigures]] = {}
        for each in (*own, *below):
            found.setdefault(each.region, []).append(each)
        return found


def _day(moment: datetime) -> date:
    return moment.astimezone(WIB).date()
