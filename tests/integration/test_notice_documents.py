"""Documents of notices on a real MongoDB: written over older ones, never over newer ones."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from shared.ledger.entry import Notice
from shared.streaming.sink import KafkaSink
from tests.conftest import System

pytestmark = pytest.mark.engines
Documents = AsyncCollection[dict[str, Any]]


def notice(key: str, state: str) -> Notice:
    return Notice("", key, collection="conflicts", document=msgspec.json.encode({"state": state}))


def sink_into(database: AsyncDatabase[dict[str, Any]]) -> KafkaSink:
    """Nothing here has an event, so nothing is sent."""
    nobody = cast("AIOKafkaProducer", None)
    return KafkaSink(nobody, database, topic="", targets=0, partitions=1, source="/cacah/test", generation="g1")


def within(system: System, body: Callable[[KafkaSink, Documents], Awaitable[None]]) -> None:
    async def run() -> None:
        async with AsyncMongoClient[dict[str, Any]](system.settings.mongo) as client:
            database = client[system.settings.database]
            await body(sink_into(database), database["conflicts.g1"])

    asyncio.run(run())


def test_the_newest_document_of_a_notice_stays_whatever_is_written_again(system: System) -> None:
    async def body(sink: KafkaSink, documents: Documents) -> None:
        await sink.publish([], [notice("a", "first"), notice("b", "only")], 1)
        seen = {each["_id"]: each["first_seen"] async for each in documents.find()}
        await sink.publish([], [notice("a", "open"), notice("a", "settled")], 2)
        await sink.publish([], [notice("a", "first"), notice("b", "only"), notice("c", "late")], 1)
        found = {each["_id"]: (each["state"], each["entry"]) async for each in documents.find()}
        assert found == {"a": ("settled", 2), "b": ("only", 1), "c": ("late", 1)}
        assert {each["_id"]: each["first_seen"] async for each in documents.find({"_id": {"$in": ["a", "b"]}})} == seen

    within(system, body)


def test_a_document_that_cannot_be_written_ends_the_publication(system: System) -> None:
    async def body(sink: KafkaSink, documents: Documents) -> None:
        await documents.database.create_collection("conflicts.g1", validator={"state": "open"})
        with pytest.raises(BulkWriteError):
            await sink.publish([], [notice("a", "open"), notice("b", "broken")], 1)

    within(system, body)
