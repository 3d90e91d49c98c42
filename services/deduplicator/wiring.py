"""Builds the deduplicator from settings."""

from services.deduplicator.fold import DeduplicatorFold, Prepared
from shared.contracts.topics import CONFLICTS, SUBMISSIONS, changes_topic, claims_topic
from shared.ledger.inlet import BlockInlet
from shared.ledger.mongo import MongoUpstream
from shared.runtime.settings import Settings
from shared.streaming.admin import partition_counts
from shared.streaming.origin import claim_origin
from shared.streaming.stage import KeyedStage, keyed_stage_worker
from shared.streaming.worker import StageWorker

LEDGER = "ledger.person"
UPSTREAM = "ledger.household"


def build_worker(settings: Settings) -> StageWorker:
    """Raises LogMismatch, TopicsError."""
    claimed, changes = claims_topic(settings.generation), changes_topic(settings.generation)
    origin = claim_origin(settings)
    (outer,) = partition_counts(settings.kafka, [CONFLICTS])
    sources = origin.partitions[SUBMISSIONS]
    stage: KeyedStage[Prepared] = KeyedStage(
        name="deduplicator",
        input=claimed,
        ledger=LEDGER,
        output=changes,
        targets=origin.partitions[changes],
        outer=outer,
        fold=DeduplicatorFold(),
        inlet=lambda partition, plumbing: BlockInlet(
            partition, sources, MongoUpstream(plumbing.ledger(UPSTREAM)), plumbing.aside(claimed, partition)
        ),
        # Three times as many keys as the validator has.
        store_bytes=112 << 20,
    )
    return keyed_stage_worker(settings, stage)
