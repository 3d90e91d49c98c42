"""The aggregator's ledger: an entry, and the regions that it changes, in one transaction.

An entry holds what was added since the one before, so that history can be recounted; the regions hold the totals. Both
become visible together, and the number of the entry, which can be taken once, fences a second aggregator.

Villages and days are written by some checkpoints only (see `settling`). Every entry says which of them was the newest
when it was written, in `settled`: documents and the entries after that one make the totals.
"""

from collections.abc import AsyncIterator, Callable
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from msgspec.structs import replace
from pymongo import AsyncMongoClient, ReplaceOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from services.aggregator.agencies import Agencies
from services.aggregator.fold import AGENCY_CHANGES, CHANGES
from services.aggregator.records import agency_of, document_of_agency, document_of_region, region_of
from services.aggregator.settling import Settling
from services.aggregator.totals import Changed, Totals
from shared.contracts.changes import decode_agency_deltas, decode_deltas
from shared.contracts.events import AgencyTotals, RegionTotals, version_of
from shared.domain.census import day_of
from shared.domain.regions import NATION
from shared.ledger.entry import GENESIS_CHAIN, Entry
from shared.ledger.errors import Fenced, OutcomeUnknown
from shared.ledger.mongo import MongoLedger, document_of, durable
from shared.ledger.packing import unpack_states
from shared.ledger.ports import BEGINNING, Position

Document = dict[str, Any]
Record = RegionTotals | AgencyTotals
Cell = tuple[int, int]
"""A row of the totals, and a day received."""
ALL_DAYS = -1
_READINGS = 5


class Checkpoints:
    """A ledger of one partition, whose inserts also write the changed regions.

    Args:
        submissions: partitions of the submission log.
        sources: partitions of the deduplicator.
        now: seconds, from some moment.
    """

    def __init__(
        self,
        client: AsyncMongoClient[Document],
        database: AsyncDatabase[Document],
        totals: Totals,
        *,
        generation: str,
        submissions: int,
        sources: int,
        worker: str,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._entries = durable(database, f"checkpoints.{generation}")
        self._regions = durable(database, f"regions.{generation}")
        self._days = durable(database, f"region_days.{generation}")
        self._agencies = durable(database, f"agencies.{generation}")
        self._agency_days = durable(database, f"agency_days.{generation}")
        self._sessions = durable(database, f"checkpoint_sessions.{generation}")
        self._session: AsyncClientSession | None = None
        self._ledger = MongoLedger(self._entries, worker=worker)
        self._totals = totals
        self._enrolled = Agencies()
        self._database = database
        self.generation = int(generation[1:])
        self._base = version_of(generation, 0)
        self._submissions = submissions
        self._sources = sources
        self._worker = worker
        self._changed: dict[int, list[Record]] = {}
        self._left: Settling[Cell] = Settling(now)
        self._settled = 0
        self._at = 0

    async def claim(self) -> None:
        """End what a predecessor left open. A transaction whose client was killed would keep the number of its entry,
        and so everybody else from it, until MongoDB's limit of a minute. One that still works is not harmed by it: it
        leaves, as it must, and looks."""
        self._session = self._client.start_session()
        mine = self._session.session_id["id"]
        before = await self._sessions.find_one_and_replace({"_id": 0}, {"session": mine}, upsert=True)
        if before is not None:
            await self._client.admin.command({"killSessions": [{"id": before["session"]}]})

    @property
    def at(self) -> int:
        """The number of the checkpoint that the totals in memory are those of."""
        return self._at

    async def restore(self) -> Position:
        """Read the totals, all of one moment. Returns the checkpoint that they are those of.

        A chain value that the ledger does not have is the beginning's; the takeover refuses it. Raises Fenced where
        somebody else writes them all the time.
        """
        nation = await self._number_of_nation()
        for _ in range(_READINGS):
            await self._read_totals()
            before, nation = nation, await self._number_of_nation()
            # The nation is written with every checkpoint: there was none while the totals were read. A snapshot would
            # say the same, but all days of a nation may take longer to read than MongoDB keeps what they were.
            if nation == before:
                break
        else:
            raise Fenced(0, nation or 0)
        if nation is None:
            return BEGINNING
        self._at = nation
        await self._restore_what_was_left()
        return Position(self._at, await self._ledger.chain_at(0, self._at) or GENESIS_CHAIN)

    async def _number_of_nation(self) -> int | None:
        """Of the newest checkpoint; None before there is one."""
        nation = await self._regions.find_one({"_id": NATION}, {"version": 1})
        return None if nation is None else int(nation["version"]) - self._base

    async def _read_totals(self) -> None:
        async for document in self._regions.find():
            self._totals.restore(document["region"], document["counters"])
        async for document in self._days.find():
            self._totals.restore_day(document["region"], date.fromisoformat(document["day"]), document["counters"])
        async for document in self._agencies.find():
            self._enrolled.restore(document["agency"], document["counters"])
        async for document in self._agency_days.find():
            self._enrolled.restore_day(document["agency"], date.fromisoformat(document["day"]), document["counters"])

    async def _restore_what_was_left(self) -> None:
        """What was added to villages and days since they were last written."""
        entry = await self._entries.find_one({"_id": {"p": 0, "n": self._at}}, {"settled": 1}) or {}
        # Checkpoints of before there was such a field wrote everything.
        self._settled = entry.get("settled", self._at)
        async for each in self._ledger.entries(0, self._settled, self._at):
            for key, packed in unpack_states(each.states):
                if key == CHANGES:
                    self._leave(self._totals.apply_left(decode_deltas(packed)))

    def unsettled(self) -> bool:
        """Whether villages or days were left for a later checkpoint."""
        return bool(self._left)

    async def newest(self, partition: int) -> Entry | None:
        return await self._ledger.newest(partition)

    def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        return self._ledger.entries(partition, after, up_to)

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        return await self._ledger.chain_at(partition, number)

    async def seal(self, partition: int, successor: str) -> None:
        await self._ledger.seal(partition, successor)

    async def insert(self, entry: Entry) -> None:
        changed, agencies, agency_days = self._apply(entry)
        self._at = entry.number
        rows, days = self._due(entry, changed)
        records: list[Record] = [*self._region_records(entry, rows), *self._agency_records(entry, agencies)]
        session = self._session or self._client.start_session()
        try:
            async with await session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority", j=True)):
                document = document_of(entry, self._worker) | {"settled": self._settled}
                await self._entries.insert_one(document, session=session)
                await self._write(records, days, agency_days, session)
        except DuplicateKeyError:
            raise await self._ledger.fenced(entry.partition, entry.number) from None
        except PyMongoError as problem:
            if _lost_the_race(problem):
                raise await self._ledger.fenced(entry.partition, entry.number) from problem
            raise OutcomeUnknown(
                f"checkpoint={entry.number}: MongoDB did not confirm it ({type(problem).__name__}); "
                "start again and look"
            ) from problem
        self._changed[entry.number] = records

    async def changed_by(self, number: int) -> list[Record]:
        """The totals that a checkpoint wrote, to be published."""
        known = self._changed.pop(number, None)
        if known is not None:
            return known
        version = self._base + number
        regions: list[Record] = [region_of(each) async for each in self._regions.find({"version": version})]
        return regions + [agency_of(each) async for each in self._agencies.find({"version": version})]

    async def everything(self, *, instead_of: int) -> list[Record]:
        """All totals, and zeros for what only the generation `instead_of` has."""
        regions = [region_of(each) async for each in self._regions.find()]
        agencies = [agency_of(each) async for each in self._agencies.find()]
        version = self._base + self._at
        before = self._database[f"regions.g{instead_of}"].find({"_id": {"$nin": [each.region for each in regions]}})
        gone = [replace(region_of(each), version=version, counters={}) async for each in before]
        former = self._database[f"agencies.g{instead_of}"].find({"_id": {"$nin": [each.agency for each in agencies]}})
        left = [replace(agency_of(each), version=version, counters={}) async for each in former]
        return [*regions, *gone, *agencies, *left]

    def _apply(self, entry: Entry) -> tuple[Changed, frozenset[str], frozenset[tuple[str, int]]]:
        changed, agencies, agency_days = Changed(), frozenset[str](), frozenset[tuple[str, int]]()
        for key, packed in unpack_states(entry.states):
            if key == CHANGES:
                changed = self._totals.apply(decode_deltas(packed))
            elif key == AGENCY_CHANGES:
                agencies, agency_days = self._enrolled.apply(decode_agency_deltas(packed))
        return changed, agencies, agency_days

    def _due(self, entry: Entry, changed: Changed) -> tuple[set[int], set[tuple[int, int]]]:
        """The rows and days that this checkpoint writes; what it leaves is kept in mind."""
        rows = {row for row in changed.rows if row < self._totals.first_village}
        self._leave(changed)
        # One without input is made to settle.
        if entry.first <= entry.last and not self._left.is_due():
            return rows, set()
        self._settled = entry.number
        cells = self._left.take()
        return rows | {row for row, day in cells if day == ALL_DAYS}, {cell for cell in cells if cell[1] != ALL_DAYS}

    def _leave(self, changed: Changed) -> None:
        villages = ((row, ALL_DAYS) for row in changed.rows if row >= self._totals.first_village)
        self._left.leave((*villages, *changed.days))

    def _region_records(self, entry: Entry, rows: AbstractSet[int]) -> list[RegionTotals]:
        counted, as_of = self._counted_up_to(entry), _now()
        nation = self._totals.codes.index(NATION)
        return [
            RegionTotals(
                region=self._totals.codes[row],
                level=str(self._totals.catalogue.level(self._totals.codes[row])),
                version=self._base + entry.number,
                as_of=as_of,
                counted_up_to=counted,
                counters=self._totals.counters(row),
            )
            # The nation is always told: its positions say how far everything is.
            for row in sorted(rows | {nation})
        ]

    def _agency_records(self, entry: Entry, agencies: frozenset[str]) -> list[AgencyTotals]:
        counted, as_of = self._counted_up_to(entry), _now()
        return [
            AgencyTotals(
                agency=code,
                version=self._base + entry.number,
                as_of=as_of,
                counted_up_to=counted,
                counters=self._enrolled.counters(code),
            )
            for code in sorted(agencies)
        ]

    def _counted_up_to(self, entry: Entry) -> tuple[int, ...]:
        """A submission is counted once every deduplicator partition has taken in what its validator made of it."""
        seen = [entry.seen[source].up_to if source in entry.seen else {} for source in range(self._sources)]
        return tuple(min(up_to.get(partition, 0) for up_to in seen) for partition in range(self._submissions))

    async def _write(
        self,
        records: list[Record],
        days: AbstractSet[tuple[int, int]],
        agency_days: frozenset[tuple[str, int]],
        session: AsyncClientSession,
    ) -> None:
        regions = [document_of_region(each) for each in records if isinstance(each, RegionTotals)]
        agencies = [document_of_agency(each) for each in records if isinstance(each, AgencyTotals)]
        for collection, documents in (
            (self._regions, regions),
            (self._days, [self._day(row, day) for row, day in sorted(days)]),
            (self._agencies, agencies),
            (self._agency_days, [self._agency_day(code, day) for code, day in sorted(agency_days)]),
        ):
            if documents:
                replacements = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
                await collection.bulk_write(replacements, ordered=False, session=session)

    def _agency_day(self, code: str, day: int) -> Document:
        moment = day_of(day).isoformat()
        return {"_id": f"{code}|{moment}", "agency": code, "day": moment, "counters": self._enrolled.day(code, day)}

    def _day(self, row: int, day: int) -> Document:
        region, received = self._totals.codes[row], day_of(day).isoformat()
        return {
            "_id": f"{region}|{received}",
            "region": region,
            "day": received,
            "counters": self._totals.day(row, day),
        }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lost_the_race(problem: PyMongoError) -> bool:
    """Two transactions on one number: the later one is aborted with a write conflict before it sees a duplicate."""
    return getattr(problem, "code", None) == 112
