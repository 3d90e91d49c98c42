"""Publishing totals, in a way that refuses a predecessor that wakes up late.

A compacted topic keeps the last record of a key, not the newest version. A producer with a fixed transactional id is
fenced by the broker as soon as its successor starts, so no old total can land after a new one.
"""

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from services.aggregator.checkpoint import Checkpoints, Record
from shared.contracts.events import RegionTotals, cloud_event_headers, encode_event
from shared.contracts.partitions import partition_of
from shared.contracts.topics import AGENCY_TOTALS, REGION_TOTALS
from shared.ledger.entry import Notice, digest


class TotalsSink:
    """`partitions`: of the totals topics."""

    targets = 0

    def __init__(self, producer: AIOKafkaProducer, checkpoints: Checkpoints, *, partitions: int) -> None:
        self._producer = producer
        self._checkpoints = checkpoints
        self.partitions = partitions
        self.told_up_to = 0
        """The checkpoint up to which everything was told at once."""

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        del blocks, notices
        changed = await self._checkpoints.changed_by(number)
        if changed and number > self.told_up_to:
            await self.tell(changed)

    async def tell(self, records: Sequence[Record]) -> None:
        """All of them, or nothing."""
        together: dict[tuple[str, int], list[Record]] = {}
        for totals in records:
            topic, code = _named(totals)
            together.setdefault((topic, partition_of_code(code, self.partitions)), []).append(totals)
        async with self._producer.transaction():
            for (topic, partition), some in together.items():
                await self._send(topic, partition, some)

    async def _send(self, topic: str, partition: int, records: Sequence[Record]) -> None:
        """In batches that are filled here: handing over records one by one costs ten times as much."""
        batch = self._producer.create_batch()
        for totals in records:
            while not _add(batch, topic, totals):
                await self._producer.send_batch(batch, topic, partition=partition)
                batch = self._producer.create_batch()
        await self._producer.send_batch(batch, topic, partition=partition)


class Silence:
    """Where the totals of a generation go that is not live."""

    targets = 0

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        pass


def partition_of_code(code: str, partitions: int) -> int:
    return partition_of(digest(code.encode()), partitions)


def _add(batch: BatchBuilder, topic: str, totals: Record) -> bool:
    """False where the batch is full; one that is empty takes anything."""
    _, code = _named(totals)
    headers = cloud_event_headers(
        event_type=topic,
        event_id=f"{code}|{totals.version}",
        source="/cacah/aggregator",
        time=totals.as_of,
        subject=code,
    )
    added = batch.append(timestamp=None, key=code.encode(), value=encode_event(totals), headers=headers)
    return added is not None


def _named(totals: Record) -> tuple[str, str]:
    if isinstance(totals, RegionTotals):
        return REGION_TOTALS, totals.region
    return AGENCY_TOTALS, totals.agency
