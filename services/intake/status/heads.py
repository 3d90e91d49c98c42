"""Heads of single records, read from the log by their positions."""

import asyncio
from collections import OrderedDict
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from services.intake.memory import MemoryPublisher
from services.intake.ports import Position
from services.intake.problems import Refused
from shared.contracts.envelope import EnvelopeError, Head, read_head
from shared.contracts.topics import SUBMISSIONS

_SECONDS: Final = 5.0
_MOST: Final = 20_000
"""Heads are kept: a record of the log never changes."""


class KafkaHeads:
    """One consumer, opened when it is first needed and again after an error; one look at a time."""

    def __init__(self, servers: str) -> None:
        self._servers = servers.split(",")
        self._turn = asyncio.Lock()
        self._consumer: AIOKafkaConsumer | None = None
        self._known: OrderedDict[Position, Head] = OrderedDict()

    async def head(self, at: Position) -> Head | None:
        known = self._known.get(at)
        if known is not None:
            return known
        async with self._turn:
            try:
                async with asyncio.timeout(_SECONDS):
                    record = await self._record(at)
            except (KafkaError, TimeoutError, OSError) as problem:
                await self._close()
                raise Refused("unavailable") from problem
        found = None if record is None else _head_of(record)
        if found is not None:
            self._known[at] = found
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found

    async def stop(self) -> None:
        async with self._turn:
            await self._close()

    async def _record(self, at: Position) -> bytes | None:
        consumer = self._consumer or await self._open()
        place = TopicPartition(SUBMISSIONS, at.partition)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        if at.offset >= end:
            return None
        consumer.seek(place, at.offset)
        try:
            found = await consumer.getone(place)
        except OffsetOutOfRangeError:
            return None
        finally:
            # What comes after it is nobody's question.
            consumer.unsubscribe()
        return found.value if found.offset == at.offset else None

    async def _open(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            client_id="cacah-intake-status",
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=64 << 10,
            fetch_max_wait_ms=100,
        )
        try:
            await consumer.start()
        except BaseException:
            await consumer.stop()
            raise
        self._consumer = consumer
        return consumer

    async def _close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()


class MemoryHeads:
    """Of a log in memory. `reads` counts looks."""

    def __init__(self, log: MemoryPublisher) -> None:
        self._log = log
        self.reads = 0

    async def head(self, at: Position) -> Head | None:
        self.reads += 1
        if self._log.away:
            raise Refused("unavailable")
        return next((_head_of(kept.value) for kept in self._log.records if kept.position == at), None)

    async def stop(self) -> None:
        pass


def _head_of(record: bytes) -> Head | None:
    try:
        return read_head(record)[0]
    except EnvelopeError:
        return None
