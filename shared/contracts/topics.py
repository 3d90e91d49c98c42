"""Every topic of the system, once: name, partitions, retention, compaction, size.

Topics are created from these specs and never automatically. Inner topics belong to a generation and carry its name.
"""

from dataclasses import dataclass

MEGABYTE = 1 << 20
FOREVER = -1
WEEK_MS = 7 * 24 * 3600 * 1000

MAX_RECORD_BYTES = MEGABYTE
"""The largest record of the submission log."""
MAX_BLOCK_BYTES = 2 * MEGABYTE
"""The largest block on an inner topic."""

SUBMISSIONS = "sensus.submission.received.v1"
REJECTIONS = "sensus.submission.rejected.v1"
CONFLICTS = "sensus.person.conflicted.v1"
REGION_TOTALS = "sensus.aggregate.region.v1"
AGENCY_TOTALS = "sensus.aggregate.agency.v1"


def claims_topic(generation: str) -> str:
    return f"sensus.person.claimed.v1.{generation}"


def changes_topic(generation: str) -> str:
    return f"sensus.count.changed.v1.{generation}"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """`partitions` and `replication` are used when the topic is created; the rest is held to for ever."""

    name: str
    partitions: int
    retention_ms: int = FOREVER
    compacted: bool = False
    max_message_bytes: int = MAX_RECORD_BYTES

    def config(self) -> dict[str, str]:
        """Kafka topic settings, complete: what is not named here is not left to a broker's default by chance."""
        common = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.max_message_bytes),
            "min.insync.replicas": "1",
            "compression.type": "producer",
        }
        if self.compacted:
            return common | {"min.cleanable.dirty.ratio": "0.1", "segment.ms": "3600000"}
        return common | {"retention.ms": str(self.retention_ms), "retention.bytes": "-1"}


def topic_specs(partitions: int, generation: str, *, persons: int | None = None) -> tuple[TopicSpec, ...]:
    """All topics of a system whose stages have `partitions` partitions each; `persons` partitions of persons, where a
    generation has other ones.

    There is one aggregator at a time, so the changes have one partition: a consumer group on it gives one active
    member and as many hot standbys as one likes.
    """
    return (
        TopicSpec(SUBMISSIONS, partitions),
        TopicSpec(REJECTIONS, partitions, retention_ms=FOREVER),
        # Blocks are also in the ledger, so the inner topics need not keep them for ever.
        TopicSpec(
            claims_topic(generation), persons or partitions, retention_ms=WEEK_MS, max_message_bytes=MAX_BLOCK_BYTES
        ),
        TopicSpec(CONFLICTS, partitions, retention_ms=FOREVER),
        TopicSpec(changes_topic(generation), 1, retention_ms=WEEK_MS, max_message_bytes=MAX_BLOCK_BYTES),
        TopicSpec(REGION_TOTALS, partitions, compacted=True),
        TopicSpec(AGENCY_TOTALS, partitions, compacted=True),
    )
