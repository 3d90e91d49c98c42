"""Opening balances of shredded days in MongoDB. They belong to no generation, and are in every backup.

{_id: {day, partition, number}, packed}    the chunks
{_id: {day}, signed}                       the statement about them, written last
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from typing import Any, Final, Protocol

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.write_concern import WriteConcern

from shared.contracts.opening_balance import (
    BalanceError,
    Entry,
    Said,
    Statement,
    decode_chunk,
    record_hash,
    verify_statement,
)
from shared.contracts.receipt import public_key_of
from shared.runtime.keys import KeyRing
from shared.runtime.settings import Settings

Document = dict[str, Any]
BALANCES: Final = "balances"
_PATIENCE_MS: Final = 10_000


class Balances(Protocol):
    """What is known of records whose day was shredded."""

    def find(self, day: str, partition: int, offset: int, record: bytes) -> Said | None:
        """None where no balance knows the record. Raises BalanceError, PyMongoError."""
        ...


class NoBalances:
    def find(self, day: str, partition: int, offset: int, record: bytes) -> Said | None:
        del day, partition, offset, record
        return None


class BalanceStore:
    """Raises PyMongoError where MongoDB cannot be used."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection.with_options(write_concern=WriteConcern("majority", j=True))

    def clear(self, day: str) -> None:
        """Of an attempt that was interrupted."""
        self._collection.delete_one({"_id": {"day": day}})
        self._collection.delete_many({"_id.day": day})

    def put_chunk(self, day: str, partition: int, number: int, packed: bytes) -> None:
        self._collection.insert_one({"_id": _chunk_id(day, partition, number), "packed": packed})

    def put_statement(self, day: str, signed: bytes) -> None:
        """From now on the balance is there."""
        self._collection.insert_one({"_id": {"day": day}, "signed": signed})

    def statement(self, day: str) -> bytes | None:
        found = self._collection.find_one({"_id": {"day": day}})
        return None if found is None else bytes(found["signed"])

    def statements(self) -> list[bytes]:
        return [bytes(each["signed"]) for each in self._collection.find({"signed": {"$exists": True}})]

    def chunk(self, day: str, partition: int, number: int) -> bytes | None:
        found = self._collection.find_one({"_id": _chunk_id(day, partition, number)})
        return None if found is None else bytes(found["packed"])


class StoredBalances:
    """Reads and verifies; of each day and partition it keeps the chunk that was asked for last, for records are read in
    order.

    Args:
        open_store: connects, and is asked anew for every statement and every chunk of some thousand records.
        public_keys: with which statements were ever signed.
    """

    def __init__(
        self,
        open_store: Callable[[], AbstractContextManager[BalanceStore]],
        public_keys: Sequence[bytes],
        census_day: date,
    ) -> None:
        self._open = open_store
        self._public_keys = public_keys
        self._census_day = census_day
        self._statements: dict[str, Statement | None] = {}
        self._chunks: dict[tuple[str, int], tuple[int, dict[int, Entry]]] = {}

    def find(self, day: str, partition: int, offset: int, record: bytes) -> Said | None:
        statement = self.statement(day)
        if statement is None or partition >= len(statement.chunks):
            return None
        chunks = statement.chunks[partition]
        number = bisect_right(chunks, offset, key=lambda chunk: chunk.first) - 1
        if number < 0 or offset > chunks[number].last:
            return None
        entry = self._chunk(statement, partition, number).get(offset)
        if entry is None:
            return None
        if entry.record != record_hash(record):
            raise BalanceError(
                f"partition={partition} offset={offset}: not the record of which the opening balance speaks"
            )
        return entry.said

    def statement(self, day: str) -> Statement | None:
        """Raises as `find` does."""
        if day not in self._statements:
            with self._open() as store:
                signed = store.statement(day)
            self._statements[day] = None if signed is None else self._verified(signed, day)
        return self._statements[day]

    def _verified(self, signed: bytes, day: str) -> Statement:
        statement = verify_statement(signed, self._public_keys)
        if statement.day != day:
            raise BalanceError(f"the opening balance under {day} is of {statement.day}")
        if statement.census_day != self._census_day.isoformat():
            raise BalanceError(
                f"the opening balance of {day} has ages on {statement.census_day}; set CACAH_CENSUS_DAY to that day"
            )
        return statement

    def _chunk(self, statement: Statement, partition: int, number: int) -> dict[int, Entry]:
        day = statement.day
        known = self._chunks.get((day, partition))
        if known is not None and known[0] == number:
            return known[1]
        with self._open() as store:
            packed = store.chunk(day, partition, number)
        if packed is None:
            raise BalanceError(f"chunk {number} of partition {partition} of the opening balance of {day} is missing")
        entries = {each.offset: each for each in decode_chunk(packed, statement.chunks[partition][number].sha256)}
        self._chunks[day, partition] = number, entries
        return entries


def stored_balances(settings: Settings, keys: KeyRing) -> StoredBalances:
    return StoredBalances(partial(balance_store, settings), public_keys_of(keys), settings.census_day)


@contextmanager
def balance_store(settings: Settings) -> Iterator[BalanceStore]:
    with MongoClient[Document](
        settings.mongo, serverSelectionTimeoutMS=_PATIENCE_MS, appname="cacah-balances"
    ) as client:
        yield BalanceStore(client[settings.database][BALANCES])


def public_keys_of(keys: KeyRing) -> tuple[bytes, ...]:
    return tuple(map(public_key_of, keys.receipt.values()))


def _chunk_id(day: str, partition: int, number: int) -> Document:
    return {"day": day, "partition": partition, "number": number}
