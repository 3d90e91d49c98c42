"""The ends of the submission log. Offsets only: this process holds no key and reads no record."""

import asyncio
import logging

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

    async def ends(self) -> tuple[int, ...] | None:
        try:
            found = await asyncio.to_thread(self._ask)
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

    def _ask(self) -> tuple[int, ...]:
        if self._consumer is None:
            self._consumer = KafkaConsumer(
                bootstrap_servers=self._servers, client_id="cacah-dashboard", group_id=None, enable_auto_commit=False
            )
        partitions = sorted(self._consumer.partitions_for_topic(SUBMISSIONS) or ())
        ends = self._consumer.end_offsets([TopicPartition(SUBMISSIONS, number) for number in partitions])
        return tuple(ends[TopicPartition(SUBMISSIONS, number)] for number in partitions)


class NoEnds:
    """Where there is no Kafka."""

    async def ends(self) -> tuple[int, ...] | None:
        return None

    def close(self) -> None:
        pass
