"""Days of a region and of those below it, kept for a few seconds: many people look at the same page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.dashboard.ports import DayFigures, PublicStore
from shared.domain.census import WIB
from shared.domain.regions import Catalogue

_OWN_DAYS: Final = 400
_DAYS_BELOW: Final = 30
_KEPT: Final = timedelta(seconds=5)
_MOST: Final = 256

History = Mapping[str, Sequence[DayFigures]]


class Histories:
    def __init__(self, store: PublicStore, catalogue: Catalogue, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._catalogue = catalogue
        self._now = now
        self._known: dict[str, tuple[datetime, History]] = {}

    async def of(self, region: str) -> History:
        """Raises StoreUnreachable, UnknownRegionError."""
        now = self._now()
        known = self._known.get(region)
        if known is not None and now - known[0] < _KEPT:
            return known[1]
        history = await self._read(region, now)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[region] = (now, history)
        return history

    async def _read(self, region: str, now: datetime) -> History:
        today = now.astimezone(WIB).date()
        own = await self._store.history([region], (today - timedelta(days=_OWN_DAYS)).isoformat())
        children = self._catalogue.children(region)
        since = (today - timedelta(days=_DAYS_BELOW)).isoformat()
        below = await self._store.history(children, since) if children else ()
        found: dict[str, list[DayFigures]] = {}
        for each in (*own, *below):
            found.setdefault(each.region, []).append(each)
        return found
