"""The consumer groups of the stages, and a first position for them.

Positions are the ledger's; a group's are hints. But a client that is given a partition without any hint fails, before
it can be told where to read: a worker that joins a new system would end the others with it.
"""

from collections.abc import Mapping

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from shared.contracts.topics import SUBMISSIONS, changes_topic, claims_topic


def group_id(stage: str, generation: str) -> str:
    return f"cacah.{stage}.{generation}"


def stage_inputs(generation: str) -> Mapping[str, str]:
    """The topic that each stage reads."""
    return {
        "validator": SUBMISSIONS,
        "deduplicator": claims_topic(generation),
        "aggregator": changes_topic(generation),
    }


def place_groups(servers: str, generation: str) -> None:
    """Where a stage's group has no position in a partition, commit its beginning. Raises KafkaError.

    To be called before the stages run. A group with members takes a position only from them, and has some already or
    gets them with its first batches: it is left alone.
    """
    for stage, topic in stage_inputs(generation).items():
        consumer = KafkaConsumer(
            bootstrap_servers=servers.split(","), group_id=group_id(stage, generation), enable_auto_commit=False
        )
        try:
            _place(consumer, [TopicPartition(topic, each) for each in sorted(consumer.partitions_for_topic(topic))])
        finally:
            consumer.close(autocommit=False)


def _place(consumer: KafkaConsumer, partitions: list[TopicPartition]) -> None:
    consumer.assign(partitions)
    unplaced = [each for each in partitions if consumer.committed(each) is None]
    if not unplaced:
        return
    first = consumer.beginning_offsets(unplaced)
    try:
        consumer.commit({each: OffsetAndMetadata(first[each], "", -1) for each in unplaced})
    except KafkaError as problem:
        # Members are there, and commit for themselves.
        if type(problem).__name__ not in {"UnknownMemberIdError", "RebalanceInProgressError", "CommitFailedError"}:
            raise
