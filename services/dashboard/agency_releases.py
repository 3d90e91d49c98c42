"""What agencies show, decided once a period for each of them, and a last time when the census is closed."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.dashboard.ports import AgencyRelease, Closing, Counters, PublicStore, Totals
from services.dashboard.release.agencies import Roster, decide
from services.dashboard.release.agency_past import Days, past_of
from shared.domain.census import WIB

_LOOK: Final = timedelta(seconds=5)

Released = Mapping[str, AgencyRelease]


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
        self._caught_up = ""
        self.released: Released = {}
        self.final_members: Mapping[str, int] | None = None
        """How many are on the list of each agency in the signed totals, once nothing moves any more."""

    @property
    def shown(self) -> Mapping[str, Counters]:
        """Agency -> counter -> number, of all that is shown."""
        return {
            agency: release.shown.counters
            for agency, release in sorted(self.released.items())
            if release.shown is not None
        }

    async def close(self, closing: Closing) -> None:
        """The last step, from the signed totals and by the rule of every step; none comes after it. Every worker that
        takes it comes to the same. Raises StoreUnreachable."""
        ended = datetime.fromisoformat(closing.closed_at).astimezone(WIB)
        self.released = await self._store.agencies()
        day = ended.date().isoformat()
        await self._catch_up(day)
        rosters = {agency: roster for agency, (_, roster) in (await self._totals.agencies()).items()}
        signed = {
            agency: (
                closing.agencies.get(agency, {}),
                {enrolled: names for enrolled, names in rosters.get(agency, {}).items() if enrolled <= day},
            )
            for agency in closing.agencies.keys() | self.released.keys()
        }
        # Later than the day in which it falls, so that a day's step does not stand in its way.
        fresh = await asyncio.to_thread(decided, self.released, signed, ended.isoformat(timespec="seconds")[:19])
        if fresh:
            await self._store.publish_agencies(fresh)
            self.released = await self._store.agencies()
        self.final_members = {agency: each.get("members", 0) for agency, each in closing.agencies.items()}

    async def tick(self, *, may_decide: bool = True) -> None:
        """Raises StoreUnreachable.

        Args:
            may_decide: False while what came before today is not all counted: a period's figures stand for all of it.
        """
        now = self._now()
        if self._looked_at is not None and now - self._looked_at < _LOOK:
            return
        self._looked_at = now
        period = self.period_of(now)
        self.released = await self._store.agencies()
        if not may_decide:
            return
        await self._catch_up(now.astimezone(WIB).date().isoformat())
        # Of thousands of agencies, and streams want their beat: not on the loop.
        fresh = await asyncio.to_thread(decided, self.released, await self._totals.agencies(), period)
        if fresh:
            await self._store.publish_agencies(fresh)
            self.released = await self._store.agencies()

    def period_of(self, now: datetime) -> str:
        """The day in Jakarta, or the beginning of a shorter period."""
        local = now.astimezone(WIB)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + (local - midnight) // timedelta(seconds=self._period) * timedelta(seconds=self._period)
        return start.date().isoformat() if self._period == 86_400 else start.isoformat(timespec="seconds")[:19]

    async def _catch_up(self, today: str) -> None:
        """Periods that nobody was there to decide."""
        if self._caught_up == today:
            return
        missed = await asyncio.to_thread(caught_up, self.released, await self._totals.agency_days(), today)
        for released in missed:
            await self._store.publish_agencies(released)
        if missed:
            self.released = await self._store.agencies()
        self._caught_up = today


def decided(released: Released, totals: Mapping[str, tuple[Counters, Roster]], period: str) -> list[AgencyRelease]:
    """What moves, or may not, in a period: of each agency that was not looked at in it."""
    fresh = []
    for agency, (counters, roster) in totals.items():
        known = released.get(agency)
        if known is not None and known.looked_at >= period:
            continue
        shown, why = decide(known.shown if known else None, counters, roster, period)
        # An agency that was never shown is looked at again: its list may be on its way.
        if known is not None or shown is not None:
            fresh.append(AgencyRelease(agency, shown, why, period))
    return fresh


def caught_up(released: Released, agency_days: Mapping[str, Days], today: str) -> list[list[AgencyRelease]]:
    """Period by period, from what each day added."""
    missed: dict[str, list[AgencyRelease]] = {}
    for agency, days in agency_days.items():
        known = released.get(agency)
        before, after = (known.shown, known.looked_at) if known else (None, "")
        for shown, why, period in past_of(before, days, after=after, today=today):
            if known is not None or shown is not None:
                missed.setdefault(period, []).append(AgencyRelease(agency, shown, why, period))
    return [each for _, each in sorted(missed.items())]
