"""Villages and days on a real MongoDB: left by most checkpoints, written by one, never lost by a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from pymongo import AsyncMongoClient, MongoClient

from services.aggregator.checkpoint import Checkpoints
from services.aggregator.fold import CHANGES
from services.aggregator.totals import Totals
from services.cli.dev.system import prepare
from shared.contracts.changes import encode_deltas
from shared.contracts.events import RegionTotals, version_of
from shared.domain.claims import Delta
from shared.domain.facts import PERSON, Fact
from shared.domain.regions import catalogue
from shared.ledger.entry import Entry
from shared.ledger.errors import Fenced
from shared.runtime.checkpoints import Written, written
from tests.conftest import System
from tests.ledger import entry

pytestmark = pytest.mark.engines
DISTRICT, VILLAGE, OTHER = "35.09.12", "35.09.12.2003", "35.09.12.2001"
DAY = f"{VILLAGE}|2024-10-04"


def counting(number: int, previous: Entry | None, *places: int) -> Entry:
    deltas = [Delta(Fact(place, PERSON), 20_000, 1) for place in places]
    return entry(number, previous, states={CHANGES: encode_deltas(deltas)}, outputs=(), published=number - 1)


class World:
    def __init__(self, client: AsyncMongoClient[dict[str, Any]], database: str) -> None:
        self._client = client
        self._database = database

    async def start(
        self, kind: Callable[..., Checkpoints] = Checkpoints, *, now: Callable[[], float] = lambda: 0.0
    ) -> Checkpoints:
        """An aggregator that starts; the time stands still for it."""
        made = kind(
            self._client,
            self._client[self._database],
            Totals(catalogue()),
            generation="g1",
            submissions=1,
            sources=1,
            worker="aggregator-0",
            now=now,
        )
        await made.claim()
        await made.restore()
        return made

    async def persons(self) -> dict[str, tuple[int, int]]:
        """Region, or region and day: people, and the checkpoint that wrote it."""
        database = self._client[self._database]
        regions = {
            each["_id"]: (each["counters"]["persons"], each["version"] - version_of("g1", 0))
            async for each in database["regions.g1"].find({"_id": {"$in": [DISTRICT, VILLAGE, OTHER]}})
        }
        async for each in database["region_days.g1"].find({"_id": DAY}):
            regions[DAY] = each["counters"]["persons"], 0
        return regions


class Reading(Checkpoints):
    """While its totals are read, somebody else counts on, for as long as there is anything to insert."""

    def __init__(self, other: Checkpoints, inserted: list[Entry], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._other = other
        self._inserted = inserted

    async def _read_totals(self) -> None:
        await super()._read_totals()
        if self._inserted:
            await self._other.insert(self._inserted.pop(0))


def within(system: System, body: Callable[[World], Awaitable[None]]) -> None:
    prepare(system.settings)

    async def run() -> None:
        async with AsyncMongoClient[dict[str, Any]](system.settings.mongo) as client:
            await body(World(client, system.settings.database))

    asyncio.run(run())


def complete(system: System) -> Written:
    with MongoClient[dict[str, Any]](system.settings.mongo) as client:
        return written(client[system.settings.database], "g1")


def test_villages_wait_for_a_checkpoint_that_settles_and_say_what_it_says(system: System) -> None:
    async def body(world: World) -> None:
        checkpoints = await world.start()
        first = counting(1, None, 3509122003)
        await checkpoints.insert(first)
        second = counting(2, first, 3509122003, 3509122001)
        await checkpoints.insert(second)
        assert await world.persons() == {DISTRICT: (3, 2)}
        assert checkpoints.unsettled()
        assert complete(system) == Written(newest=2, settled=0)

        await checkpoints.insert(entry(3, second, outputs=(), last=2))
        assert await world.persons() == {DISTRICT: (3, 2), VILLAGE: (2, 3), OTHER: (1, 3), DAY: (2, 0)}
        assert not checkpoints.unsettled()
        assert complete(system) == Written(newest=3, settled=3)

    within(system, body)


def test_time_settles_while_input_keeps_coming(system: System) -> None:
    async def body(world: World) -> None:
        looks = count()
        checkpoints = await world.start(now=lambda: 1.5 * next(looks))
        previous: Entry | None = None
        for number in range(1, 4):
            previous = counting(number, previous, 3509122003)
            await checkpoints.insert(previous)
        assert (await world.persons())[VILLAGE] == (2, 2)
        assert complete(system) == Written(newest=3, settled=2)

    within(system, body)


def test_an_aggregator_that_starts_knows_what_was_left_and_tells_what_was_settled(system: System) -> None:
    async def body(world: World) -> None:
        killed = await world.start()
        first = counting(1, None, 3509122003)
        await killed.insert(first)
        second = counting(2, first, 3509122003, 3509122001)
        await killed.insert(second)

        successor = await world.start()
        assert successor.unsettled()
        assert successor.at == 2
        settles = entry(3, second, outputs=(), last=2)
        await successor.insert(settles)
        assert await world.persons() == {DISTRICT: (3, 2), VILLAGE: (2, 3), OTHER: (1, 3), DAY: (2, 0)}

        # Killed before it published: whoever comes finds it by its version.
        third = await world.start()
        assert not third.unsettled()
        told = {each.region: each for each in await third.changed_by(3) if isinstance(each, RegionTotals)}
        assert told.keys() == {"00", VILLAGE, OTHER}
        assert {told[code].counters["persons"] for code in (VILLAGE, OTHER)} == {1, 2}

    within(system, body)


def test_totals_that_changed_while_they_were_read_are_read_again(system: System) -> None:
    async def body(world: World) -> None:
        working = await world.start()
        first = counting(1, None, 3509122003)
        await working.insert(first)
        second = counting(2, first, 3509122003)
        await working.insert(second)
        settles = entry(3, second, outputs=(), last=2)
        successor = await world.start(partial(Reading, working, [settles]))
        assert successor.at == 3
        assert not successor.unsettled()
        await successor.insert(counting(4, settles, 3509122001))
        assert (await world.persons())[DISTRICT] == (3, 4)

    within(system, body)


def test_where_somebody_counts_all_the_time_an_aggregator_leaves(system: System) -> None:
    async def body(world: World) -> None:
        working = await world.start()
        entries = [counting(1, None, 3509122003)]
        while len(entries) < 20:
            entries.append(counting(len(entries) + 1, entries[-1], 3509122003))
        await working.insert(entries.pop(0))
        with pytest.raises(Fenced):
            await world.start(partial(Reading, working, entries))

    within(system, body)
