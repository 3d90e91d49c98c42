"""Reviews: what several households claim, as the processors wrote it down."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.intake.problems import Refused

Document = dict[str, Any]
STATES: Final = ("open", "settled", "dismissed")
_VIEW: Final = "conflicts"
_INNER: Final = {"_id": 0, "entry": 0}


class Conflicts(Protocol):
    """Raises Refused `unavailable` where they cannot be read."""

    async def page(self, *, state: str | None, after: str, limit: int) -> Sequence[Document]:
        """Conflicts whose id comes after `after`, by id."""
        ...

    async def find(self, conflict: str) -> Document | None: ...


class MongoConflicts:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._view = client[database][_VIEW]

    async def page(self, *, state: str | None, after: str, limit: int) -> Sequence[Document]:
        wanted: Document = {"_id": {"$gt": after}} | ({"state": state} if state else {})
        try:
            return [_shown(each) async for each in self._view.find(wanted, _INNER).sort("_id", 1).limit(limit)]
        except PyMongoError as problem:
            raise Refused("unavailable") from problem

    async def find(self, conflict: str) -> Document | None:
        try:
            found = await self._view.find_one({"_id": conflict}, _INNER)
        except PyMongoError as problem:
            raise Refused("unavailable") from problem
        return None if found is None else _shown(found)


class MemoryConflicts:
    def __init__(self, *documents: Document) -> None:
        self.documents: dict[str, Document] = {}
        self.put(*documents)

    def put(self, *documents: Document) -> None:
        self.documents |= {str(each["conflict"]): each for each in documents}

    async def page(self, *, state: str | None, after: str, limit: int) -> Sequence[Document]:
        found = [
            each
            for key, each in sorted(self.documents.items())
            if key > after and (state is None or each["state"] == state)
        ]
        return found[:limit]

    async def find(self, conflict: str) -> Document | None:
        return self.documents.get(conflict)


def _shown(document: Mapping[str, Any]) -> Document:
    first_seen = document.get("first_seen")
    shown = {name: value for name, value in document.items() if name != "first_seen"}
    return shown | ({"first_seen": first_seen.isoformat(timespec="milliseconds") + "Z"} if first_seen else {})
