"""Publishing totals, in a way that refuses a predecessor that wakes up late.

A compacted topic keeps the last record of a key, not the newest version. A producer with a fixed transactional id is
fenced by the broker as soon as its successor starts, so no old total can land after a new one.
"""

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer

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
        async with self._producer.transaction():
            for totals in records:
                topic, code = _named(totals)
                await self._producer.send(
                    topic,
                    encode_event(totals),
                    key=code.encode(),
                    partition=partition_of_code(code, self.partitions),
                    headers=cloud_event_headers(
                        event_type=topic,
                        event_id=f"{code}|{totals.version}",
                        source="/cacah/aggregator",
                        time=totals.as_of,
                        subject=code,
                    ),
                )


class Silence:
    """Where the totals of a generation go that is not live."""

    targets = 0

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        pass


def partition_of_code(code: str, partitions: int) -> int:
    return partition_of(digest(code.encode()), partitions)


def _named(totals: Record) -> tuple[str, str]:
    if isinstance(totals, RegionTotals):
        return REGION_TOTALS, totals.region
    return AGENCY_TOTALS, totals.agency
