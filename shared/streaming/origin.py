"""The origin of a generation's ledgers: what Kafka says of its topics, held against what was written down at first."""

from contextlib import suppress
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.contracts.topics import SUBMISSIONS, changes_topic, claims_topic
from shared.ledger.errors import LogMismatch
from shared.ledger.origin import Origin, verify
from shared.runtime.database import GENERATIONS
from shared.runtime.generations import database_of
from shared.runtime.settings import Settings
from shared.streaming.admin import cluster_identity

Document = dict[str, Any]


def claim_origin(settings: Settings) -> Origin:
    """Where this generation is counted from, written down if nobody has yet. Raises LogMismatch where it was another
    one, TopicsError where a topic is missing."""
    found = _look(settings)
    with database_of(settings) as database:
        # A duplicate: the generation has an origin already.
        with suppress(DuplicateKeyError):
            database[GENERATIONS].update_one(
                {"_id": settings.generation, "origin": {"$exists": False}},
                {"$set": {"origin": _document(found)}},
                upsert=True,
            )
        recorded = database[GENERATIONS].find_one({"_id": settings.generation})
    assert recorded is not None, "it was written just now, by us or by another worker"
    verify(_origin(recorded["origin"]), found)
    return found


def recorded_partitions(settings: Settings) -> tuple[int, int, int]:
    """Partitions of the log, of persons and of changes, as they were when the generation was begun.

    Raises LogMismatch where it never was.
    """
    with database_of(settings) as database:
        recorded = database[GENERATIONS].find_one({"_id": settings.generation, "origin": {"$exists": True}})
    if recorded is None:
        raise LogMismatch(f"generation {settings.generation} was never begun: no worker of it has run")
    counts = _origin(recorded["origin"]).partitions
    topics = (SUBMISSIONS, claims_topic(settings.generation), changes_topic(settings.generation))
    submissions, persons, changes = (counts[topic] for topic in topics)
    return submissions, persons, changes


def _look(settings: Settings) -> Origin:
    counted = (SUBMISSIONS, claims_topic(settings.generation), changes_topic(settings.generation))
    cluster, topics = cluster_identity(settings.kafka, counted)
    return Origin(
        cluster, SUBMISSIONS, topics[SUBMISSIONS].id.hex(), {name: topics[name].partitions for name in counted}
    )


def _document(origin: Origin) -> Document:
    partitions = [{"topic": name, "partitions": count} for name, count in origin.partitions.items()]
    return {"cluster": origin.cluster, "topic": origin.topic, "log": origin.log, "partitions": partitions}


def _origin(document: Document) -> Origin:
    partitions = {each["topic"]: int(each["partitions"]) for each in document["partitions"]}
    return Origin(document["cluster"], document["topic"], document["log"], partitions)
