"""The topics of one run: made anew, so that every run begins at offset 0, and filled as fast as the broker takes it."""

import time
from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from kafka.admin import KafkaAdminClient

from bench.corpus import Record
from shared.contracts.partitions import partition_of
from shared.contracts.topics import SUBMISSIONS, TopicSpec
from shared.streaming.admin import apply_topics

_SECONDS = 60.0
_POLL = 0.1


def make_topics(servers: str, specs: Sequence[TopicSpec]) -> None:
    """What another run left is removed first."""
    admin = KafkaAdminClient(bootstrap_servers=servers, client_id="cacah-bench")
    try:
        wanted = {spec.name for spec in specs}
        left = wanted & set(admin.list_topics())
        if left:
            admin.delete_topics(sorted(left))
            _until_gone(admin, left)
    finally:
        admin.close()
    apply_topics(servers, specs)


def forget_groups(servers: str, groups: Sequence[str]) -> None:
    """Groups, with their positions, once those of their members that were killed are given up."""
    admin, deadline = AdminClient({"bootstrap.servers": servers}), time.monotonic() + _SECONDS
    while left := sorted({group.group_id for group in admin.list_consumer_groups().result().valid} & set(groups)):
        for future in admin.delete_consumer_groups(left).values():
            problem = future.exception()
            if problem is not None and time.monotonic() > deadline:
                raise problem
        time.sleep(_POLL)


def fill_log(servers: str, records: Sequence[Record], partitions: int, topic: str = SUBMISSIONS) -> None:
    """Returns when every record is acknowledged."""
    producer = Producer(
        {
            "bootstrap.servers": servers,
            "enable.idempotence": True,
            "linger.ms": 5,
            "batch.size": 1 << 20,
            "queue.buffering.max.messages": 1_000_000,
            "queue.buffering.max.kbytes": 1 << 20,
        }
    )
    for record in records:
        producer.produce(
            topic,
            record.value,
            record.subject,
            partition_of(record.subject, partitions),
            headers=[("key-id", record.key_id.encode("ascii"))],
        )
        producer.poll(0)
    left = producer.flush(_SECONDS)
    if left:
        raise TimeoutError(f"{left} records were not acknowledged within {_SECONDS:.0f} s")


def log_end(servers: str, topic: str = SUBMISSIONS) -> int:
    """How many records the log has had. A broker that has just been started may need a moment to lead its partitions."""
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "cacah-bench"})
    deadline = time.monotonic() + _SECONDS
    try:
        while True:
            try:
                return _ends(consumer, topic)
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL)
    finally:
        consumer.close()


def _ends(consumer: Consumer, topic: str) -> int:
    partitions = consumer.list_topics(topic, timeout=_SECONDS).topics[topic].partitions
    ends = (consumer.get_watermark_offsets(TopicPartition(topic, each), timeout=_SECONDS) for each in partitions)
    return sum(end for _, end in ends)


def _until_gone(admin: KafkaAdminClient, names: set[str]) -> None:
    deadline = time.monotonic() + _SECONDS
    while names & set(admin.list_topics()):
        if time.monotonic() > deadline:
            raise TimeoutError("topics of the run before are still there")
        time.sleep(_POLL)
