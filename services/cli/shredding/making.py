"""Making the opening balance of a day: every record that its key sealed, wherever in the log, as what it led to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from services.cli.audit.knowing import Knowing
from services.cli.audit.log import Log, Span, make_opener
from services.cli.audit.opening import LogRecord
from shared.contracts.envelope import EnvelopeError, Sealer, read_head
from shared.contracts.opening_balance import VERSION, Chunk, Entry, Statement, encode_chunk, record_hash, sign_statement
from shared.runtime.balances import BalanceStore
from shared.runtime.keys import KeyRing
from shared.runtime.settings import Settings

CHUNK_RECORDS: Final = 5_000
"""About a megabyte and a half: keyed hashes do not compress."""


@dataclass(frozen=True, slots=True)
class Made:
    """`positions`: per partition of the log, up to where it was read. `ends`: per partition, the offset after the newest
    record of the day. `records`: those of the day."""

    positions: tuple[int, ...]
    ends: Mapping[int, int]
    records: int
    chunks: int


def make_balance(settings: Settings, keys: KeyRing, day: str, store: BalanceStore) -> Made:
    """Read the whole log, for a record may have been appended again on a later day; keep and sign what is known.

    Raises KeyMissing, LogCutError, LogUnreachableError, PyMongoError.
    """
    knowing = Knowing(Sealer(keys.payload), make_opener(settings), settings.census_day)
    log = Log(settings.kafka)
    store.clear(day)
    try:
        positions = log.ends()
        records, chunks = 0, list[tuple[Chunk, ...]]()
        for partition, end in enumerate(positions):
            found = list[Chunk]()
            for entries in _pieces(_of_day(log, Span(partition, 0, end), day, knowing)):
                packed = encode_chunk(entries)
                store.put_chunk(day, partition, len(found), packed)
                found.append(Chunk(entries[0].offset, entries[-1].offset, sha256(packed).hexdigest()))
                records += len(entries)
            chunks.append(tuple(found))
    finally:
        log.close()
    statement = Statement(
        version=VERSION,
        day=day,
        census_day=settings.census_day.isoformat(),
        made_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        positions=positions,
        records=records,
        chunks=tuple(chunks),
    )
    store.put_statement(day, sign_statement(statement, keys.receipt[keys.signing]))
    ends = {partition: found[-1].last + 1 for partition, found in enumerate(chunks) if found}
    return Made(positions, ends, records, sum(map(len, chunks)))


def newer_records(settings: Settings, day: str, positions: Sequence[int]) -> int:
    """How many records of the day were appended since."""
    log = Log(settings.kafka)
    try:
        spans = [
            Span(partition, at, end) for partition, (at, end) in enumerate(zip(positions, log.ends(), strict=True))
        ]
        return sum(_is_of(record.body, day) for span in spans for record in _read(log, span))
    finally:
        log.close()


def _of_day(log: Log, span: Span, day: str, knowing: Knowing) -> Iterator[Entry]:
    for record in _read(log, span):
        if _is_of(record.body, day):
            yield Entry(record.offset, record_hash(record.body), knowing.said_of(record))


def _read(log: Log, span: Span) -> Iterator[LogRecord]:
    return log.read(span) if span.end > span.start else iter(())


def _pieces(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    piece: list[Entry] = []
    for entry in entries:
        piece.append(entry)
        if len(piece) == CHUNK_RECORDS:
            yield piece
            piece = []
    if piece:
        yield piece


def _is_of(body: bytes, day: str) -> bool:
    try:
        return read_head(body)[0].key_id == day
    except EnvelopeError:
        return False
