"""Making topics from their specs, and refusing topics that are not what their specs say."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from shared.contracts.topics import TopicSpec

_LONGEST_BACKOFF_MS = 1_000


class TopicsError(Exception):
    """One or more topics differ from their specs; the message names each difference and its fix."""


@dataclass(frozen=True, slots=True)
class TopicReport:
    created: tuple[str, ...]
    present: tuple[str, ...]


def _connect(servers: str) -> KafkaAdminClient:
    """A service that starts while the broker is away goes on within a second of its return."""
    return KafkaAdminClient(
        bootstrap_servers=servers.split(","), client_id="cacah-topics", reconnect_backoff_max_ms=_LONGEST_BACKOFF_MS
    )


def apply_topics(servers: str, specs: Sequence[TopicSpec], *, replication: int = 1) -> TopicReport:
    """Create what is missing; raise TopicsError where a topic is there with other settings. Changes nothing else."""
    admin = _connect(servers)
    try:
        existing = set(admin.list_topics())
        missing = [spec for spec in specs if spec.name not in existing]
        present = [spec for spec in specs if spec.name in existing]
        differences = _differences(admin, present)
        if differences:
            raise TopicsError("\n".join(differences))
        if missing:
            admin.create_topics(
                {
                    spec.name: {
                        "num_partitions": spec.partitions,
                        "replication_factor": replication,
                        "configs": spec.config(),
                    }
                    for spec in missing
                },
                wait_for_metadata=True,
            )
    finally:
        admin.close()
    return TopicReport(tuple(spec.name for spec in missing), tuple(spec.name for spec in present))


def check_topics(servers: str, specs: Sequence[TopicSpec]) -> None:
    """Raises TopicsError where a topic is missing or is not what its spec says. Changes nothing."""
    admin = _connect(servers)
    try:
        existing = set(admin.list_topics())
        found = _differences(admin, [spec for spec in specs if spec.name in existing])
    finally:
        admin.close()
    found += [
        f"{spec.name} is missing. Make it with: cacah topics apply" for spec in specs if spec.name not in existing
    ]
    if found:
        raise TopicsError("\n".join(found))


def _differences(admin: KafkaAdminClient, specs: Sequence[TopicSpec]) -> list[str]:
    if not specs:
        return []
    described = {topic["name"]: topic for topic in admin.describe_topics([spec.name for spec in specs])}
    settings = admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs], config_filter="all"
    )["topic"]
    found: list[str] = []
    for spec in specs:
        partitions = len(described[spec.name]["partitions"])
        if partitions != spec.partitions:
            found.append(
                f"{spec.name} has {partitions} partitions, not {spec.partitions}. Run with "
                f"CACAH_PARTITIONS={partitions}, or start a new generation: cacah replay"
            )
        for setting, wanted in spec.config().items():
            actual = settings[spec.name][setting]["value"]
            if actual != wanted:
                found.append(
                    f"{spec.name}: {setting} is {actual}, not {wanted}. Fix: kafka-configs.sh --alter "
                    f"--entity-type topics --entity-name {spec.name} --add-config {setting}={wanted}"
                )
    return found


@dataclass(frozen=True, slots=True)
class TopicIdentity:
    """`id`: sixteen bytes that Kafka gives to a topic for as long as it lives."""

    id: bytes
    partitions: int


def topic_identity(servers: str, name: str) -> TopicIdentity:
    """Raises TopicsError where the topic is missing."""
    admin = _connect(servers)
    try:
        (topic,) = admin.describe_topics([name])
    finally:
        admin.close()
    if not topic["partitions"]:
        raise _missing([name])
    return TopicIdentity(UUID(str(topic["topic_id"])).bytes, len(topic["partitions"]))


def cluster_identity(servers: str, names: Sequence[str]) -> tuple[str, dict[str, TopicIdentity]]:
    """The id of the cluster, and of each topic. Raises TopicsError where one is missing."""
    admin = _connect(servers)
    try:
        cluster = str(admin.describe_cluster()["cluster_id"])
        described = {topic["name"]: topic for topic in admin.describe_topics(list(names))}
    finally:
        admin.close()
    missing = [name for name in names if name not in described or not described[name]["partitions"]]
    if missing:
        raise _missing(missing)
    return cluster, {
        name: TopicIdentity(UUID(str(topic["topic_id"])).bytes, len(topic["partitions"]))
        for name, topic in described.items()
    }


def partition_counts(servers: str, names: Sequence[str]) -> list[int]:
    """How many partitions each topic has. Raises TopicsError where one is missing."""
    admin = _connect(servers)
    try:
        described = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(list(names))}
    finally:
        admin.close()
    missing = [name for name in names if not described.get(name)]
    if missing:
        raise _missing(missing)
    return [described[name] for name in names]


def _missing(names: Sequence[str]) -> TopicsError:
    return TopicsError(f"topics are missing: {', '.join(names)}. Make them with: cacah topics apply")
