"""Batches that are put together here are those that the Kafka client would have made."""

import pytest
from kafka.errors import IllegalStateError
from kafka.producer.producer_batch import ProducerBatch
from kafka.record.memory_records import MemoryRecords, MemoryRecordsBuilder

from services.intake.producer import Record, RecordBatch, _answer, encoded_headers

TIME = 1_795_000_000_000
HEADERS = encoded_headers("d20260901")
RECORDS: list[Record] = [
    # Sizes and places on both sides of where a byte more is needed.
    (bytes((place % 256,)) * 16, b"v" * size, HEADERS)
    for place, size in enumerate([0, 1, 20, 63, 64, 300, 8191, 8192, 70_000, *range(200)])
]


def clients_own(records: list[Record], producer: tuple[int, int, int]) -> bytes:
    builder = MemoryRecordsBuilder(2, 0, 1 << 20)
    for key, value, _ in records:
        assert builder.append(TIME, key, value, [("key-id", b"d20260901")]) is not None
    builder.set_producer_state(*producer, is_transactional=False)
    builder.close()
    return bytes(builder.buffer())


@pytest.mark.parametrize("count", [1, 2, len(RECORDS)])
def test_bytes_are_those_of_the_client(count: int) -> None:
    batch = RecordBatch(RECORDS[:count], TIME)
    size = batch.size_in_bytes()
    batch.set_producer_state(7, 3, 11, is_transactional=False)
    batch.close()
    assert bytes(batch.buffer()) == clients_own(RECORDS[:count], (7, 3, 11))
    assert (batch.size_in_bytes(), batch.next_offset()) == (size, count)


def test_a_batch_that_was_sent_keeps_its_bytes() -> None:
    batch = RecordBatch(RECORDS, TIME)
    batch.set_producer_state(7, 3, 11, is_transactional=False)
    batch.close()
    sent = bytes(batch.buffer())
    batch.close()
    assert bytes(batch.buffer()) == sent
    with pytest.raises(IllegalStateError):
        batch.set_producer_state(8, 0, 0, is_transactional=False)


def test_nothing_more_goes_into_a_batch_of_the_client() -> None:
    batch = ProducerBatch(("topic", 0), RecordBatch(RECORDS[:2], TIME))
    assert batch.try_append(TIME, b"key", b"value", []) is None
    assert (batch.record_count, batch.records.is_full()) == (2, True)


def test_records_can_be_read_back() -> None:
    batch = RecordBatch(RECORDS, TIME)
    batch.close()
    (read,) = MemoryRecords(batch.buffer())
    assert read.validate_crc()
    found = [(each.offset, each.key, each.value, each.headers, each.timestamp) for each in read]
    assert found == [
        (place, key, value, [("key-id", b"d20260901")], TIME) for place, (key, value, _) in enumerate(RECORDS)
    ]


def test_what_the_client_says_of_a_batch() -> None:
    told: list[tuple[int | None, BaseException | None]] = []
    problem = TimeoutError()
    for first, problem_of in ((5, None), (-1, None), (-1, lambda _: problem)):
        _answer(lambda *said: told.append(said), (first, -1, problem_of))
    # A repeat whose place the broker has forgotten is on the log, and nobody knows where.
    assert told == [(5, None), (None, None), (None, problem)]
