"""Targets in MongoDB. A later load of a subject replaces the earlier one; what ships is only there until then."""

from collections.abc import Iterable
from typing import Any, Final

from pymongo import AsyncMongoClient, ReplaceOne, UpdateOne
from pymongo.write_concern import WriteConcern

from shared.runtime.targets.model import Target

COLLECTION: Final = "targets"
Document = dict[str, Any]


class MongoTargets:
    """Every method raises PyMongoError."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._targets = client[database].get_collection(COLLECTION, write_concern=WriteConcern("majority", j=True))

    async def all(self) -> dict[str, Target]:
        return {
            each["_id"]: Target(each["_id"], each["number"], each["source"], each["day"])
            async for each in self._targets.find(sort=[("_id", 1)])
        }

    async def put(self, targets: Iterable[Target]) -> int:
        """How many there were."""
        writes = [ReplaceOne({"_id": each.subject}, _document_of(each), upsert=True) for each in targets]
        if writes:
            await self._targets.bulk_write(writes, ordered=False)
        return len(writes)

    async def put_where_none_is(self, targets: Iterable[Target]) -> None:
        writes = [UpdateOne({"_id": each.subject}, {"$setOnInsert": _fields_of(each)}, upsert=True) for each in targets]
        if writes:
            await self._targets.bulk_write(writes, ordered=False)


def _document_of(target: Target) -> Document:
    return {"_id": target.subject, **_fields_of(target)}


def _fields_of(target: Target) -> Document:
    return {"number": target.number, "source": target.source, "day": target.day}
