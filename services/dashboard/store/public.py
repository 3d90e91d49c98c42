"""What is released, in collections of the dashboard's own.

Not per generation: what the public has seen, it has seen, whichever generation counts now.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, ReplaceOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from services.dashboard.ports import AgencyRelease, Closing, Counters, DayFigures, Step, StoreUnreachable
from services.dashboard.release.agencies import Shown, Why
from services.dashboard.release.blocks import BLOCKS, COUNTED, QUALITY
from services.dashboard.release.release import Moved
from shared.runtime.closings import CLOSINGS, FIGURES, PUBLIC, TOTALS, pack, unpack
from shared.runtime.targets import MongoTargets, Target, shipped_targets

Document = dict[str, Any]

_HEAD: Final = "head"
_WRITE_CONFLICT: Final = 112
_DUPLICATE: Final = 11000


class MongoPublic:
    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._client = client
        self._database = client[database]
        self._targets = MongoTargets(client, database)
        self._heads = self._collection("public.head")
        self._regions = self._collection("public.regions")
        self._days = self._collection("public.days")
        self._agencies = self._collection("public.agencies")
        self._agency_days = self._collection("public.agency_days")
        self._closings = self._collection(CLOSINGS)

    async def prepare(self) -> None:
        """Indexes, and the targets that ship."""
        async with _answering():
            await self._targets.put_where_none_is(shipped_targets())
            await self._regions.create_index("step")
            await self._days.create_index([("region", 1), ("day", 1)])
            await self._agency_days.create_index([("period", 1), ("agency", 1)])

    async def newer_than(self, number: int) -> Step | None:
        async with _answering():
            async with self._client.start_session(snapshot=True) as session:
                head = await self._heads.find_one({"_id": _HEAD}, session=session)
                if head is None or head["step"] <= number:
                    return None
                moved: Moved = {
                    each["_id"]: {name: tuple(cells) for name, cells in each["blocks"].items()}
                    async for each in self._regions.find({"step": {"$gt": number}}, session=session)
                }
            return Step(head["step"], head["at"], head["day"], moved, head.get("closed_at"))

    async def publish(self, step: Step) -> bool:
        try:
            async with (
                self._client.start_session() as session,
                await session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority", j=True)),
            ):
                await self._take(step, session)
                await self._write(step, session)
        except DuplicateKeyError:
            return False
        except _Taken:
            return False
        except OperationFailure as problem:
            if problem.code == _WRITE_CONFLICT:
                return False
            raise StoreUnreachable(type(problem).__name__) from problem
        except PyMongoError as problem:
            raise StoreUnreachable(type(problem).__name__) from problem
        return True

    async def history(self, regions: Sequence[str], since: str) -> Sequence[DayFigures]:
        wanted = {"region": {"$in": list(regions)}, "day": {"$gte": since}}
        async with _answering():
            return [
                DayFigures(each["region"], each["day"], each["persons"], each["households"])
                async for each in self._days.find(wanted, sort=[("region", 1), ("day", 1)])
            ]

    async def agencies(self) -> Mapping[str, AgencyRelease]:
        async with _answering():
            return {each["_id"]: _release_of(each) async for each in self._agencies.find()}

    async def publish_agencies(self, released: Sequence[AgencyRelease]) -> None:
        newest = [
            # An insert of one that is there already, of this period or a later one, is a duplicate and left alone.
            UpdateOne(
                {"_id": each.agency, "looked_at": {"$lt": each.looked_at}}, {"$set": _document_of(each)}, upsert=True
            )
            for each in released
        ]
        days = [
            UpdateOne(
                {"_id": f"{each.agency}|{each.shown.period}"},
                {
                    "$setOnInsert": {
                        "agency": each.agency,
                        "period": each.shown.period,
                        "counters": dict(each.shown.counters),
                    }
                },
                upsert=True,
            )
            for each in released
            if each.shown is not None and each.shown.period == each.looked_at
        ]
        async with _answering():
            await _unless_there(self._agencies, newest)
            await _unless_there(self._agency_days, days)

    async def agency_history(self, agencies: Sequence[str] | None, since: str) -> Mapping[str, Sequence[Shown]]:
        wanted: Document = {"period": {"$gte": since}}
        if agencies is not None:
            wanted["agency"] = {"$in": list(agencies)}
        found: dict[str, list[Shown]] = {}
        async with _answering():
            async for each in self._agency_days.find(wanted, sort=[("period", 1)]):
                found.setdefault(each["agency"], []).append(Shown(each["period"], each["counters"], {}))
        return found

    async def targets(self) -> Mapping[str, Target]:
        async with _answering():
            return await self._targets.all()

    async def closing(self) -> Closing | None:
        async with _answering():
            found = await self._closings.find_one({"_id": TOTALS})
        # Fifty megabytes, of a whole nation: not on the loop that answers requests.
        return None if found is None else await asyncio.to_thread(closing_of, unpack(found["packed"]))

    async def keep_public(self, step: int, regions: Mapping[str, Counters], agencies: Mapping[str, Counters]) -> None:
        packed = pack(msgspec.json.encode({"step": step, "regions": regions, "agencies": agencies}))
        async with _answering():
            await _unless_there(
                self._closings, [UpdateOne({"_id": PUBLIC}, {"$setOnInsert": {"packed": packed}}, upsert=True)]
            )

    async def signed_figures(self) -> bytes | None:
        async with _answering():
            found = await self._closings.find_one({"_id": FIGURES})
        return None if found is None else unpack(found["packed"])

    def _collection(self, name: str) -> AsyncCollection[Document]:
        options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
        return self._database.get_collection(
            name, options, write_concern=WriteConcern("majority", j=True), read_concern=ReadConcern("majority")
        )

    async def _take(self, step: Step, session: AsyncClientSession) -> None:
        """The number, once. Raises DuplicateKeyError or _Taken."""
        head = {"step": step.number, "at": step.at, "day": step.day, "closed_at": step.closed_at}
        if step.number == 1:
            await self._heads.insert_one({"_id": _HEAD, **head}, session=session)
            return
        before = {"_id": _HEAD, "step": step.number - 1}
        taken = await self._heads.update_one(before, {"$set": head}, session=session)
        if not taken.matched_count:
            raise _Taken

    async def _write(self, step: Step, session: AsyncClientSession) -> None:
        regions = [
            UpdateOne(
                {"_id": region},
                {
                    "$set": {
                        "step": step.number,
                        "at": step.at,
                        **{f"blocks.{name}": list(cells) for name, cells in blocks.items()},
                    }
                },
                upsert=True,
            )
            for region, blocks in step.moved.items()
        ]
        days = [
            ReplaceOne({"_id": f"{region}|{step.day}"}, _day_of(region, step, blocks[COUNTED.name]), upsert=True)
            for region, blocks in step.moved.items()
            if QUALITY.has(region)
        ]
        if regions:
            await self._regions.bulk_write(regions, ordered=False, session=session)
        if days:
            await self._days.bulk_write(days, ordered=False, session=session)


class _Ended(msgspec.Struct):
    closed_at: str
    regions: Mapping[str, msgspec.Raw]
    agencies: Mapping[str, Mapping[str, int]]


class _SignedEnd(msgspec.Struct):
    totals: _Ended


def closing_of(signed: bytes) -> Closing:
    """With those counters only of which something is shown."""
    ended = msgspec.json.decode(signed, type=_SignedEnd).totals
    totals = {}
    for region, raw in ended.regions.items():
        counters = msgspec.json.decode(raw, type=dict[str, int])
        totals[region] = {
            name: counters.get(name, 0) for block in BLOCKS if block.has(region) for name in block.counters
        }
    return Closing(ended.closed_at, totals, ended.agencies)


class _Taken(Exception):
    """Another worker made this step."""


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    try:
        yield
    except PyMongoError as problem:
        raise StoreUnreachable(type(problem).__name__) from problem


async def _unless_there(collection: AsyncCollection[Document], updates: Sequence[UpdateOne]) -> None:
    """Each of them, but for those that are there already."""
    if not updates:
        return
    try:
        await collection.bulk_write(updates, ordered=False)
    except BulkWriteError as problem:
        found = problem.details
        if found.get("writeConcernErrors") or any(each["code"] != _DUPLICATE for each in found["writeErrors"]):
            raise


def _day_of(region: str, step: Step, cells: Sequence[int]) -> Document:
    figures = COUNTED.named(tuple(cells))
    return {"_id": f"{region}|{step.day}", "region": region, "day": step.day, **figures}


def _document_of(release: AgencyRelease) -> Document:
    shown = release.shown
    return {
        "why": str(release.why),
        "looked_at": release.looked_at,
        "shown": None
        if shown is None
        else {
            "period": shown.period,
            "counters": dict(shown.counters),
            "roster": {day: list(members) for day, members in shown.roster.items()},
        },
    }


def _release_of(document: Document) -> AgencyRelease:
    kept = document["shown"]
    shown = None
    if kept is not None:
        roster = {day: (members[0], members[1]) for day, members in kept["roster"].items()}
        shown = Shown(kept["period"], kept["counters"], roster)
    return AgencyRelease(document["_id"], shown, Why(document["why"]), document["looked_at"])


def now_utc() -> datetime:
    """To the millisecond, as MongoDB keeps it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
