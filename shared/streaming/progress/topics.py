"""How far topics go, and how old the records are that wait on them."""

import time
from collections.abc import Sequence
from typing import Final

from kafka import KafkaConsumer, TopicPartition

_PATIENCE_MS: Final = 2_000


class Topics:
    """Raises KafkaError in every method."""

    def __init__(self, servers: str, client: str) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=servers.split(","),
            client_id=client,
            group_id=None,
            enable_auto_commit=False,
            max_poll_records=1,
            max_partition_fetch_bytes=1 << 16,
        )

    def close(self) -> None:
        self._consumer.close()

    def ends(self, topic: str) -> tuple[int, ...]:
        """The next offset of every partition; empty where there is no such topic."""
        found = sorted(self._consumer.partitions_for_topic(topic) or ())
        ends = self._consumer.end_offsets([TopicPartition(topic, partition) for partition in found])
        return tuple(ends[TopicPartition(topic, partition)] for partition in found)

    def age(self, topic: str, positions: Sequence[int], ends: Sequence[int]) -> float:
        """Seconds since the oldest record from `positions` on was written; 0 where there is none before `ends`."""
        written = [
            self._written_at(TopicPartition(topic, partition), position)
            for partition, (position, end) in enumerate(zip(positions, ends, strict=True))
            if position < end
        ]
        known = [moment for moment in written if moment is not None]
        return max(time.time() - min(known), 0.0) if known else 0.0

    def _written_at(self, partition: TopicPartition, offset: int) -> float | None:
        """None where the record is past retention: then it waits for nobody, the ledger upstream has it."""
        first = self._consumer.beginning_offsets([partition])[partition]
        self._consumer.assign([partition])
        self._consumer.seek(partition, max(offset, first))
        fetched = self._consumer.poll(timeout_ms=_PATIENCE_MS, max_records=1).get(partition, ())
        return fetched[0].timestamp / 1000 if fetched else None
