"""What every reader of reviews does, in memory and in MongoDB: pages by id, states, and who remains without a head.

The suite was seen to catch, one by one: a review that stays open although all have left (moved), and one that is found
among the open ones and shown as settled (found where it is shown).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.intake.operator.conflicts import Conflicts, MemoryConflicts, MongoConflicts
from services.intake.operator.headless import joined
from shared.domain.facts import MOST_COMPANIONS

Document = dict[str, Any]
Use = Callable[[list[Document], Callable[[Conflicts], Awaitable[None]]], None]
OLD, NEW = "0a" * 16, "0b" * 16
HEAD, SPOUSE, CHILD = "a1" * 16, "a2" * 16, "a3" * 16
REVIEW = "f0" * 16


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
def use(request: pytest.FixtureRequest) -> Use:
    """Runs a test body with reviews, in one event loop."""

    async def in_mongo(documents: list[Document], body: Callable[[Conflicts], Awaitable[None]]) -> None:
        settings = request.getfixturevalue("system").settings
        async with AsyncMongoClient[Document](settings.mongo) as client:
            stored = [document | {"_id": document["conflict"], "entry": 3} for document in documents]
            await client[settings.database]["conflicts"].insert_many(stored)
            await body(MongoConflicts(client, settings.database))

    async def in_memory(documents: list[Document], body: Callable[[Conflicts], Awaitable[None]]) -> None:
        await body(MemoryConflicts(*documents))

    if request.param == "mongo":
        request.getfixturevalue("system")
    chosen = in_mongo if request.param == "mongo" else in_memory
    return lambda documents, body: asyncio.run(chosen(documents, body))


def claims(*, heads: bool, companions: int = 0) -> list[Document]:
    """On somebody who was in the old household and counts in the new one."""
    return [
        {"claimant": OLD, "counted": False, "heads": heads, "companions": companions},
        {"claimant": NEW, "counted": True, "heads": heads, "companions": companions},
    ]


def moved(person: str, *, heads: bool = False, state: str = "open") -> Document:
    return {"conflict": person, "kind": "person", "state": state, "claims": claims(heads=heads, companions=2 * heads)}


def headless(state: str = "open", companions: int = 2) -> Document:
    told = claims(heads=True, companions=companions)
    return {"conflict": REVIEW, "kind": "headless", "person": HEAD, "state": state, "claims": told}


def test_reviews_come_by_id_and_page_by_page(use: Use) -> None:
    async def body(reviews: Conflicts) -> None:
        first = await reviews.page(state=None, after="", limit=2)
        assert [each["conflict"] for each in first] == [HEAD, SPOUSE]
        rest = await reviews.page(state=None, after=SPOUSE, limit=2)
        assert [each["conflict"] for each in rest] == [CHILD]
        assert await reviews.find("00" * 16) is None

    use([moved(CHILD), moved(SPOUSE), moved(HEAD, heads=True)], body)


def test_who_did_not_leave_with_the_head_remains(use: Use) -> None:
    async def body(reviews: Conflicts) -> None:
        found = await reviews.find(REVIEW)
        assert found is not None
        assert (found["state"], found["remaining"]) == ("open", 1)
        assert [each["conflict"] for each in await reviews.page(state="open", after=CHILD, limit=9)] == [REVIEW]

    use([moved(HEAD, heads=True), moved(SPOUSE), headless()], body)


def test_where_all_moved_nobody_is_without_a_head(use: Use) -> None:
    async def body(reviews: Conflicts) -> None:
        found = await reviews.find(REVIEW)
        assert found is not None
        assert (found["state"], found["remaining"]) == ("settled", 0)
        assert REVIEW not in {each["conflict"] for each in await reviews.page(state="open", after="", limit=9)}
        assert [each["conflict"] for each in await reviews.page(state="settled", after="", limit=1)] == [REVIEW]

    use([moved(HEAD, heads=True), moved(SPOUSE), moved(CHILD), headless()], body)


def test_a_dismissed_review_stays_dismissed_and_says_who_remains(use: Use) -> None:
    async def body(reviews: Conflicts) -> None:
        assert [each["remaining"] for each in await reviews.page(state="dismissed", after="", limit=9)] == [2]

    use([moved(HEAD, heads=True), headless("dismissed")], body)


def test_of_more_people_than_a_review_can_say_one_remains_at_least() -> None:
    review = headless(companions=MOST_COMPANIONS)
    assert joined(review, {OLD: 1})["remaining"] == MOST_COMPANIONS
    assert joined(review, {OLD: 100})["state"] == "open"
