"""What every ledger does, in memory and in MongoDB."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.ledger.entry import Entry
from shared.ledger.errors import Fenced, Sealed
from shared.ledger.memory import MemoryLedger
from shared.ledger.mongo import MongoLedger, connect, durable
from shared.ledger.ports import Ledger
from tests.ledger import chain_of_entries, entry

Use = Callable[[Callable[[Ledger], Awaitable[None]]], None]


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
def use(request: pytest.FixtureRequest) -> Use:
    """Runs a test body with a ledger, in one event loop."""

    async def in_memory(body: Callable[[Ledger], Awaitable[None]]) -> None:
        await body(MemoryLedger())

    async def in_mongo(body: Callable[[Ledger], Awaitable[None]]) -> None:
        settings = request.getfixturevalue("system").settings
        async with connect(settings.mongo) as client:
            await body(MongoLedger(durable(client[settings.database], "ledger"), worker="test"))

    chosen = in_memory if request.param == "memory" else in_mongo
    if request.param == "mongo":
        request.getfixturevalue("system")
    return lambda body: asyncio.run(chosen(body))


async def _all(ledger: Ledger, after: int = 0, up_to: int = 99) -> list[Entry]:
    return [each async for each in ledger.entries(0, after, up_to)]


def test_a_new_ledger_is_empty(use: Use) -> None:
    async def body(ledger: Ledger) -> None:
        assert await ledger.newest(0) is None
        assert await ledger.chain_at(0, 1) is None
        assert await _all(ledger) == []

    use(body)


def test_entries_come_back_as_they_were_inserted(use: Use) -> None:
    async def body(ledger: Ledger) -> None:
        made = chain_of_entries(4)
        for each in made:
            await ledger.insert(each)
        assert await ledger.newest(0) == made[-1]
        assert await _all(ledger) == made
        assert await _all(ledger, after=1, up_to=3) == made[1:3]
        assert await ledger.chain_at(0, 2) == made[1].chain

    use(body)


def test_a_number_can_be_taken_once(use: Use) -> None:
    async def body(ledger: Ledger) -> None:
        first, second = chain_of_entries(2)
        await ledger.insert(first)
        with pytest.raises(Fenced):
            await ledger.insert(entry(1, states={b"other": b"worker"}))
        await ledger.insert(second)
        assert await _all(ledger) == [first, second]

    use(body)


@pytest.mark.parametrize("count", [0, 2])
def test_a_sealed_partition_takes_no_more_and_says_who_counts_now(use: Use, count: int) -> None:
    async def body(ledger: Ledger) -> None:
        made = chain_of_entries(3)
        for each in made[:count]:
            await ledger.insert(each)
        await ledger.seal(0, "g2")
        await ledger.seal(0, "g3")
        with pytest.raises(Sealed, match="generation g2 counts now"):
            await ledger.newest(0)
        with pytest.raises(Sealed, match="generation g2 counts now"):
            await ledger.insert(made[count])
        assert await _all(ledger, up_to=count) == made[:count]
        assert await ledger.newest(1) is None

    use(body)


def test_partitions_are_apart(use: Use) -> None:
    async def body(ledger: Ledger) -> None:
        (here,), (there,) = chain_of_entries(1), chain_of_entries(1, partition=1)
        await ledger.insert(there)
        assert await ledger.newest(0) is None
        await ledger.insert(here)
        assert await ledger.newest(0) == here
        assert await ledger.newest(1) == there

    use(body)
