"""Where drafts lie. Their ids and bytes say nothing: both are sealed before they come here."""

from datetime import datetime
from typing import Any, Final, Protocol

from bson.binary import Binary
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

from services.intake.problems import Refused

Document = dict[str, Any]
COLLECTION: Final = "drafts"


class DraftStore(Protocol):
    """Every method raises Refused `unavailable` where it cannot."""

    async def put(self, key: bytes, sealed: bytes, expires_at: datetime) -> None: ...
    async def get(self, key: bytes, now: datetime) -> bytes | None: ...
    async def delete(self, key: bytes) -> None: ...


class MongoDrafts:
    """MongoDB deletes what has expired within a minute; until then it is not shown."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._drafts = client[database].get_collection(COLLECTION, write_concern=WriteConcern("majority", j=True))

    async def put(self, key: bytes, sealed: bytes, expires_at: datetime) -> None:
        draft = {"_id": Binary(key), "sealed": Binary(sealed), "expires_at": expires_at}
        try:
            await self._drafts.replace_one({"_id": draft["_id"]}, draft, upsert=True)
        except PyMongoError as problem:
            raise Refused("unavailable") from problem

    async def get(self, key: bytes, now: datetime) -> bytes | None:
        try:
            found = await self._drafts.find_one({"_id": Binary(key), "expires_at": {"$gt": now}}, {"sealed": 1})
        except PyMongoError as problem:
            raise Refused("unavailable") from problem
        return None if found is None else bytes(found["sealed"])

    async def delete(self, key: bytes) -> None:
        try:
            await self._drafts.delete_one({"_id": Binary(key)})
        except PyMongoError as problem:
            raise Refused("unavailable") from problem


class MemoryDrafts:
    """`away`: raises Refused."""

    def __init__(self) -> None:
        self.kept: dict[bytes, tuple[bytes, datetime]] = {}
        self.away = False

    async def put(self, key: bytes, sealed: bytes, expires_at: datetime) -> None:
        self._reach()
        self.kept[key] = (sealed, expires_at)

    async def get(self, key: bytes, now: datetime) -> bytes | None:
        self._reach()
        sealed, expires_at = self.kept.get(key, (b"", now))
        return sealed if expires_at > now else None

    async def delete(self, key: bytes) -> None:
        self._reach()
        self.kept.pop(key, None)

    def _reach(self) -> None:
        if self.away:
            raise Refused("unavailable")
