"""A Kafka client that lost its way while brokers were gone: it neither acknowledges nor fails. Seen after kill -9."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, cast

import pytest
from kafka import KafkaProducer

from services.intake.ports import OutcomeUnknown, Position
from services.intake.publisher import KafkaPublisher, Limits
from shared.streaming.admin import TopicIdentity

LIMITS = Limits(stall=0.2, delivery=60.0, look=0.01)
SUBJECT = bytes(16)


class Sent:
    def __init__(self, *, answers: bool) -> None:
        self._answers = answers

    def add_callback(self, answer: Callable[..., None], flight: object) -> None:
        if self._answers:
            answer(flight, Position(0, 7))

    def add_errback(self, answer: Callable[..., None], flight: object) -> None:
        """It never fails."""


class Client:
    """What of the producer is used. One that does not answer keeps silent for ever."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers
        self.closed = False

    def send(self, *_: object, **__: Any) -> Sent:
        return Sent(answers=self.answers)

    def close(self, **_: Any) -> None:
        self.closed = True


def publisher(silent: Client, fresh: list[Client]) -> KafkaPublisher:
    def connect() -> KafkaProducer:
        fresh.append(Client(answers=True))
        return cast("KafkaProducer", fresh[-1])

    async def probe() -> bool:
        return True

    return KafkaPublisher(connect, cast("KafkaProducer", silent), TopicIdentity(bytes(16), 1), probe, LIMITS)


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
        client, fresh = Client(answers=True), list[Client]()
        log = publisher(client, fresh)
        await log.start()
        for _ in range(20):
            await asyncio.wait_for(log.publish(SUBJECT, b"one", "k1"), 20)
            await asyncio.sleep(LIMITS.stall / 10)
        assert (client.closed, fresh) == (False, [])
        await log.stop()

    asyncio.run(body())
