"""Where a moment is in a real log. Seen to fail with the log's end taken for the moment's place."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from kafka import KafkaProducer

from services.dashboard.kafka import KafkaEnds
from shared.contracts.topics import SUBMISSIONS, topic_specs
from shared.streaming.admin import apply_topics
from tests.conftest import System

pytestmark = pytest.mark.engines


def test_a_moment_is_where_the_first_record_after_it_is(system: System) -> None:
    settings = system.settings
    apply_topics(settings.kafka, topic_specs(settings.partitions, settings.generation))
    # Later than whatever else is in this log.
    first = datetime.now(UTC) + timedelta(minutes=10)
    last = first + timedelta(minutes=10)
    producer = KafkaProducer(bootstrap_servers=settings.kafka)
    try:
        places = [
            producer.send(SUBMISSIONS, value=b"garbage", partition=1, timestamp_ms=int(at.timestamp() * 1000)).get(20)
            for at in (first, last)
        ]
    finally:
        producer.close()

    async def body() -> None:
        log = KafkaEnds(settings.kafka)
        try:
            ends = await log.ends()
            moments = [first, first + timedelta(minutes=5), last + timedelta(minutes=5)]
            before, between, after = [await log.before(moment) for moment in moments]
        finally:
            log.close()
        assert ends is not None
        assert after == ends
        assert before == (ends[0], places[0].offset, *ends[2:])
        assert between == (ends[0], places[1].offset, *ends[2:])

    asyncio.run(body())
