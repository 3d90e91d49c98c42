"""The submission log, read from its beginning: spans of a partition, as many processes at a time as there are cores."""

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from services.cli.audit.opening import LogRecord, Opener, rows_of
from services.cli.audit.rows import PackedRows
from shared.contracts.envelope import KeyShredded, Sealer
from shared.contracts.topics import SUBMISSIONS
from shared.runtime.balances import stored_balances
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings

_SPAN: Final = 20_000
"""Records that one task reads: their rows fit in some megabytes."""
_ALONE: Final = 8
"""Fewer spans than this are read sooner than a second process has started."""
_POLL: Final = 5_000
_PATIENCE_MS: Final = 10_000
"""Until the broker must have answered at the start."""
_SILENCE_MS: Final = 15_000
"""So long may a broker be silent about records that it says it has."""


class LogUnreachableError(Exception):
    """Kafka cannot be reached, or does not give what it says it has."""


class LogCutError(Exception):
    """The log no longer begins at its beginning: nothing can be recounted from it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of one partition: `start` and below `end`."""

    partition: int
    start: int
    end: int


class Log:
    def __init__(self, servers: str) -> None:
        """
        Raises:
            LogUnreachableError: here and in every method.
        """
        try:
            self._consumer = KafkaConsumer(
                bootstrap_servers=servers.split(","),
                client_id="cacah-audit",
                group_id=None,
                enable_auto_commit=False,
                bootstrap_timeout_ms=_PATIENCE_MS,
                max_poll_records=_POLL,
                max_partition_fetch_bytes=8 << 20,
                fetch_max_bytes=32 << 20,
            )
        except KafkaError as problem:
            raise LogUnreachableError(f"Kafka cannot be reached: {type(problem).__name__}") from problem

    def close(self) -> None:
        self._consumer.close()

    def ends(self) -> tuple[int, ...]:
        """The next offset of every partition.

        Raises:
            LogCutError: the beginning of a partition was deleted.
        """
        partitions = self._partitions()
        try:
            first = self._consumer.beginning_offsets(partitions)
            ends = self._consumer.end_offsets(partitions)
        except KafkaError as problem:
            raise LogUnreachableError(f"Kafka does not tell its offsets: {type(problem).__name__}") from problem
        cut = [each for each in partitions if first[each]]
        if cut:
            raise LogCutError(
                f"{SUBMISSIONS} partition {cut[0].partition} begins at offset {first[cut[0]]}, not 0: "
                "records were deleted, so the log alone can no longer say what the totals must be"
            )
        return tuple(ends[each] for each in partitions)

    def read(self, span: Span) -> Iterator[LogRecord]:
        partition = TopicPartition(SUBMISSIONS, span.partition)
        try:
            self._consumer.assign([partition])
            self._consumer.seek(partition, span.start)
            while self._consumer.position(partition) < span.end:
                fetched = self._consumer.poll(timeout_ms=_SILENCE_MS, max_records=_POLL)
                if not fetched:
                    raise LogUnreachableError(f"Kafka gives no records of {SUBMISSIONS} partition {span.partition}")
                for record in fetched.get(partition, ()):
                    if record.offset < span.end:
                        yield LogRecord(span.partition, record.offset, record.value or b"")
        except KafkaError as problem:
            raise LogUnreachableError(f"Kafka cannot be read: {type(problem).__name__}") from problem

    def _partitions(self) -> list[TopicPartition]:
        try:
            found = self._consumer.partitions_for_topic(SUBMISSIONS)
        except KafkaError as problem:
            raise LogUnreachableError(f"Kafka does not tell its topics: {type(problem).__name__}") from problem
        if not found:
            raise LogUnreachableError(f"Kafka has no topic {SUBMISSIONS}. Make it with: cacah topics apply")
        return [TopicPartition(SUBMISSIONS, partition) for partition in sorted(found)]


def spans(start: Sequence[int], end: Sequence[int]) -> list[Span]:
    """All offsets from `start` to below `end`, per partition, in pieces."""
    return [
        Span(partition, at, min(at + _SPAN, last))
        for partition, (first, last) in enumerate(zip(start, end, strict=True))
        for at in range(first, last, _SPAN)
    ]


class KafkaSubmissions:
    """The submission log as rows. Raises as `Log` and `make_opener` do.

    Args:
        settings: name the broker and the keys.
        without: a payload key that is not used, as if it were shredded already.
    """

    def __init__(self, settings: Settings, *, without: str = "") -> None:
        self._settings = settings
        self._without = without
        self._log = Log(settings.kafka)

    def close(self) -> None:
        self._log.close()

    def ends(self) -> tuple[int, ...]:
        return self._log.ends()

    def rows(self, start: Sequence[int], end: Sequence[int]) -> Iterator[PackedRows]:
        """Of all offsets from `start` to below `end`, in any order. Few are read here, many by processes beside."""
        wanted = spans(start, end)
        workers = min(os.cpu_count() or 1, len(wanted))
        if workers < 2 or len(wanted) < _ALONE:
            opener = make_opener(self._settings, self._without)
            for span in wanted:
                yield rows_of(self._log.read(span), opener)
            return
        with ProcessPoolExecutor(
            workers,
            mp_context=get_context("spawn"),
            initializer=_start_worker,
            initargs=(self._settings, self._without),
        ) as pool:
            yield from _keep_busy(pool, wanted, ahead=2 * workers)


class _Without(Mapping[str, bytes]):
    """All keys but one."""

    def __init__(self, keys: Mapping[str, bytes], hidden: str) -> None:
        self._keys = keys
        self._hidden = hidden

    def __getitem__(self, key_id: str) -> bytes:
        if key_id == self._hidden:
            raise KeyShredded(key_id)
        return self._keys[key_id]

    def __iter__(self) -> Iterator[str]:
        return (each for each in self._keys if each != self._hidden)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def make_opener(settings: Settings, without: str = "") -> Opener:
    """Raises KeysError."""
    keys = load_keys(settings.keys, settings.kek)
    payload = _Without(keys.payload, without) if without else keys.payload
    return Opener(Sealer(payload), keys.identity, settings.census_day, stored_balances(settings, keys))


def _keep_busy(pool: ProcessPoolExecutor, wanted: Sequence[Span], *, ahead: int) -> Iterator[PackedRows]:
    """No more than `ahead` results wait for this process, so that memory stays flat."""
    waiting: deque[Future[PackedRows]] = deque()
    for span in wanted:
        if len(waiting) == ahead:
            yield waiting.popleft().result()
        waiting.append(pool.submit(_read_span, span))
    while waiting:
        yield waiting.popleft().result()


_worker: tuple[Log, Opener] | None = None


def _start_worker(settings: Settings, without: str) -> None:
    global _worker  # noqa: PLW0603  # a pool's process keeps its connection between tasks in the only place it has
    _worker = Log(settings.kafka), make_opener(settings, without)


def _read_span(span: Span) -> PackedRows:
    if _worker is None:
        raise RuntimeError("the worker was not started")
    log, opener = _worker
    return rows_of(log.read(span), opener)
