"""Whole batches for kafka-python: put together here in one pass, and answered once for all their records.

Sent one by one, a record costs the client a future with a lock, a message that is encoded byte by byte, and a turn of
its thread against this one: more than the form's rules. What the client does with a batch is untouched: order,
sequence numbers, retries, time-outs.
"""

import struct
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

from kafka import KafkaProducer, TopicPartition
from kafka.errors import IllegalStateError, UnknownTopicOrPartitionError
from kafka.producer.producer_batch import ProducerBatch
from kafka.record.util import calc_crc32c

from shared.contracts.topics import SUBMISSIONS

Record = tuple[bytes, bytes, bytes]
"""Key, value, and headers as `encoded_headers` makes them."""
Told = Callable[[int | None, BaseException | None], None]
"""Called from the client's thread, once: with the offset of a batch's first record; or with what went wrong, where that
is known."""


class Producer(Protocol):
    def send(self, batches: Sequence[tuple[int, Sequence[Record], Told]]) -> None:
        """Hand over batches, each of a partition of the submission log. Never blocks.

        Raises KafkaError: none of them was taken.
        """
        ...

    def close(self, seconds: float) -> None:
        """Raises KafkaError where records were unsent by then."""
        ...


class BatchProducer:
    """`client`: configured for `acks=all`, idempotent, without compression; it knows the log's partitions."""

    def __init__(self, client: KafkaProducer) -> None:
        self._client = client
        self._accumulator = client._accumulator
        self._places: dict[int, Any] = {}

    def send(self, batches: Sequence[tuple[int, Sequence[Record], Told]]) -> None:
        if self._accumulator._closed:
            raise IllegalStateError("the producer is closed")
        if self._client._metadata.partitions_for_topic(SUBMISSIONS) is None:
            raise UnknownTopicOrPartitionError(SUBMISSIONS)
        now = time.time_ns() // 1_000_000
        for partition, records, told in batches:
            self._add(partition, RecordBatch(records, now), told)
        self._client._sender.wakeup()

    def close(self, seconds: float) -> None:
        self._client.close(timeout=seconds)

    def _add(self, partition: int, records: "RecordBatch", told: Told) -> None:
        place = self._places.setdefault(partition, TopicPartition(SUBMISSIONS, partition))
        batch = ProducerBatch(place, records)
        batch.produce_future.add_callback(_answer, told)
        batch.produce_future.add_errback(_failure, told)
        # As the accumulator itself adds a batch.
        with self._accumulator._tp_lock(place):
            self._accumulator._batches[place].append(batch)
            self._accumulator._incomplete.add(batch)


def _answer(told: Told, produced: tuple[int, int, Callable[[int], BaseException] | None]) -> None:
    first, _, problem_of = produced
    if problem_of is not None:
        told(None, problem_of(0))
    else:
        # A repeat that the broker has no place for any more is on the log, somewhere.
        told(first if first >= 0 else None, None)


def _failure(told: Told, problem: BaseException) -> None:
    told(None, problem)


# Base offset, length, leader epoch, magic, checksum; what follows is under the checksum: attributes, last offset,
# first and last time, producer id, epoch, first sequence number, records.
_HEAD: Final = struct.Struct(">qiibIhiqqqhii")
_UNDER_CHECKSUM: Final = 21
_AFTER_LENGTH: Final = 12
_CHECKSUM_AT: Final = 17
_CHECKSUM: Final = struct.Struct(">I")
_MAGIC: Final = 2


class RecordBatch:
    """A record batch of Kafka's message format 2, full from the start. To the client it is one of its own
    `MemoryRecordsBuilder`, from which it takes the bytes once it has given them a sequence number.

    Args:
        time_ms: of all records; milliseconds since 1970-01-01 UTC.
    """

    def __init__(self, records: Sequence[Record], time_ms: int) -> None:
        self._count = len(records)
        self._time = time_ms
        self._buffer = bytearray(_HEAD.size) + b"".join(_encoded(records))
        self._closed = False
        self.producer_id = self.producer_epoch = self.base_sequence = -1

    def append(self, *_: object) -> None:
        """Nothing more goes in."""

    def is_full(self) -> bool:
        return True

    def next_offset(self) -> int:
        return self._count

    def size_in_bytes(self) -> int:
        return len(self._buffer)

    def buffer(self) -> bytearray:
        return self._buffer

    def set_producer_state(
        self, producer_id: int, producer_epoch: int, base_sequence: int, is_transactional: bool
    ) -> None:
        if self._closed:
            raise IllegalStateError("a batch that was sent keeps its sequence number")
        if is_transactional:
            raise IllegalStateError("there are no transactions here")
        self.producer_id, self.producer_epoch, self.base_sequence = producer_id, producer_epoch, base_sequence

    def close(self) -> None:
        """Called again for a batch that is sent again: its bytes stay the same."""
        if self._closed:
            return
        self._closed = True
        _HEAD.pack_into(
            self._buffer,
            0,
            0,
            len(self._buffer) - _AFTER_LENGTH,
            0,
            _MAGIC,
            0,
            0,
            self._count - 1,
            self._time,
            self._time,
            self.producer_id,
            self.producer_epoch,
            self.base_sequence,
            self._count,
        )
        checksum = calc_crc32c(memoryview(self._buffer)[_UNDER_CHECKSUM:])
        _CHECKSUM.pack_into(self._buffer, _CHECKSUM_AT, checksum)


def _encoded(records: Sequence[Record]) -> list[bytes]:
    parts: list[bytes] = []
    for place, (key, value, headers) in enumerate(records):
        offset, key_size, value_size = _varint(place), _varint(len(key)), _varint(len(value))
        # Without attributes, at the batch's own time: a zero each.
        size = 2 + len(offset) + len(key_size) + len(key) + len(value_size) + len(value) + len(headers)
        parts += (_varint(size), b"\0\0", offset, key_size, key, value_size, value, headers)
    return parts


@lru_cache(maxsize=1 << 14)
def _varint(number: int) -> bytes:
    """A size or place, from 0 upwards: zigzag, seven bits a byte, the lowest first."""
    rest, out = number << 1, bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


@lru_cache(maxsize=64)
def encoded_headers(key_id: str) -> bytes:
    """The headers of a record that is sealed with this key."""
    name, value = b"key-id", key_id.encode("ascii")
    return b"".join((_varint(1), _varint(len(name)), name, _varint(len(value)), value))
