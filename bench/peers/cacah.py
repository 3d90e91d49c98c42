"""Cacah itself, as `cacah dev` runs it: one worker a stage."""

from typing import Any

from pymongo import MongoClient

from bench.peers.peer import Peer, Stage
from shared.contracts.topics import SUBMISSIONS, TopicSpec, topic_specs
from shared.runtime.settings import Settings


def _topics(settings: Settings) -> tuple[TopicSpec, ...]:
    specs = topic_specs(settings.partitions, settings.generation)
    return tuple(spec for spec in specs if spec.name != SUBMISSIONS)


def _validated(settings: Settings) -> int:
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        entries = client[settings.database][f"ledger.household.{settings.generation}"]
        newest = entries.aggregate([{"$group": {"_id": "$_id.p", "last": {"$max": "$last"}}}])
        return sum(each["last"] + 1 for each in newest)


PEER = Peer(
    name="cacah",
    title="Cacah",
    modules=("services.validator", "services.deduplicator", "services.aggregator"),
    topics=_topics,
    collection="regions",
    after_a_kill="exact: a batch is counted by one insert whose number can be taken once",
)

STAGE = Stage(
    name="validator",
    title="Cacah's validator",
    modules=("services.validator",),
    topics=_topics,
    done=_validated,
    after_a_kill="exact, as all of Cacah",
)
