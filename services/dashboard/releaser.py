"""From exact totals to released figures, once a second. Any number of workers may do this: a step is taken once."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from services.dashboard.agency_releases import AgencyReleaser
from services.dashboard.day_ends import DayEnds
from services.dashboard.freshness import Freshness
from services.dashboard.ports import Closing, Counters, PublicStore, Reading, Step, StoreUnreachable, Totals
from services.dashboard.published import Published
from services.dashboard.release.blocks import BLOCKS, COUNTED, Block
from services.dashboard.release.release import Moved
from shared.domain.census import WIB

logger = logging.getLogger(__name__)

STEP: Final = timedelta(seconds=1)
_TARGETS_SECONDS: Final = 10.0
_PATIENCE: Final = timedelta(minutes=10)
_LAST_MOMENT: Final = timedelta(days=1) - timedelta(milliseconds=1)


class Releaser:
    """
    Args:
        now: the time, UTC, to the millisecond.
    """

    def __init__(
        self,
        totals: Totals,
        store: PublicStore,
        published: Published,
        freshness: Freshness,
        agencies: AgencyReleaser,
        *,
        day_ends: DayEnds,
        now: Callable[[], datetime],
    ) -> None:
        self._totals = totals
        self._store = store
        self._published = published
        self._freshness = freshness
        self._agencies = agencies
        self._day_ends = day_ends
        self._now = now
        self._version = -1
        self._over = ""
        """A day of which all that came until its end is counted."""
        self._waits_since: datetime | None = None
        self._caught_up = ""
        """A day until which all days are released, or left out."""
        self._uncounted = ""
        self._kept = False
        self._targets_at: datetime | None = None

    async def run(self) -> None:
        """For ever. MongoDB away leaves the figures as they are; the pages say so."""
        prepared = False
        while True:
            started = self._now()
            try:
                if not prepared:
                    await self._store.prepare()
                    prepared = True
                await self.tick()
                self._freshness.store_answered(self._now())
            except StoreUnreachable as problem:
                logger.warning("the totals cannot be read: %s", problem)
            spent = self._now() - started
            await asyncio.sleep(max((STEP - spent).total_seconds(), 0.05))

    async def tick(self) -> None:
        """Raises StoreUnreachable."""
        await self._load()
        reading = await self._totals.changed_since(self._version)
        counted_up_to = () if reading is None else reading.counted_up_to
        if reading is not None:
            self._freshness.counted(counted_up_to)
        yesterday = _day(self._now() - timedelta(days=1))
        over = await self._is_over(yesterday, counted_up_to)
        if self._published.closed_at is None:
            version = self._version
            caught_up = await self._is_caught_up(yesterday, counted_up_to, over=over)
            closing = await self._store.closing()
            if closing is not None:
                await self._close(closing)
            elif caught_up and reading is not None:
                unread = self._version != version
                await self._move((await self._totals.changed_since(self._version) if unread else None) or reading)
        if self._published.closed_at is None:
            await self._agencies.tick(may_decide=over)
        else:
            await self._keep_public()
        await self._load_targets()

    async def _move(self, reading: Reading) -> None:
        await self._observe(reading.totals)
        # Not before: what could not be observed is read again.
        self._version = reading.version
        now = self._now()
        due = self._published.at is None or now - self._published.at >= 0.9 * STEP
        if due and (moved := await self._advance()):
            await self._publish(moved, now)

    async def _close(self, closing: Closing) -> None:
        """The last step, from the signed totals: what is counted after them is not shown."""
        gone: dict[str, Counters] = {region: {} for region in self._published.release.regions()}
        await self._observe({**gone, **closing.totals})
        await self._publish(await self._advance(closing=True), self._now(), closed_at=closing.closed_at)

    async def _keep_public(self) -> None:
        """Agencies take their last step by this; a process that starts later reads what it came to."""
        if not self._kept and (closing := await self._store.closing()) is not None:
            await self._agencies.close(closing)
            await self._store.keep_public(self._published.step, self._published.everything(), self._agencies.shown)
            self._kept = True

    # Of thousands of regions, and streams want their beat: not on the loop. What is shown changes on the loop alone.
    async def _observe(self, totals: Mapping[str, Counters], blocks: Iterable[Block] = BLOCKS) -> None:
        await asyncio.to_thread(self._published.release.observe, totals, blocks)

    async def _advance(self, *, closing: bool = False) -> Moved:
        return await asyncio.to_thread(self._published.release.advance, closing=closing)

    async def _publish(self, moved: Moved, at: datetime, *, closed_at: str | None = None) -> None:
        step = Step(self._published.step + 1, at, _day(at), moved, closed_at)
        if await self._store.publish(step):
            self._published.accept(step)
        else:
            await self._load()

    async def _load(self) -> None:
        """What other workers, or an earlier run, have published."""
        step = await self._store.newer_than(self._published.step)
        if step is not None:
            self._published.accept(step)

    async def _is_over(self, yesterday: str, counted_up_to: tuple[int, ...]) -> bool:
        """Whether all that came until the end of yesterday is counted, or was waited for long enough."""
        if self._over < yesterday:
            now = self._now()
            self._waits_since = self._waits_since or now
            over = await self._day_ends.passed(yesterday, counted_up_to)
            if not over and now - self._waits_since >= _PATIENCE:
                logger.warning("days until %s are not all counted; those that are not have no figures", yesterday)
                over = True
            if over:
                self._over, self._waits_since = yesterday, None
        return self._over >= yesterday

    async def _is_caught_up(self, yesterday: str, counted_up_to: tuple[int, ...], *, over: bool) -> bool:
        """Whether figures of today may move: not before days on which nobody released anything are released as days.
        `over`: they are not waited for any longer."""
        if self._caught_up < yesterday:
            if self._published.day < yesterday:
                await self._release_days(yesterday, counted_up_to)
                if not over:
                    return False
            self._caught_up = yesterday
        return True

    async def _release_days(self, until: str, counted_up_to: tuple[int, ...]) -> None:
        """Days after the newest step, in their order, from what each of them added. One that is not all counted ends it:
        released now, it would be too low for good."""
        if self._uncounted and not await self._day_ends.passed(self._uncounted, counted_up_to):
            return
        newest, totals = self._published.day, dict[str, dict[str, int]]()
        for day, added in (await self._totals.days("", _day_after(until))).items():
            if day > newest and not await self._day_ends.passed(day, counted_up_to):
                self._uncounted = day
                return
            for region, counters in added.items():
                sums = totals.setdefault(region, {})
                for name in COUNTED.counters:
                    sums[name] = sums.get(name, 0) + counters.get(name, 0)
            if day > newest:
                await self._observe({region: totals[region] for region in added}, [COUNTED])
                # What waits is as old as that day now: the next reading is of everything.
                self._version = -1
                if moved := await self._advance():
                    await self._publish(moved, datetime.fromisoformat(day).replace(tzinfo=WIB) + _LAST_MOMENT)
        self._uncounted = ""

    async def _load_targets(self) -> None:
        now = self._now()
        if self._targets_at is None or (now - self._targets_at).total_seconds() >= _TARGETS_SECONDS:
            self._published.targets = await self._store.targets()
            self._targets_at = now


def _day(moment: datetime) -> str:
    return moment.astimezone(WIB).date().isoformat()


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
