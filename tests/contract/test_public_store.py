"""What every store of released figures does, in memory and in MongoDB; and what is read of exact totals in MongoDB."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.dashboard.ports import AgencyRelease, PublicStore, Step, StoreUnreachable
from services.dashboard.release.agencies import Shown, Why
from services.dashboard.store.memory import MemoryPublic
from services.dashboard.store.public import MongoPublic
from services.dashboard.store.totals import MongoTotals
from shared.runtime.database import prepare_database
from shared.runtime.targets import MongoTargets, Target
from tests.conftest import System

AT = datetime(2026, 9, 26, 7, 0, 0, 250_000, tzinfo=UTC)
Use = Callable[[PublicStore], Awaitable[None]]
Run = Callable[[Use], None]


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
def run(request: pytest.FixtureRequest) -> Run:
    if request.param == "memory":
        return lambda use: asyncio.run(_with(MemoryPublic(), use))
    settings = request.getfixturevalue("system").settings

    async def on_mongo(use: Use) -> None:
        async with AsyncMongoClient[dict[str, Any]](settings.mongo) as client:
            await _with(MongoPublic(client, settings.database), use)

    return lambda use: asyncio.run(on_mongo(use))


async def _with(store: PublicStore, use: Use) -> None:
    await store.prepare()
    await use(store)


def step(number: int, day: str = "2026-09-26", **regions: dict[str, tuple[int, ...]]) -> Step:
    """`regions`: codes with underscores for dots, after an r."""
    return Step(number, AT, day, {name[1:].replace("_", "."): blocks for name, blocks in regions.items()})


def test_a_step_is_taken_once(run: Run) -> None:
    async def use(store: PublicStore) -> None:
        assert await store.newer_than(0) is None
        first = step(1, r00={"counted": (40, 10)}, r35={"counted": (40, 10)})
        assert await store.publish(first)
        assert not await store.publish(step(1, r00={"counted": (50, 11)}))
        assert await store.newer_than(0) == first
        assert not await store.publish(step(3, r00={"counted": (99, 30)}))
        assert await store.newer_than(1) is None

    run(use)


def test_blocks_that_did_not_move_stay(run: Run) -> None:
    async def use(store: PublicStore) -> None:
        await store.publish(step(1, r35={"counted": (40, 10), "quality": (10, 0, 0, 0)}))
        await store.publish(step(2, r35={"counted": (80, 20)}))
        newest = await store.newer_than(0)
        assert newest is not None
        assert newest.number == 2
        assert newest.moved == {"35": {"counted": (80, 20), "quality": (10, 0, 0, 0)}}

    run(use)


def test_only_one_of_two_workers_takes_a_step(run: Run) -> None:
    async def use(store: PublicStore) -> None:
        for number in range(1, 6):
            tries = [store.publish(step(number, r00={"counted": (number * 40 + n, number * 10)})) for n in range(3)]
            assert sorted(await asyncio.gather(*tries)) == [False, False, True]

    run(use)


def test_a_day_keeps_what_was_shown_last(run: Run) -> None:
    async def use(store: PublicStore) -> None:
        await store.publish(step(1, "2026-09-25", r35={"counted": (40, 10)}))
        await store.publish(step(2, "2026-09-26", r35={"counted": (80, 20)}, r35_01_01_2001={"counted": (80, 20)}))
        await store.publish(step(3, "2026-09-26", r35={"counted": (120, 30)}))
        days = await store.history(["35", "35.01.01.2001"], "2026-09-25")
        assert [(each.region, each.day, each.persons, each.households) for each in days] == [
            ("35", "2026-09-25", 40, 10),
            ("35", "2026-09-26", 120, 30),
        ]
        assert len(await store.history(["35"], "2026-09-26")) == 1

    run(use)


def test_an_agency_is_released_once_a_period(run: Run) -> None:
    async def use(store: PublicStore) -> None:
        shown = Shown("2026-09-25", {"members": 40, "responded": 20}, {"2026-09-01": (30, 10)})
        first = AgencyRelease("35.09-DINKES", shown, Why.SHOWN, "2026-09-25")
        await store.publish_agencies([first])
        other = replace(shown, counters={"members": 41, "responded": 21})
        neighbour = replace(first, agency="35.10-DINKES")
        await store.publish_agencies([replace(first, shown=other), neighbour])
        assert await store.agencies() == {"35.09-DINKES": first, "35.10-DINKES": neighbour}
        held = AgencyRelease("35.09-DINKES", shown, Why.FEW_CHANGES, "2026-09-26")
        await store.publish_agencies([held])
        assert await store.agencies() == {"35.09-DINKES": held, "35.10-DINKES": neighbour}
        later = replace(held, shown=replace(other, period="2026-09-27"), looked_at="2026-09-27", why=Why.SHOWN)
        await store.publish_agencies([later])
        history = await store.agency_history(None, "2026-09-01")
        assert [each.period for each in history["35.09-DINKES"]] == ["2026-09-25", "2026-09-27"]
        assert history["35.09-DINKES"][0].counters == {"members": 40, "responded": 20}
        assert (await store.agency_history(["35.10-DINKES"], "2026-09-01")).keys() == {"35.10-DINKES"}
        assert await store.agency_history(["35.11-DINKES"], "2026-09-01") == {}

    run(use)


@pytest.mark.engines
def test_targets_that_were_loaded_stand_before_those_that_ship(system: System) -> None:
    settings = system.settings

    async def run_() -> None:
        async with AsyncMongoClient[dict[str, Any]](settings.mongo) as client:
            own = Target("35", 41_000_000, "dinas", "2026-01-01")
            await MongoTargets(client, settings.database).put([own])
            store = MongoPublic(client, settings.database)
            await store.prepare()
            await store.prepare()
            targets = await store.targets()
            assert targets["35"] == own
            assert targets["00"].number == 270_203_917

    asyncio.run(run_())


@pytest.mark.engines
def test_totals_are_read_through_the_views_of_the_live_generation(system: System) -> None:
    settings = system.settings
    prepare_database(settings.mongo, settings.database, settings.generation)

    async def run_() -> None:
        async with AsyncMongoClient[dict[str, Any]](settings.mongo) as client:
            database, totals = client[settings.database], MongoTotals(client, settings.database)
            assert await totals.changed_since(-1) is None
            assert await totals.reachable()
            counters = {"persons": 40, "households": 10, "male_30_34": 20, "households_grade_a": 10}
            for region, level, version in (
                ("00", "nation", 7), ("35.09.01", "district", 7), ("35.09.01.2001", "village", 6),
            ):  # fmt: skip
                await database["regions.g1"].insert_one(
                    {"_id": region, "region": region, "level": level, "version": version, "counted_up_to": [3, 4],
                     "counters": counters}
                )  # fmt: skip
            everything = await totals.changed_since(-1)
            assert everything is not None
            assert (everything.version, everything.counted_up_to) == (7, (3, 4))
            assert everything.totals == {
                "00": counters,
                "35.09.01": {name: counters[name] for name in ("persons", "households", "households_grade_a")},
                "35.09.01.2001": {"persons": 40, "households": 10},
            }
            newer = await totals.changed_since(6)
            assert newer is not None
            assert newer.totals.keys() == {"00", "35.09.01"}
            for region in ("35", "35.09.01.2001"):
                await database["region_days.g1"].insert_one(
                    {"_id": f"{region}|2026-09-02", "region": region, "day": "2026-09-02", "counters": {"persons": 4}}
                )
            assert await totals.days("", "2026-09-03") == {"2026-09-02": {"35": {"persons": 4}}}
            assert await totals.days("2026-09-02", "2026-09-03") == {}
            await database["agencies.g1"].insert_one({"_id": "X", "agency": "X", "counters": {"members": 12}})
            for day, members in (("2026-09-01", 12), ("2026-09-02", 0)):
                await database["agency_days.g1"].insert_one(
                    {"_id": f"X|{day}", "agency": "X", "day": day, "counters": {"members_asn": members}}
                )
            assert await totals.agencies() == {"X": ({"members": 12}, {"2026-09-01": (12, 0)})}
            assert await totals.agency_days() == {
                "X": {"2026-09-01": {"members_asn": 12}, "2026-09-02": {"members_asn": 0}}
            }

    asyncio.run(run_())


def test_a_mongodb_that_cannot_be_asked_is_said_to_be_away() -> None:
    async def run_() -> None:
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient("mongodb://127.0.0.1:1", connect=False)
        await client.close()
        with pytest.raises(StoreUnreachable):
            await MongoTotals(client, "x").changed_since(0)
        with pytest.raises(StoreUnreachable):
            await MongoPublic(client, "x").newer_than(0)
        assert not await MongoTotals(client, "x").reachable()

    asyncio.run(run_())
