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
        self._partitions = partitions

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        del blocks, notices
        changed = await self._checkpoints.changed_by(number)
        if not changed:
            return
        async with self._producer.transaction():
            for totals in changed:
                topic, code = _named(totals)
                key = code.encode()
                await self._producer.send(
                    topic,
                    encode_event(totals),
                    key=key,
                    partition=partition_of(digest(key), self._partitions),
                    headers=cloud_event_headers(
                        event_type=topic,
                        event_id=f"{code}|{totals.version}",
                        source="/cacah/aggregator",
                        time=totals.as_of,
                        subject=code,
                    ),
                )


def _named(totals: Record) -> tuple[str, str]:
    if isinstance(totals, RegionTotals):
        return REGION_TOTALS, totals.region
    return AGENCY_TOTALS, totals.agency
