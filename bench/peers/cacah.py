"""Cacah itself, as `cacah dev` runs it: one worker a stage."""

from bench.peers.peer import Peer
from shared.contracts.topics import SUBMISSIONS, TopicSpec, topic_specs
from shared.runtime.settings import Settings


def _topics(settings: Settings) -> tuple[TopicSpec, ...]:
    specs = topic_specs(settings.partitions, settings.generation)
    return tuple(spec for spec in specs if spec.name != SUBMISSIONS)


PEER = Peer(
    name="cacah",
    title="Cacah",
    modules=("services.validator", "services.deduplicator", "services.aggregator"),
    topics=_topics,
    collection="regions",
    after_a_kill="exact: a batch is counted by one insert whose number can be taken once",
)
