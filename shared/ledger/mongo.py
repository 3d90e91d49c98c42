"""The ledger in MongoDB: one document per entry, `_id` = {p: partition, n: number}."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from bson.binary import Binary
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.ledger.block import encode_blocks
from shared.ledger.entry import (
    GENESIS_CHAIN,
    Entry,
    Seen,
    Summary,
    chain_of,
    decode_notices,
    digest,
    encode_notices,
    summary_of,
)
from shared.ledger.errors import Fenced, LedgerError, LedgerMismatch, OutcomeUnknown, Sealed
from shared.ledger.ports import BEGINNING, Position

Document = dict[str, Any]
"""A document of MongoDB, as the driver gives it."""

_decode_summary = msgspec.msgpack.Decoder(Summary).decode


def durable(database: AsyncDatabase[Document], name: str) -> AsyncCollection[Document]:
    """A collection whose writes are on a majority's disks when they return, and whose reads see only such writes."""
    return database.get_collection(
        name,
        write_concern=WriteConcern("majority", j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


class MongoLedger:
    """`worker` is written into each entry, for people who ask who did."""

    def __init__(self, collection: AsyncCollection[Document], *, worker: str) -> None:
        self._collection = collection
        self._worker = worker

    async def newest(self, partition: int) -> Entry | None:
        document = await self._collection.find_one(_within(partition, 0, _END), sort=[("_id", -1)])
        if document is None:
            return None
        if "sealed" in document:
            raise Sealed(partition, document["sealed"])
        return entry_of(document, await self._previous(partition, document["_id"]["n"]))

    async def newest_position(self, partition: int) -> Position:
        """Of the newest entry, sealed or not."""
        document = await self._collection.find_one(
            _within(partition, 0, _END), {"chain": 1, "sealed": 1}, sort=[("_id", -1)]
        )
        if document is None:
            return BEGINNING
        return Position(document["_id"]["n"] - ("sealed" in document), bytes(document["chain"]))

    async def insert(self, entry: Entry) -> None:
        document = document_of(entry, self._worker)
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            raise await self.fenced(entry.partition, entry.number) from None
        except PyMongoError as problem:
            raise OutcomeUnknown(
                f"partition={entry.partition} entry={entry.number}: MongoDB did not confirm the insert "
                f"({type(problem).__name__}); start again and look"
            ) from problem

    async def fenced(self, partition: int, number: int) -> LedgerError:
        """Why a number could not be taken."""
        taken = await self._collection.find_one({"_id": {"p": partition, "n": number}}, {"sealed": 1})
        return Sealed(partition, taken["sealed"]) if taken and "sealed" in taken else Fenced(partition, number)

    async def seal(self, partition: int, successor: str) -> None:
        while True:
            newest = await self._collection.find_one(_within(partition, 0, _END), _TRACES, sort=[("_id", -1)])
            if newest is not None and "sealed" in newest:
                return
            before: Document = newest or {"_id": {"p": partition, "n": 0}, "chain": Binary(GENESIS_CHAIN), **_NOTHING}
            # Whoever looks for the newest position finds that of the entry before. A duplicate: a worker was faster,
            # and the number after its own is free.
            with suppress(DuplicateKeyError):
                await self._collection.insert_one(
                    before
                    | {
                        "_id": {"p": partition, "n": before["_id"]["n"] + 1},
                        "sealed": successor,
                        "notices": Binary(b""),
                    }
                )

    async def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        if up_to <= after:
            return
        previous = await self._previous(partition, after + 1)
        async for document in self._collection.find(_within(partition, after, up_to), sort=[("_id", 1)]):
            entry = entry_of(document, previous)
            previous = entry.chain
            yield entry

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        document = await self._collection.find_one({"_id": {"p": partition, "n": number}}, {"chain": 1})
        return None if document is None else bytes(document["chain"])

    async def _previous(self, partition: int, number: int) -> bytes:
        if number == 1:
            return GENESIS_CHAIN
        chain = await self.chain_at(partition, number - 1)
        if chain is None:
            raise LedgerMismatch(f"partition={partition}: entry {number - 1} is missing. Restore the ledger")
        return chain


class MongoUpstream:
    """Blocks from the ledger of the stage before."""

    def __init__(self, ledger: MongoLedger) -> None:
        self._ledger = ledger

    async def newest(self, source: int) -> Position:
        return await self._ledger.newest_position(source)

    async def block(self, source: int, number: int, target: int) -> bytes:
        async for entry in self._ledger.entries(source, number - 1, number):
            return encode_blocks(entry)[target]
        raise LedgerMismatch(
            f"source={source} entry={number} is neither on its topic nor in the ledger upstream. "
            "Start a new generation: cacah replay"
        )


_END = 1 << 62
_NOTHING: Document = {"first": 0, "last": -1, "published": 0}
_TRACES = ("chain", "sealed", *_NOTHING)


def _within(partition: int, after: int, up_to: int) -> Document:
    return {"_id": {"$gt": {"p": partition, "n": after}, "$lte": {"p": partition, "n": up_to}}}


def document_of(entry: Entry, worker: str) -> Document:
    return {
        "_id": {"p": entry.partition, "n": entry.number},
        "chain": Binary(entry.chain),
        "summary": Binary(summary_of(entry)),
        "states": Binary(entry.states),
        "outputs": [Binary(body) for body in entry.outputs],
        "notices": Binary(encode_notices(entry.notices)),
        "published": entry.published,
        "first": entry.first,
        "last": entry.last,
        "worker": worker,
    }


def summary_in(document: Mapping[str, Any]) -> Summary:
    """What an entry says of itself without its bodies."""
    return _decode_summary(document["summary"])


def entry_of(document: Mapping[str, Any], previous: bytes) -> Entry:
    """Raises LedgerMismatch where the document does not continue `previous`, or is not what its chain value says."""
    summary = _decode_summary(document["summary"])
    states, outputs = bytes(document["states"]), tuple(bytes(body) for body in document["outputs"])
    genuine = (
        chain_of(previous, document["summary"]) == document["chain"]
        and digest(states) == summary.states
        and tuple(digest(body) for body in outputs) == summary.outputs
    )
    if not genuine:
        raise LedgerMismatch(
            f"partition={summary.partition} entry={summary.number} is not what its chain value says: it was changed "
            "or belongs elsewhere. Restore the ledger"
        )
    return Entry(
        partition=summary.partition,
        number=summary.number,
        first=summary.first,
        last=summary.last,
        head=summary.head,
        up_to=dict(summary.up_to),
        seen={source: Seen(number, chain, dict(up_to)) for source, number, chain, up_to in summary.seen},
        states=states,
        outputs=outputs,
        notices=decode_notices(bytes(document["notices"])),
        published=document["published"],
        previous=previous,
        chain=bytes(document["chain"]),
    )


def connect(uri: str, *, timeout_ms: int = 10_000) -> AsyncMongoClient[Document]:
    return AsyncMongoClient(uri, serverSelectionTimeoutMS=timeout_ms, appname="cacah")
