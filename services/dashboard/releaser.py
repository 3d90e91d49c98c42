"""From exact totals to released figures, once a second. Any number of workers may do this: a step is taken once."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.dashboard.agency_releases import AgencyReleaser
from services.dashboard.freshness import Freshness
from services.dashboard.ports import Closing, Counters, PublicStore, Reading, Step, StoreUnreachable, Totals
from services.dashboard.published import Published
from services.dashboard.release.blocks import BLOCKS, COUNTED, Block
from services.dashboard.release.release import Moved
from shared.domain.census import WIB

logger = logging.getLogger(__name__)

STEP: Final = timedelta(seconds=1)
_TARGETS_SECONDS: Final = 10.0
_LAST_MOMENT: Final = timedelta(days=1) - timedelta(milliseconds=1)


class Releaser:
    """`now`: the time, UTC, to the millisecond."""

    def __init__(
        self,
        totals: Totals,
        store: PublicStore,
        published: Published,
        freshness: Freshness,
        agencies: AgencyReleaser,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._totals = totals
        self._store = store
        self._published = published
        self._freshness = freshness
        self._agencies = agencies
        self._now = now
        self._version = -1
        self._caught_up = ""
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
        if reading is not None:
            self._freshness.counted(reading.counted_up_to)
        if self._published.closed_at is None:
            await self._catch_up()
            closing = await self._store.closing()
            if closing is not None:
                await self._close(closing)
            elif reading is not None:
                await self._move(reading)
        if self._published.closed_at is None:
            await self._agencies.tick()
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

    async def _catch_up(self) -> None:
        """Days that ended since the newest step are released as days, from what each of them added."""
        today = _day(self._now())
        if self._caught_up == today:
            return
        totals: dict[str, dict[str, int]] = {}
        newest = self._published.day
        for day, added in (await self._totals.days("", today)).items():
            for region, counters in added.items():
                sums = totals.setdefault(region, {})
                for name in COUNTED.counters:
                    sums[name] = sums.get(name, 0) + counters.get(name, 0)
            if day > newest:
                await self._observe({region: totals[region] for region in added}, [COUNTED])
                if moved := await self._advance():
                    await self._publish(moved, datetime.fromisoformat(day).replace(tzinfo=WIB) + _LAST_MOMENT)
        self._caught_up = today

    async def _load_targets(self) -> None:
        now = self._now()
        if self._targets_at is None or (now - self._targets_at).total_seconds() >= _TARGETS_SECONDS:
            self._published.targets = await self._store.targets()
            self._targets_at = now


def _day(moment: datetime) -> str:
    return moment.astimezone(WIB).date().isoformat()
