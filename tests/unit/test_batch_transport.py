"""Faust delivering whole batches: one message a fetch and partition, and commits of exactly what was acknowledged."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from shared.streaming.transport import BatchConsumer, BatchScheduler, BatchSchema, FetchedBatch, Transport

FIRST, SECOND = TP("log", 0), TP("log", 1)


def record(offset: int) -> SimpleNamespace:
    return SimpleNamespace(offset=offset, timestamp=1000 + offset, timestamp_type=0, value=b"%d" % offset)


def _scheduler() -> BatchScheduler:
    made: BatchScheduler = BatchScheduler()  # type: ignore[abstract]  # its base declares an __init__ that it has not
    return made


def consumer() -> BatchConsumer:
    """Without a broker: what it keeps of acknowledgements is all that is looked at."""
    bare = BatchConsumer.__new__(BatchConsumer)
    bare._acked = defaultdict(list)
    bare._unacked_messages = set()
    return bare


def test_a_fetch_is_one_message_a_partition_with_all_its_records_in_order() -> None:
    fetched = {FIRST: [record(7), record(8)], SECOND: [], TP("log", 2): [record(1)]}
    delivered = list(_scheduler().iterate(fetched))
    assert [(tp.partition, [each.offset for each in batch.value]) for tp, batch in delivered] == [(0, [7, 8]), (2, [1])]
    assert [(batch.topic, batch.offset, batch.timestamp) for _, batch in delivered] == [
        ("log", 8, 1008),
        ("log", 1, 1001),
    ]


def test_records_are_handed_through_as_they_are() -> None:
    records = [record(1)]
    schema, message = BatchSchema(), FetchedBatch(FIRST, records)
    assert schema.loads_value(None, message) is records


def test_what_faust_acknowledges_by_itself_is_never_committed() -> None:
    here = consumer()
    message: Any = FetchedBatch(FIRST, [record(8)])
    here._unacked_messages.add(message)
    assert here.ack(message) is False
    assert here._new_offset(FIRST) is None
    assert not here._unacked_messages


@given(st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), st.integers(0, 100))))
def test_the_group_is_told_the_furthest_that_was_acknowledged_and_no_further(acks: list[tuple[TP, int]]) -> None:
    here = consumer()
    furthest: dict[TP, int] = {}
    for tp, last in acks:
        here.acknowledge(tp, last)
        furthest[tp] = max(last, furthest.get(tp, -1))
        assert {each: here._new_offset(each) for each in furthest} == {tp: last + 1 for tp, last in furthest.items()}


def test_reading_begins_where_the_ledger_says() -> None:
    here, sought = consumer(), []

    async def positions(assigned: frozenset[TP]) -> Mapping[TP, int]:
        return {tp: 40 + tp.partition for tp in assigned}

    async def seek(found: Mapping[TP, int]) -> Mapping[TP, int]:
        sought.append(dict(found))
        return found

    here.positions = positions
    here.assignment = lambda: {FIRST, SECOND}  # type: ignore[method-assign]
    here.seek_wait = seek  # type: ignore[method-assign,assignment]
    assert asyncio.run(here.seek_to_committed()) == {FIRST: 40, SECOND: 41}
    assert sought == [{FIRST: 40, SECOND: 41}]


def test_a_consumer_that_nobody_told_where_to_begin_does_not_begin() -> None:
    with pytest.raises(RuntimeError, match="positions"):
        asyncio.run(consumer().seek_to_committed())


def test_a_message_that_spans_offsets_leaves_no_gap() -> None:
    here = consumer()
    asyncio.run(here._add_gap(FIRST, 3, 9))
    assert here._new_offset(FIRST) is None


def test_the_transport_makes_such_consumers() -> None:
    assert Transport.Consumer is BatchConsumer
