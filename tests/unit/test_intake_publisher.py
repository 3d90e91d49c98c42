"""A Kafka client that lost its way while brokers were gone: it neither acknowledges nor fails. Seen after kill -9."""

import asyncio
from collections.abc import Sequence
from time import monotonic

import pytest
from kafka.errors import UnknownTopicOrPartitionError

from services.intake.ports import Load, OutcomeUnknown, Position, Unavailable
from services.intake.producer import Record, Told
from services.intake.publisher import KafkaPublisher, Limits
from shared.streaming.admin import TopicIdentity

LIMITS = Limits(stall=0.2, delivery=60.0, look=0.01)
SUBJECT = bytes(16)


class Client:
    """What of the producer is used. One that does not answer keeps silent for ever; one that is lost takes nothing."""

    def __init__(self, *, answers: bool = True, lost: bool = False) -> None:
        self.answers = answers
        self.lost = lost
        self.closed = False
        self.sent: list[list[tuple[int, list[bytes]]]] = []

    def send(self, batches: Sequence[tuple[int, Sequence[Record], Told]]) -> None:
        if self.lost:
            raise UnknownTopicOrPartitionError
        self.sent.append([(partition, [value for _, value, _ in records]) for partition, records, _ in batches])
        for _, _, told in batches if self.answers else ():
            told(7, None)

    def close(self, seconds: float) -> None:
        del seconds
        self.closed = True


def publisher(client: Client, fresh: list[Client], limits: Limits = LIMITS, partitions: int = 1) -> KafkaPublisher:
    def connect() -> Client:
        fresh.append(Client())
        return fresh[-1]

    async def probe() -> bool:
        return True

    return KafkaPublisher(connect, client, TopicIdentity(bytes(16), partitions), probe, limits)


def test_a_silent_client_is_replaced_and_what_it_had_is_unknown() -> None:
    async def body() -> None:
        silent, fresh = Client(answers=False), list[Client]()
        log = publisher(silent, fresh)
        await log.start()
        lost = log.publish(SUBJECT, b"one", "k1")
        with pytest.raises(OutcomeUnknown):
            await asyncio.wait_for(lost, 20)
        deadline = monotonic() + 20
        while not log.ready:
            assert monotonic() < deadline
            await asyncio.sleep(0.01)
        assert await asyncio.wait_for(log.publish(SUBJECT, b"two", "k1"), 20) == Position(0, 7)
        assert (silent.closed, len(fresh)) == (True, 1)
        await log.stop()

    asyncio.run(body())


def test_a_client_that_answers_is_kept() -> None:
    async def body() -> None:
        client, fresh = Client(), list[Client]()
        log = publisher(client, fresh)
        await log.start()
        for _ in range(20):
            await asyncio.wait_for(log.publish(SUBJECT, b"one", "k1"), 20)
            await asyncio.sleep(LIMITS.stall / 10)
        assert (client.closed, fresh) == (False, [])
        await log.stop()

    asyncio.run(body())


def test_records_of_a_moment_are_one_batch_a_partition_in_the_order_of_the_calls() -> None:
    async def body() -> None:
        client = Client()
        log = publisher(client, [], partitions=2)
        await log.start()
        other = bytes((0, 0, 0, 1)) + bytes(12)
        sent = [
            log.publish(subject, value, "k1") for subject, value in ((SUBJECT, b"a"), (other, b"b"), (SUBJECT, b"c"))
        ]
        assert (client.sent, log.load) == ([], Load(3, 3))
        at = await asyncio.wait_for(asyncio.gather(*sent), 20)
        assert at == [Position(0, 7), Position(1, 7), Position(0, 8)]
        assert (client.sent, log.load) == ([[(0, [b"a", b"c"]), (1, [b"b"])]], Load(0, 0))
        await log.stop()

    asyncio.run(body())


def test_a_batch_that_is_full_does_not_wait() -> None:
    async def body() -> None:
        client = Client()
        log = publisher(client, [], Limits(linger=60.0, batch=10))
        await log.start()
        sent = [log.publish(SUBJECT, value, "k1") for value in (b"four", b"five5", b"six")]
        assert client.sent == [[(0, [b"four", b"five5"])]]
        # What still waits when it is told to end goes as well.
        await log.stop()
        assert client.sent[1:] == [[(0, [b"six"])]]
        assert await asyncio.wait_for(sent[2], 20) == Position(0, 7)

    asyncio.run(body())


def test_what_the_client_does_not_take_is_surely_not_on_the_log() -> None:
    async def body() -> None:
        client, fresh = Client(lost=True), list[Client]()
        log = publisher(client, fresh)
        await log.start()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(log.publish(SUBJECT, b"one", "k1"), 20)
        assert log.load == Load(0, 0)
        deadline = monotonic() + 20
        while not log.ready:
            assert monotonic() < deadline
            await asyncio.sleep(0.01)
        assert await asyncio.wait_for(log.publish(SUBJECT, b"two", "k1"), 20) == Position(0, 7)
        await log.stop()

    asyncio.run(body())


def test_the_more_comes_the_longer_the_next_waits_for_company() -> None:
    async def body() -> None:
        log = publisher(Client(), [], Limits(linger=0.005, busy=0.02))
        await log.start()
        waited = []
        for company in (1, 10, 1000, 1):
            sent = [log.publish(SUBJECT, b"one", "k1") for _ in range(company)]
            await asyncio.wait_for(asyncio.gather(*sent), 20)
            waited.append(log._linger)
        assert waited == pytest.approx([0.0055, 0.01, 0.02, 0.0055])
        await log.stop()

    asyncio.run(body())
