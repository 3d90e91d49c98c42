"""How far the count is, and what was written down about single forms, in MongoDB."""

from typing import Any, Final, TypeVar

import msgspec
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from services.intake.ports import Position
from services.intake.problems import Refused
from services.intake.status.brief import Brief
from services.intake.status.model import Found, Progress, Rejection
from shared.contracts.envelope import Head
from shared.contracts.events import RejectedProblem
from shared.contracts.identity import claimant_key
from shared.contracts.topics import SUBMISSIONS
from shared.contracts.versions import LINEAGES, CurrentVersion
from shared.ledger.entry import decode_notices
from shared.runtime.database import QUARANTINE_ACTIONS

Document = dict[str, Any]
Kind = TypeVar("Kind")

_NATION: Final = "00"
_QUARANTINE: Final = "quarantine"
_BELIEVED: Final = 0.25
"""Seconds for which positions are believed: counting takes about as long."""


class MongoFiled:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._database = client[database]
        self._nation = Brief(self._read_nation, seconds=_BELIEVED)
        self._progress = Brief(self._read_progress, seconds=_BELIEVED)

    async def progress(self, partition: int) -> Progress:
        return await self._progress.get(partition)

    async def found(self, at: Position, head: Head, progress: Progress) -> Found:
        claimant = claimant_key(head.subject, head.lineage).hex()
        try:
            item = f"{SUBMISSIONS}|{at.partition}|{at.offset}"
            rejected = await self._document(progress, _QUARANTINE, item, _Rejected)
            redriven = None if rejected is None else await self._redriven(item)
            current = await self._document(progress, LINEAGES, claimant, CurrentVersion)
            reviews = await self._database["conflicts"].count_documents(
                {"claims.claimant": claimant, "state": "open"}, limit=1
            )
        except PyMongoError as problem:
            raise Refused("unavailable") from problem
        rejection = None if rejected is None else Rejection(rejected.reason, rejected.problems)
        return Found(rejection, current, reviews, redriven)

    async def _redriven(self, item: str) -> Position | None:
        noted = await self._database[QUARANTINE_ACTIONS].find_one({"_id": item}) or {"history": ()}
        places = [Position(each["partition"], each["offset"]) for each in noted["history"] if "offset" in each]
        return places[-1] if places else None

    async def _document(self, progress: Progress, collection: str, key: str, kind: type[Kind]) -> Kind | None:
        told = progress.told.get((collection, key))
        if told is not None:
            return msgspec.json.decode(told, type=kind)
        found = await self._database[collection].find_one({"_id": key}, {"_id": 0, "entry": 0, "first_seen": 0})
        return None if found is None else msgspec.convert(found, kind)

    async def _read_progress(self, partition: int) -> Progress:
        try:
            nation = await self._nation.get(_NATION)
            newest, told = await self._read_ledger(partition)
        except PyMongoError as problem:
            raise Refused("unavailable") from problem
        counted: list[int] = nation.get("counted_up_to", [])
        return Progress(newest, counted[partition] if partition < len(counted) else 0, nation.get("as_of"), told)

    async def _read_nation(self, code: str) -> Document:
        wanted = {"counted_up_to": 1, "as_of": 1}
        return await self._database["regions"].find_one({"_id": code}, wanted) or {}

    async def _read_ledger(self, partition: int) -> tuple[int, dict[tuple[str, str], bytes]]:
        """Up to where the validator is, and the documents of entries that are not known to be published."""
        pointer = await self._database["generations"].find_one({"_id": "live"})
        if pointer is None:
            return 0, {}
        ledger = self._database[f"ledger.household.{pointer['generation']}"]
        wanted = {"last": 1, "published": 1, "notices": 1}
        # Newest first; an entry says up to which one all were published when it was written.
        first: Document | None = None
        told: dict[tuple[str, str], bytes] = {}
        entries = ledger.find(
            {"_id": {"$gt": {"p": partition, "n": 0}, "$lt": {"p": partition + 1, "n": 0}}}, wanted, batch_size=8
        ).sort("_id", -1)
        async for entry in entries:
            first = first or entry
            if entry["_id"]["n"] <= first["published"]:
                break
            for notice in reversed(decode_notices(bytes(entry["notices"]))):
                told.setdefault((notice.collection, notice.key), notice.document)
        return (0 if first is None else int(first["last"]) + 1), told


class _Rejected(msgspec.Struct):
    reason: str
    problems: tuple[RejectedProblem, ...] = ()


class MemoryFiled:
    """As set. `away`: does not answer."""

    def __init__(self) -> None:
        self.positions: dict[int, Progress] = {}
        self.rejections: dict[Position, Rejection] = {}
        self.redriven: dict[Position, Position] = {}
        self.current: dict[bytes, CurrentVersion] = {}
        self.reviewed: set[bytes] = set()
        self.away = False

    async def progress(self, partition: int) -> Progress:
        if self.away:
            raise Refused("unavailable")
        return self.positions.get(partition, Progress())

    async def found(self, at: Position, head: Head, progress: Progress) -> Found:
        del progress
        claimant = claimant_key(head.subject, head.lineage)
        return Found(
            self.rejections.get(at), self.current.get(claimant), int(claimant in self.reviewed), self.redriven.get(at)
        )
