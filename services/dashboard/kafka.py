"""The ends of the submission log. Offsets only: this process holds no key and reads no record."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from shared.contracts.topics import SUBMISSIONS

logger = logging.getLogger(__name__)


class KafkaEnds:
    """One question at a time, in a thread: the client is not asynchronous."""

    def __init__(self, servers: str) -> None:
        self._servers = servers.split(",")
        self._consumer: KafkaConsumer | None = None
        self._reached = True
        self._asking = asyncio.Lock()

    async def ends(self) -> tuple[int, ...] | None:
        return await self._answer(self._ends)

    async def before(self, moment: datetime) -> tuple[int, ...] | None:
        return await self._answer(partial(self._before, int(moment.timestamp() * 1000)))

    async def _answer(self, question: Callable[[KafkaConsumer], tuple[int, ...]]) -> tuple[int, ...] | None:
        async with self._asking:
            return await self._ask(question)

    async def _ask(self, question: Callable[[KafkaConsumer], tuple[int, ...]]) -> tuple[int, ...] | None:
        try:
            found = await asyncio.to_thread(self._through, question)
        except (KafkaError, OSError) as problem:
            if self._reached:
                logger.warning("Kafka does not say how far the log goes: %s", type(problem).__name__)
            self._reached = False
            self.close()
            return None
        self._reached = True
        return found

    def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()

    def _through(self, question: Callable[[KafkaConsumer], tuple[int, ...]]) -> tuple[int, ...]:
        if self._consumer is None:
            self._consumer = KafkaConsumer(
                bootstrap_servers=self._servers, client_id="cacah-dashboard", group_id=None, enable_auto_commit=False
            )
        return question(self._consumer)

    @staticmethod
    def _ends(consumer: KafkaConsumer) -> tuple[int, ...]:
        partitions = _partitions(consumer)
        ends = consumer.end_offsets(partitions)
        return tuple(ends[partition] for partition in partitions)

    @staticmethod
    def _before(at_ms: int, consumer: KafkaConsumer) -> tuple[int, ...]:
        partitions = _partitions(consumer)
        # The ends first: what is appended meanwhile is after the moment.
        ends = consumer.end_offsets(partitions)
        found = consumer.offsets_for_times(dict.fromkeys(partitions, at_ms))
        firsts = ((found[partition], ends[partition]) for partition in partitions)
        return tuple(end if first is None else first.offset for first, end in firsts)


def _partitions(consumer: KafkaConsumer) -> list[TopicPartition]:
    return [TopicPartition(SUBMISSIONS, number) for number in sorted(consumer.partitions_for_topic(SUBMISSIONS) or ())]


class NoEnds:
    """Where there is no Kafka."""

    async def ends(self) -> tuple[int, ...] | None:
        return None

    async def before(self, moment: datetime) -> tuple[int, ...] | None:
        """No log, and nothing in it."""
        del moment
        return ()

    def close(self) -> None:
        pass
