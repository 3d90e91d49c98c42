"""What every store of partners does, in memory and in MongoDB."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo import AsyncMongoClient

from shared.runtime.partners import MemoryPartners, PartnerError, PartnerStore, StoreUnreachable, make_key
from shared.runtime.partners.mongo import MongoPartners
from tests.partners import MADE, partner

Use = Callable[[Callable[[PartnerStore], Awaitable[None]]], None]
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
def use(request: pytest.FixtureRequest) -> Use:
    """Runs a test body with a store, in one event loop."""

    async def in_memory(body: Callable[[PartnerStore], Awaitable[None]]) -> None:
        await body(MemoryPartners())

    async def in_mongo(body: Callable[[PartnerStore], Awaitable[None]]) -> None:
        settings = request.getfixturevalue("system").settings
        async with AsyncMongoClient[dict[str, object]](settings.mongo) as client:
            await body(MongoPartners(client, settings.database))

    chosen = in_memory if request.param == "memory" else in_mongo
    if request.param == "mongo":
        request.getfixturevalue("system")
    return lambda body: asyncio.run(chosen(body))


def test_partners_come_back_as_they_were_added_by_id(use: Use) -> None:
    async def body(store: PartnerStore) -> None:
        assert await store.all() == []
        second, _ = partner("sekolah-b", "roster", "read", agencies=("A-1", "A-2"))
        first, _ = partner("sekolah-a")
        await store.add(second)
        await store.add(first)
        assert await store.all() == [first, second]

    use(body)


def test_an_id_is_taken_once_of_partner_and_of_key(use: Use) -> None:
    async def body(store: PartnerStore) -> None:
        first, key = partner("sekolah-a")
        await store.add(first)
        with pytest.raises(PartnerError):
            await store.add(partner("sekolah-a")[0])
        with pytest.raises(PartnerError):
            await store.add(partner("sekolah-b", key=key)[0])
        assert await store.all() == [first]

    use(body)


def test_of_two_changes_at_once_one_is_refused(use: Use) -> None:
    async def body(store: PartnerStore) -> None:
        first, _ = partner()
        await store.add(first)
        rotated = first.rotated(make_key(), MADE + HOUR, MADE + 2 * HOUR)
        await store.change(rotated)
        with pytest.raises(PartnerError):
            await store.change(first.revoked(MADE))
        with pytest.raises(PartnerError):
            await store.change(replace(rotated, id="sekolah-c"))
        assert await store.all() == [rotated]

    use(body)


def test_use_is_noted_forwards_only_and_outlives_a_change(use: Use) -> None:
    async def body(store: PartnerStore) -> None:
        first, key = partner()
        await store.add(first)
        await store.mark_used({key.id: MADE + HOUR, "00000000": MADE})
        await store.mark_used({key.id: MADE})
        await store.mark_used({})
        fresh = make_key()
        await store.change(first.rotated(fresh, MADE, MADE + 2 * HOUR))
        (known,) = await store.all()
        assert [(each.id, each.used_at) for each in known.keys] == [(key.id, MADE + HOUR), (fresh.id, None)]
        await store.change(known.revoked(MADE + 3 * HOUR))
        (known,) = await store.all()
        assert known.revoked_at == MADE + 3 * HOUR
        assert known.keys[0].used_at == MADE + HOUR

    use(body)


def test_a_store_that_does_not_answer_says_so() -> None:
    async def body() -> None:
        away = MemoryPartners()
        away.away = True
        client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient("mongodb://127.0.0.1:9", connect=False)
        await client.close()
        for store in (away, MongoPartners(client, "none")):
            some, key = partner()
            for asked in (store.all(), store.add(some), store.change(some), store.mark_used({key.id: MADE})):
                with pytest.raises(StoreUnreachable):
                    await asked

    asyncio.run(body())
