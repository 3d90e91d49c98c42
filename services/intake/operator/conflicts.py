"""Reviews: what several households claim, as the processors wrote it down, joined where they see only a part."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.intake.operator import headless
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
        found: list[Document] = []
        try:
            async for each in self._view.find({"_id": {"$gt": after}} | _stored(state), _INNER).sort("_id", 1):
                shown = await self._joined(_shown(each))
                if state is None or shown["state"] == state:
                    found.append(shown)
                if len(found) == limit:
                    break
        except PyMongoError as problem:
            raise Refused("unavailable") from problem
        return found

    async def find(self, conflict: str) -> Document | None:
        try:
            found = await self._view.find_one({"_id": conflict}, _INNER)
            return None if found is None else await self._joined(_shown(found))
        except PyMongoError as problem:
            raise Refused("unavailable") from problem

    async def _joined(self, review: Document) -> Document:
        if review["kind"] != headless.KIND:
            return review
        claimants = headless.households(review)
        wanted = {"kind": "person", "claims.claimant": {"$in": claimants}}
        beside = [each async for each in self._view.find(wanted, {"claims": 1})]
        return headless.joined(review, headless.left_by_household(beside, claimants))


class MemoryConflicts:
    def __init__(self, *documents: Document) -> None:
        self.documents: dict[str, Document] = {}
        self.put(*documents)

    def put(self, *documents: Document) -> None:
        self.documents |= {str(each["conflict"]): each for each in documents}

    async def page(self, *, state: str | None, after: str, limit: int) -> Sequence[Document]:
        found = [self._joined(each) for key, each in sorted(self.documents.items()) if key > after]
        return [each for each in found if state is None or each["state"] == state][:limit]

    async def find(self, conflict: str) -> Document | None:
        found = self.documents.get(conflict)
        return None if found is None else self._joined(found)

    def _joined(self, review: Document) -> Document:
        if review["kind"] != headless.KIND:
            return review
        claimants = headless.households(review)
        beside = [each for each in self.documents.values() if each["kind"] == "person"]
        return headless.joined(review, headless.left_by_household(beside, claimants))


def _stored(state: str | None) -> Document:
    """What is open as it is stored may turn out to be settled."""
    if state == "settled":
        return {"$or": [{"state": state}, {"kind": headless.KIND, "state": "open"}]}
    return {} if state is None else {"state": state}


def _shown(document: Mapping[str, Any]) -> Document:
    first_seen = document.get("first_seen")
    shown = {name: value for name, value in document.items() if name != "first_seen"}
    return shown | ({"first_seen": first_seen.isoformat(timespec="milliseconds") + "Z"} if first_seen else {})
