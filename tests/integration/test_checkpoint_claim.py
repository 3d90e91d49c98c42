"""An aggregator that was killed within a transaction holds nobody up. Seen to fail without the claim."""

import asyncio
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.aggregator.checkpoint import Checkpoints
from services.aggregator.totals import Totals
from services.cli.dev.system import prepare
from shared.domain.regions import catalogue
from shared.ledger.errors import Fenced
from tests.conftest import System
from tests.ledger import entry

pytestmark = pytest.mark.engines


def checkpoints(client: AsyncMongoClient[dict[str, Any]], database: str, worker: str) -> Checkpoints:
    totals = Totals(catalogue())
    return Checkpoints(client, client[database], totals, generation="g1", submissions=2, sources=2, worker=worker)


async def leave_open(client: AsyncMongoClient[dict[str, Any]], database: str, left: Checkpoints) -> None:
    """As a process leaves it that is killed between the first write of its transaction and the commit."""
    session = left._session
    assert session is not None
    await session.start_transaction()
    await client[database]["checkpoints.g1"].insert_one({"_id": {"p": 0, "n": 1}}, session=session)


def test_what_a_killed_aggregator_left_open_ends_when_its_successor_comes(system: System) -> None:
    settings = system.settings
    prepare(settings)

    async def body() -> None:
        async with (
            AsyncMongoClient[dict[str, Any]](settings.mongo) as first,
            AsyncMongoClient[dict[str, Any]](settings.mongo) as second,
        ):
            killed = checkpoints(first, settings.database, "aggregator-0")
            await killed.claim()
            await leave_open(first, settings.database, killed)
            successor = checkpoints(second, settings.database, "aggregator-1")
            with pytest.raises(Fenced):
                await successor.insert(entry(1))
            await successor.claim()
            await successor.insert(entry(1))
            newest = await successor.newest(0)
            assert newest is not None
            assert newest.number == 1

    asyncio.run(body())
