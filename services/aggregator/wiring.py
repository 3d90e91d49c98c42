"""Builds the aggregator from settings. One is active, since its input has one partition; others stand by."""

from collections.abc import Mapping, Sequence

from services.aggregator.checkpoint import Checkpoints
from services.aggregator.fold import AggregatorFold
from services.aggregator.publishing import TotalsSink
from services.aggregator.totals import Totals
from shared.contracts.topics import REGION_TOTALS, SUBMISSIONS, changes_topic, claims_topic
from shared.domain.regions import catalogue
from shared.ledger.batching import Limits
from shared.ledger.engine import PartitionEngine, Ports
from shared.ledger.entry import GENESIS_CHAIN
from shared.ledger.inlet import BlockInlet
from shared.ledger.mongo import MongoUpstream
from shared.ledger.ports import Position
from shared.runtime.settings import Settings
from shared.streaming.admin import partition_counts
from shared.streaming.origin import claim_origin
from shared.streaming.source import PartitionSource
from shared.streaming.stage import Plumbing, SystemClock, worker_stage
from shared.streaming.worker import OpenEngine, StageWorker

UPSTREAM = "ledger.person"

# One checkpoint at a time: its transaction is built from the totals as they are. Input is gathered for a moment, since
# the nation's row is written whether a tick counts one person or a thousand.
_LIMITS = Limits(records=4000, bytes=16 << 20, entry_bytes=12 << 20, overlap=1, idle=0.1, gather=0.1)


class _NoStore:
    """The totals are the aggregator's state, and the checkpoints keep them."""

    def __init__(self, position: Position) -> None:
        self._position = position

    def position(self) -> Position:
        return self._position

    def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        return [None] * len(keys)

    def put(self, states: Mapping[bytes, bytes], position: Position) -> None:
        del states
        self._position = position

    def wipe(self) -> None:
        self._position = Position(0, GENESIS_CHAIN)

    def close(self) -> None:
        pass


def build_worker(settings: Settings) -> StageWorker:
    """Raises LogMismatch, TopicsError."""
    changes = changes_topic(settings.generation)
    origin = claim_origin(settings)
    (totals_partitions,) = partition_counts(settings.kafka, [REGION_TOTALS])
    submissions, sources = origin.partitions[SUBMISSIONS], origin.partitions[claims_topic(settings.generation)]
    plumbing = Plumbing(settings, "aggregator")

    async def open_partition(partition: int, source: PartitionSource) -> OpenEngine:
        # Before anything is read: from here on a predecessor can publish no more.
        producer = await plumbing.producer(f"cacah.aggregator.{settings.generation}")
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
        newest = await checkpoints.newest(partition)
        await checkpoints.restore()
        store = _NoStore(Position(0, GENESIS_CHAIN) if newest is None else Position(newest.number, newest.chain))
        sink = TotalsSink(producer, checkpoints, partitions=totals_partitions)
        ports = Ports(source, checkpoints, store, sink, SystemClock())
        upstream = MongoUpstream(plumbing.ledger(UPSTREAM))
        inlet = BlockInlet(partition, sources, upstream, plumbing.aside(changes, partition))
        engine = PartitionEngine(partition, AggregatorFold(), inlet, ports, _LIMITS)
        return OpenEngine(engine, exact=False, close=store.close)

    return StageWorker(worker_stage(settings, "aggregator", changes), open_partition)
