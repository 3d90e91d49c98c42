"""What agencies show, decided once a period for each of them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.dashboard.ports import AgencyRelease, PublicStore, Totals
from services.dashboard.release.agencies import decide
from shared.domain.census import WIB

_LOOK: Final = timedelta(seconds=5)


class AgencyReleaser:
    """
    Args:
        period: seconds; a day, unless somebody shows how it works.
    """

    def __init__(
        self, totals: Totals, store: PublicStore, *, now: Callable[[], datetime], period: int = 86_400
    ) -> None:
        self._totals = totals
        self._store = store
        self._now = now
        self._period = period
        self._looked_at: datetime | None = None
        self._complete = ""
        self.released: Mapping[str, AgencyRelease] = {}

    async def tick(self) -> None:
        """Raises StoreUnreachable."""
        now = self._now()
        if self._looked_at is not None and now - self._looked_at < _LOOK:
            return
        self._looked_at = now
        period = self.period_of(now)
        self.released = await self._store.agencies()
        if self._complete == period:
            return
        fresh = await self._decide(period)
        if fresh:
            await self._store.publish_agencies(fresh)
            self.released = await self._store.agencies()

    def period_of(self, now: datetime) -> str:
        """The day in Jakarta, or the beginning of a shorter period."""
        local = now.astimezone(WIB)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + (local - midnight) // timedelta(seconds=self._period) * timedelta(seconds=self._period)
        return start.date().isoformat() if self._period == 86_400 else start.isoformat(timespec="seconds")[:19]

    async def _decide(self, period: str) -> list[AgencyRelease]:
        fresh = []
        for agency, (counters, roster) in (await self._totals.agencies()).items():
            known = self.released.get(agency)
            if known is not None and known.looked_at >= period:
                continue
            shown, why = decide(known.shown if known else None, counters, roster, period)
            # An agency that was never shown is looked at again: its list may be on its way.
            if known is not None or shown is not None:
                fresh.append(AgencyRelease(agency, shown, why, period))
        return fresh
