"""Builds the aggregator from settings. One is active, since its input has one partition; others stand by."""

from services.aggregator.announcing import announce
from services.aggregator.checkpoint import Checkpoints
from services.aggregator.fold import AggregatorFold
from services.aggregator.publishing import Silence, TotalsSink
from services.aggregator.store import TotalsStore
from services.aggregator.totals import Totals
from shared.contracts.topics import REGION_TOTALS, SUBMISSIONS, changes_topic, claims_topic
from shared.domain.regions import catalogue
from shared.ledger.batching import Limits
from shared.ledger.engine import PartitionEngine, Ports
from shared.ledger.inlet import BlockInlet
from shared.ledger.mongo import MongoUpstream
from shared.runtime.settings import Settings
from shared.streaming.admin import partition_counts
from shared.streaming.origin import claim_origin
from shared.streaming.source import PartitionSource
from shared.streaming.stage import Plumbing, SystemClock, worker_stage
from shared.streaming.worker import OpenEngine, StageWorker

UPSTREAM = "ledger.person"

# One checkpoint at a time: its transaction is built from the totals as they are. Input is gathered for a moment, since
# the nation's row is written whether a tick counts one person or a thousand. A busy validator is heard of every 0.3 s or
# so, after each of its batches: that is not yet the quiet in which villages are settled.
_LIMITS = Limits(records=4000, bytes=16 << 20, entry_bytes=12 << 20, overlap=1, idle=0.1, gather=0.1, quiet=0.6)


def build_worker(settings: Settings) -> StageWorker:
    """Raises LogMismatch, TopicsError."""
    changes = changes_topic(settings.generation)
    origin = claim_origin(settings)
    (totals_partitions,) = partition_counts(settings.kafka, [REGION_TOTALS])
    submissions, sources = origin.partitions[SUBMISSIONS], origin.partitions[claims_topic(settings.generation)]
    plumbing = Plumbing(settings, "aggregator")

    async def open_partition(partition: int, source: PartitionSource) -> OpenEngine:
        producer = None
        if await plumbing.watch.is_live():
            # Before anything is read: from here on a predecessor, of whatever generation, can publish no more.
            producer = await plumbing.producer("cacah.aggregator")
        checkpoints = Checkpoints(
            plumbing.client,
            plumbing.database,
            Totals(catalogue()),
            generation=settings.generation,
            submissions=submissions,
            sources=sources,
            worker=plumbing.worker,
        )
        await checkpoints.claim()
        store = TotalsStore(checkpoints, await checkpoints.restore())
        sink = Silence() if producer is None else TotalsSink(producer, checkpoints, partitions=totals_partitions)
        if isinstance(sink, TotalsSink):
            await announce(settings.kafka, sink, checkpoints)
        ports = Ports(source, checkpoints, store, sink, SystemClock())
        upstream = MongoUpstream(plumbing.ledger(UPSTREAM))
        inlet = BlockInlet(partition, sources, upstream, plumbing.aside(changes, partition))
        engine = PartitionEngine(partition, AggregatorFold(), inlet, ports, _LIMITS, unsettled=checkpoints.unsettled)
        return OpenEngine(engine, exact=False, close=store.close)

    return StageWorker(worker_stage(settings, "aggregator", changes), open_partition, plumbing.watch.reason_to_leave)
