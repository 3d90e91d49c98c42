"""Looking at single records of a topic."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.ledger.ports import Look

_SECONDS = 20.0


class KafkaLog:
    """Opens a connection for each look: there is one per takeover."""

    def __init__(self, servers: str, topic: str) -> None:
        self._servers = servers
        self._topic = topic

    async def look(self, partition: int, offset: int) -> Look:
        """Raises TimeoutError where the broker does not answer."""
        tp = TopicPartition(self._topic, partition)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers.split(","), enable_auto_commit=False, auto_offset_reset="none"
        )
        await consumer.start()
        try:
            consumer.assign([tp])
            async with asyncio.timeout(_SECONDS):
                first = (await consumer.beginning_offsets([tp]))[tp]
                end = (await consumer.end_offsets([tp]))[tp]
                if not first <= offset < end:
                    return Look(first, end, None)
                consumer.seek(tp, offset)
                found = await consumer.getone(tp)
        finally:
            await consumer.stop()
        return Look(first, end, (found.value or b"") if found.offset == offset else None)
