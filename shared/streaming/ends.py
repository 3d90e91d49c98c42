"""How far a topic reaches."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

_SECONDS = 20.0


async def reach(servers: str, topic: str, partition: int) -> tuple[int, int]:
    """The offsets of the first record that a partition has, and after its last one.

    Over a connection of its own: on that of a consumer the question waits until the fetch before it is answered, which of
    an idle topic takes a second and a half. Raises TimeoutError where the broker does not answer.
    """
    tp = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(bootstrap_servers=servers.split(","), enable_auto_commit=False)
    async with asyncio.timeout(_SECONDS):
        await consumer.start()
        try:
            first = (await consumer.beginning_offsets([tp]))[tp]
            end = (await consumer.end_offsets([tp]))[tp]
        finally:
            await consumer.stop()
    return int(first), int(end)
