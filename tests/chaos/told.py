"""What the client was told, form by form, and whether the log agrees."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from shared.contracts.envelope import EnvelopeError, Kind, read_head
from shared.contracts.topics import SUBMISSIONS

Place = tuple[int, int]
"""Partition and offset."""


@dataclass(slots=True)
class Told:
    """For several threads. `accepted`: an id, and where its receipt says that it is."""

    accepted: list[tuple[bytes, Place]] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, what: bytes, record: Mapping[str, Any], sender: str) -> None:
        with self._lock:
            self.accepted.append((what, (int(record["partition"]), int(record["offset"]))))
            self.answers[f"{sender}: accepted"] += 1

    def refuse(self, what: bytes | None, sender: str) -> None:
        with self._lock:
            if what is not None:
                self.refused.append(what)
            self.answers[f"{sender}: refused"] += 1

    def doubt(self, what: bytes, sender: str) -> None:
        with self._lock:
            self.unknown.append(what)
            self.answers[f"{sender}: unknown"] += 1


@dataclass(frozen=True, slots=True)
class LogRecord:
    kind: Kind | None
    id: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing`: told accepted, and not on the log where the receipt says. `sneaked`: told refused, and on the log."""

    records: int
    missing: tuple[Place, ...]
    sneaked: int
    repeated: int
    unknown_on_log: int


def compare(told: Told, log: Mapping[int, Sequence[LogRecord]]) -> Verdict:
    missing = [place for what, place in told.accepted if not _is_there(what, place, log)]
    ids = Counter(record.id for records in log.values() for record in records if record.kind is Kind.SUBMISSION)
    accepted = {what for what, _ in told.accepted}
    doubted = set(told.unknown)
    return Verdict(
        records=sum(len(records) for records in log.values()),
        missing=tuple(missing),
        sneaked=sum(1 for each in set(told.refused) - accepted - doubted if each in ids),
        repeated=sum(count - 1 for count in ids.values()),
        unknown_on_log=sum(1 for each in doubted if each in ids),
    )


def _is_there(what: bytes, place: Place, log: Mapping[int, Sequence[LogRecord]]) -> bool:
    partition, offset = place
    records = log.get(partition, ())
    return offset < len(records) and records[offset].id == what


def read_log(servers: str) -> dict[int, list[LogRecord]]:
    """Every record of the submission log, by partition; the place in a list is the offset."""
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False, max_poll_records=5_000)
    try:
        partitions = [TopicPartition(SUBMISSIONS, each) for each in sorted(consumer.partitions_for_topic(SUBMISSIONS))]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        log: dict[int, list[LogRecord]] = {each.partition: [] for each in partitions}
        while any(len(log[each.partition]) < ends[each] for each in partitions):
            for records in consumer.poll(timeout_ms=10_000).values():
                for record in records:
                    known = log[record.partition]
                    assert record.offset == len(known), "the log has a gap"
                    known.append(_record(record.value or b""))
        return log
    finally:
        consumer.close()


def _record(value: bytes) -> LogRecord:
    try:
        head, _ = read_head(value)
    except EnvelopeError:
        return LogRecord(None, b"")
    return LogRecord(head.kind, head.id)
