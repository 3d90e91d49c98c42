"""The aggregator's ledger: an entry, and the regions that it changes, in one transaction.

An entry holds what was added since the one before, so that history can be recounted; the regions hold the totals. Both
become visible together, and the number of the entry, which can be taken once, fences a second aggregator.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pymongo import AsyncMongoClient, ReplaceOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from services.aggregator.fold import CHANGES
from services.aggregator.totals import Changed, Totals
from shared.contracts.changes import decode_deltas
from shared.contracts.events import RegionTotals
from shared.domain.census import day_of
from shared.ledger.entry import Entry
from shared.ledger.errors import Fenced, OutcomeUnknown
from shared.ledger.mongo import MongoLedger, document_of, durable
from shared.ledger.packing import unpack_states

Document = dict[str, Any]
GENERATION_STEP = 1 << 40
"""A version is generation * 2^40 + checkpoint number: it grows within a generation and from one to the next."""


class Checkpoints:
    """A ledger of one partition, whose inserts also write the changed regions.

    Args:
        submissions: partitions of the submission log.
        sources: partitions of the deduplicator.
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
    ) -> None:
        self._client = client
        self._entries = durable(database, f"checkpoints.{generation}")
        self._regions = durable(database, f"regions.{generation}")
        self._days = durable(database, f"region_days.{generation}")
        self._ledger = MongoLedger(self._entries, worker=worker)
        self._totals = totals
        self._base = int(generation[1:]) * GENERATION_STEP
        self._submissions = submissions
        self._sources = sources
        self._worker = worker
        self._changed: dict[int, list[RegionTotals]] = {}

    async def restore(self) -> None:
        """Read the totals as of the newest checkpoint."""
        async for document in self._regions.find():
            self._totals.restore(document["region"], document["counters"])
        async for document in self._days.find():
            self._totals.restore_day(document["region"], date.fromisoformat(document["day"]), document["counters"])

    async def newest(self, partition: int) -> Entry | None:
        return await self._ledger.newest(partition)

    def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        return self._ledger.entries(partition, after, up_to)

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        return await self._ledger.chain_at(partition, number)

    async def insert(self, entry: Entry) -> None:
        changed = self._apply(entry)
        regions = self._records(entry, changed.rows)
        try:
            async with (
                self._client.start_session() as session,
                await session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority", j=True)),
            ):
                await self._entries.insert_one(document_of(entry, self._worker), session=session)
                await self._write(regions, changed, session)
        except DuplicateKeyError:
            raise Fenced(entry.partition, entry.number) from None
        except PyMongoError as problem:
            if _lost_the_race(problem):
                raise Fenced(entry.partition, entry.number) from problem
            raise OutcomeUnknown(
                f"checkpoint={entry.number}: MongoDB did not confirm it ({type(problem).__name__}); "
                "start again and look"
            ) from problem
        self._changed[entry.number] = regions

    async def changed_by(self, number: int) -> list[RegionTotals]:
        """The totals that a checkpoint wrote, to be published."""
        known = self._changed.pop(number, None)
        if known is not None:
            return known
        return [region_of(document) async for document in self._regions.find({"version": self._base + number})]

    def _apply(self, entry: Entry) -> Changed:
        for key, packed in unpack_states(entry.states):
            if key == CHANGES:
                return self._totals.apply(decode_deltas(packed))
        return Changed()

    def _records(self, entry: Entry, rows: frozenset[int]) -> list[RegionTotals]:
        counted = self._counted_up_to(entry)
        as_of = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        nation = self._totals.codes.index("00")
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

    def _counted_up_to(self, entry: Entry) -> tuple[int, ...]:
        """A submission is counted once every deduplicator partition has taken in what its validator made of it."""
        seen = [entry.seen[source].up_to if source in entry.seen else {} for source in range(self._sources)]
        return tuple(min(up_to.get(partition, 0) for up_to in seen) for partition in range(self._submissions))

    async def _write(self, regions: list[RegionTotals], changed: Changed, session: AsyncClientSession) -> None:
        await self._regions.bulk_write(
            [ReplaceOne({"_id": each.region}, document_of_region(each), upsert=True) for each in regions],
            ordered=False,
            session=session,
        )
        days = [self._day(row, day) for row, day in sorted(changed.days)]
        if days:
            await self._days.bulk_write(
                [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in days],
                ordered=False,
                session=session,
            )

    def _day(self, row: int, day: int) -> Document:
        region, received = self._totals.codes[row], day_of(day).isoformat()
        return {
            "_id": f"{region}|{received}",
            "region": region,
            "day": received,
            "counters": self._totals.day(row, day),
        }


def document_of_region(totals: RegionTotals) -> Document:
    return {
        "_id": totals.region,
        "region": totals.region,
        "level": totals.level,
        "version": totals.version,
        "as_of": totals.as_of,
        "counted_up_to": list(totals.counted_up_to),
        "counters": dict(totals.counters),
    }


def region_of(document: Mapping[str, Any]) -> RegionTotals:
    return RegionTotals(
        region=document["region"],
        level=document["level"],
        version=document["version"],
        as_of=document["as_of"],
        counted_up_to=tuple(document["counted_up_to"]),
        counters=document["counters"],
    )


def _lost_the_race(problem: PyMongoError) -> bool:
    """Two transactions on one number: the later one is aborted with a write conflict before it sees a duplicate."""
    return getattr(problem, "code", None) == 112
