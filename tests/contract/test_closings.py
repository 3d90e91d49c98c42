"""How a census ended, in memory and in MongoDB: as it is written once, and as intake, dashboard and audit read it.

Seen to fail with an upsert in place of the insert, and with an intake that reads the public document.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import pytest
from pymongo import AsyncMongoClient, MongoClient

from services.cli.audit.live import LiveTotals
from services.cli.close.reading import Closing as Reading
from services.cli.close.reading import Shown
from services.dashboard.ports import Closing, PublicStore
from services.dashboard.store.memory import MemoryPublic
from services.dashboard.store.public import MongoPublic, closing_of
from services.intake.calendar.gate import Calendars, MemoryCalendars, MongoCalendars
from shared.contracts.final_totals import FinalTotals, encode_signed, sign_totals
from shared.runtime.closings import Closings, MemoryClosings, MongoClosings
from shared.runtime.database import QUARANTINE_ACTIONS, prepare_database
from shared.runtime.settings import Settings
from tests.conftest import System

Json = dict[str, Any]
Answer = TypeVar("Answer")
CLOSED_AT = "2026-12-01T00:00:00Z"
ONE_SEAL = bytes(range(32))


def signed(persons: int = 70) -> bytes:
    totals = FinalTotals(
        version=1,
        census_day="2026-09-01",
        generation="g1",
        closed_at=CLOSED_AT,
        topic_id="ab" * 16,
        positions=[5, 7],
        chains={},
        cells=120,
        records=12,
        regions={"00": {"persons": persons, "households": 20, "away_from_card": 3}},
        agencies={"DINAS-UJI": {"members": 30, "responded": 12}},
    )
    return encode_signed(sign_totals(totals, ONE_SEAL))


@dataclass
class World:
    """`closings`: for who closes a census. Dashboard's and intake's stores are asked through `ask`, by a new client each
    time."""

    closings: Closings
    _ask: Callable[[Callable[[PublicStore, Calendars], Coroutine[Any, Any, Any]]], Any]

    def ask(self, use: Callable[[PublicStore, Calendars], Coroutine[Any, Any, Answer]]) -> Answer:
        answer: Answer = self._ask(use)
        return answer


@contextmanager
def in_memory() -> Iterator[World]:
    closings, public, calendars = MemoryClosings(), MemoryPublic(), MemoryCalendars()

    def ask(use: Callable[[PublicStore, Calendars], Coroutine[Any, Any, Answer]]) -> Answer:
        totals = closings.totals()
        public.closed = None if totals is None else closing_of(totals)
        calendars.closed = None if public.closed is None else public.closed.closed_at
        public.signed = closings.figures()
        answer = asyncio.run(use(public, calendars))
        if public.kept is not None:
            names = ("step", "regions", "agencies")
            closings.shown = msgspec.json.encode(dict(zip(names, public.kept, strict=True)))
        return answer

    yield World(closings, ask)


@contextmanager
def in_mongo(settings: Settings) -> Iterator[World]:
    def ask(use: Callable[[PublicStore, Calendars], Coroutine[Any, Any, Answer]]) -> Answer:
        async def asked() -> Answer:
            async with AsyncMongoClient[Json](settings.mongo) as client:
                return await use(MongoPublic(client, settings.database), MongoCalendars(client, settings.database))

        return asyncio.run(asked())

    with MongoClient[Json](settings.mongo) as client:
        yield World(MongoClosings(client[settings.database]), ask)


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        with in_memory() as made:
            yield made
    else:
        settings = request.getfixturevalue("system").settings
        prepare_database(settings.mongo, settings.database, settings.generation)
        with in_mongo(settings) as made:
            yield made


async def closing(public: PublicStore, calendars: Calendars) -> tuple[Closing | None, str | None]:
    return await public.closing(), await calendars.closed_at()


def test_while_a_census_goes_on_nobody_reads_of_an_end(world: World) -> None:
    assert (world.closings.totals(), world.closings.public(), world.closings.figures()) == (None, None, None)
    assert world.ask(closing) == (None, None)


def test_final_totals_are_kept_once(world: World) -> None:
    first = signed()
    assert world.closings.keep_totals(first, closed_at=CLOSED_AT, positions=[5, 7])
    assert not world.closings.keep_totals(signed(71), closed_at="2027-01-01T00:00:00Z", positions=[6, 7])
    assert world.closings.totals() == first


def test_intake_and_dashboard_read_what_was_signed(world: World) -> None:
    world.closings.keep_totals(signed(), closed_at=CLOSED_AT, positions=[5, 7])
    ended, closed_at = world.ask(closing)
    assert ended is not None
    assert (closed_at, ended.closed_at) == (CLOSED_AT, CLOSED_AT)
    nation = ended.totals["00"]
    assert (nation["persons"], nation["households"], nation["households_grade_a"]) == (70, 20, 0)
    # Of what is shown to nobody, nothing is read.
    assert "away_from_card" not in nation
    assert ended.agencies == {"DINAS-UJI": {"members": 30, "responded": 12}}


def test_what_is_shown_for_good_is_kept_once_and_its_signed_document_is_read(world: World) -> None:
    async def keep(public: PublicStore, calendars: Calendars) -> bytes | None:
        del calendars
        await public.keep_public(next(steps), {"00": {"persons": 70}}, {"DINAS-UJI": {"members": 30}})
        return await public.signed_figures()

    steps = iter((1, 2, 3))
    assert world.ask(keep) is None
    shown = world.closings.public()
    assert shown is not None
    assert world.closings.keep_figures(b'{"figures":1}')
    assert not world.closings.keep_figures(b'{"figures":2}')
    assert world.ask(keep) == b'{"figures":1}'
    assert world.closings.public() == shown
    kept = msgspec.json.decode(shown, type=Shown)
    assert (kept.step, kept.regions, kept.agencies) == (1, {"00": {"persons": 70}}, {"DINAS-UJI": {"members": 30}})


@pytest.mark.engines
def test_the_audit_reads_up_to_where_the_log_was_signed(system: System) -> None:
    settings = system.settings
    live = LiveTotals(settings.mongo, settings.database)
    try:
        assert live.signed_up_to() == ()
        with in_mongo(settings) as world:
            world.closings.keep_totals(signed(), closed_at=CLOSED_AT, positions=[5, 7])
        assert live.signed_up_to() == (5, 7)
    finally:
        live.close()


@pytest.mark.engines
def test_what_was_set_aside_and_can_be_mended_stands_in_the_way_until_somebody_decides(system: System) -> None:
    settings = system.settings
    prepare_database(settings.mongo, settings.database, settings.generation)
    with MongoClient[Json](settings.mongo) as client:
        database, reading = client[settings.database], Reading(client, settings.database)
        assert reading.undecided() == 0
        database["quarantine.g1"].insert_many(
            [
                {"_id": "log|0|1", "reason": "unknown-key"},
                {"_id": "log|0|2", "reason": "seal-broken"},
                {"_id": "log|0|3", "reason": "id-reused"},
            ]
        )
        assert reading.undecided() == 2
        database[QUARANTINE_ACTIONS].insert_one({"_id": "log|0|1", "action": "discarded", "history": []})
        assert reading.undecided() == 1
