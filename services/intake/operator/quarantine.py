"""What could not be processed: where it is, why, and what an operator did about it.

The processors write down what they set aside. What operators do is written beside it, under the same id and in a
collection of no generation: a recount sets the same records aside again, and they stay decided.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, Protocol

from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.intake.ports import OutcomeUnknown, Overloaded, Position, Publisher, Unavailable
from services.intake.problems import Fault, Refused
from shared.contracts.envelope import EnvelopeError, read_head
from shared.contracts.identity import KEY_BYTES
from shared.contracts.topics import SUBMISSIONS
from shared.ledger.ports import Log, Look
from shared.runtime.database import ASIDE_KEY, KEYS, QUARANTINE_ACTIONS
from shared.runtime.partners import Partner

Document = dict[str, Any]
Action = Literal["redriven", "discarded"]
STATES: Final = ("open", "redriven", "discarded")
_VIEW: Final = "quarantine"
_INNER: Final = {"entry": 0, "sealed": 0}


class Aside(Protocol):
    """Raises Refused `unavailable` where it cannot be read or written."""

    async def page(self, *, state: str | None, code: str | None, after: str, limit: int) -> Sequence[Document]:
        """By id, those whose id comes after `after`."""
        ...

    async def find(self, item: str) -> Document | None: ...

    async def note(self, item: str, event: Document) -> None:
        """What somebody did, newest last."""
        ...

    async def tell(self, public: bytes) -> None:
        """The inner stages seal with this from now on."""
        ...


class Quarantine:
    """The operator's side of it.

    Args:
        admit: raises Refused where the log takes no orders any more.
        shredded: the payload keys that are gone.
    """

    def __init__(
        self,
        aside: Aside,
        log: Log,
        publisher: Publisher,
        admit: Callable[[], None],
        shredded: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.aside = aside
        self._admit = admit
        self._shredded = shredded
        self._log = log
        self._publisher = publisher

    async def redrive(self, item: Document, partner: Partner) -> Position:
        """Append the same bytes to the log again. Processed twice, they count once. Raises Refused."""
        self._admit()
        if item["topic"] != SUBMISSIONS:
            raise Refused("shape", [Fault("quarantine-inner", "/topic")])
        partition = int(item["partition"])
        try:
            record = (await self._log.look(partition, int(item["offset"]))).value
        except (TimeoutError, OSError, KafkaError) as problem:
            raise Refused("unavailable") from problem
        if record is None:
            raise Refused("not-found")
        at = await self._append(record, partition)
        await self.aside.note(
            item["id"], _event("redriven", partner) | {"partition": at.partition, "offset": at.offset}
        )
        return at

    async def _append(self, record: bytes, partition: int) -> Position:
        subject, key_id = _route(record, partition)
        if key_id in self._shredded():
            # Where it is, the opening balance of its day knows it. At another place nobody could say what it is.
            raise Refused("shape", [Fault("quarantine-shredded", "/id")])
        try:
            return await asyncio.shield(self._publisher.publish(subject, record, key_id))
        except Overloaded:
            raise Refused("overloaded") from None
        except Unavailable:
            raise Refused("unavailable") from None
        except OutcomeUnknown:
            raise Refused("outcome-unknown") from None

    async def discard(self, item: Document, reason: str, partner: Partner) -> None:
        """Say that nothing will be done about it; on an inner topic it is skipped from now on. Raises Refused."""
        await self.aside.note(item["id"], _event("discarded", partner) | {"reason": reason})


class MongoAside:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._view = client[database][_VIEW]
        self._actions = client[database][QUARANTINE_ACTIONS]
        self._keys = client[database][KEYS]

    async def page(self, *, state: str | None, code: str | None, after: str, limit: int) -> Sequence[Document]:
        wanted: Document = {"_id": {"$gt": after}} | ({"reason": code} if code else {})
        found: list[Document] = []
        try:
            async for each in self._view.find(wanted, _INNER).sort("_id", 1):
                shown = shown_of(each, await self._history(each["_id"]))
                if state is None or shown["state"] == state:
                    found.append(shown)
                if len(found) == limit:
                    break
        except PyMongoError as problem:
            raise Refused("unavailable") from problem
        return found

    async def find(self, item: str) -> Document | None:
        try:
            found = await self._view.find_one({"_id": item}, _INNER)
            return None if found is None else shown_of(found, await self._history(item))
        except PyMongoError as problem:
            raise Refused("unavailable") from problem

    async def note(self, item: str, event: Document) -> None:
        try:
            await self._actions.update_one(
                {"_id": item}, {"$push": {"history": event}, "$set": {"action": event["action"]}}, upsert=True
            )
        except PyMongoError as problem:
            raise Refused("unavailable") from problem

    async def tell(self, public: bytes) -> None:
        try:
            await self._keys.update_one({"_id": ASIDE_KEY}, {"$set": {"public": public}}, upsert=True)
        except PyMongoError as problem:
            raise Refused("unavailable") from problem

    async def _history(self, item: str) -> list[Document]:
        found = await self._actions.find_one({"_id": item})
        return [] if found is None else list(found["history"])


class MemoryAside:
    def __init__(self, *documents: Document) -> None:
        self.documents = {str(each["_id"]): each for each in documents}
        self.history: dict[str, list[Document]] = {}
        self.public = b""

    async def page(self, *, state: str | None, code: str | None, after: str, limit: int) -> Sequence[Document]:
        found = [
            shown_of(each, self.history.get(item, []))
            for item, each in sorted(self.documents.items())
            if item > after and (code is None or each["reason"] == code)
        ]
        return [each for each in found if state is None or each["state"] == state][:limit]

    async def find(self, item: str) -> Document | None:
        found = self.documents.get(item)
        return None if found is None else shown_of(found, self.history.get(item, []))

    async def note(self, item: str, event: Document) -> None:
        self.history.setdefault(item, []).append(event)

    async def tell(self, public: bytes) -> None:
        self.public = public


class NoLog:
    """One of which nothing can be read."""

    async def look(self, partition: int, offset: int) -> Look:
        del partition, offset
        return Look(0, 0, None)


def shown_of(document: Mapping[str, Any], history: Sequence[Document]) -> Document:
    """As people see it. `count`: how often it was met, the times that it was redriven included."""
    fields = {name: value for name, value in document.items() if name not in {"_id", "first_seen", "count"}}
    first_seen = document.get("first_seen")
    redriven = sum(1 for each in history if each["action"] == "redriven")
    return fields | {
        "id": document["_id"],
        "state": history[-1]["action"] if history else "open",
        "count": int(document.get("count", 1)) + redriven,
        "first_seen": first_seen if first_seen is None else first_seen.isoformat(timespec="milliseconds") + "Z",
        "history": list(history),
    }


def _event(action: Action, partner: Partner) -> Document:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"action": action, "by": partner.id, "at": at}


def _route(record: bytes, partition: int) -> tuple[bytes, str]:
    """Subject and key id. Garbage has neither: it gets a subject that leads to the same partition again."""
    try:
        head, _ = read_head(record)
    except EnvelopeError:
        return partition.to_bytes(4, "big") + bytes(KEY_BYTES - 4), ""
    return head.subject, head.key_id
