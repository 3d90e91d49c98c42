"""The whole chain on the simulated world: the services' own folds on the engine, two workers a stage."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.aggregator.fold import CHANGES, AggregatorFold
from services.deduplicator.fold import DeduplicatorFold
from services.validator.fold import ValidatorFold
from shared.contracts.changes import decode_deltas
from shared.ledger.batching import Limits
from shared.ledger.engine import PartitionEngine, Ports
from shared.ledger.entry import Entry, Notice
from shared.ledger.inlet import BlockInlet, LogInlet
from shared.ledger.packing import unpack_states
from tests.simulation.census import KnownRecords, Record
from tests.simulation.designs import Design, consume
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.oracle import Cell
from tests.simulation.world import Clock, Disk, Ledger, Sink, Source, Store, Table, Topic, Upstream

PARTITIONS = 2
WORKERS = 2
STAGES = ("validator", "deduplicator", "aggregator")


class Violation(AssertionError):
    """The promise was broken."""


@dataclass
class Published:
    """The compacted totals topic: the last record of a cell, whatever its version; a broker that fences."""

    latest: dict[Cell, tuple[int, int]] = field(default_factory=dict)
    epoch: int = 0


class FencedProducer(Exception):
    """A newer producer with the same transactional id has started."""


def changed_by(entry: Entry) -> Counter[Cell]:
    changed: Counter[Cell] = Counter()
    for key, packed in unpack_states(entry.states):
        if key == CHANGES:
            for place, traits, day, sign in decode_deltas(packed).tolist():
                changed[place, traits, day] += sign
    return changed


class TotalsSink:
    targets = 0

    def __init__(self, system: "System", actor: Actor) -> None:
        self._system = system
        self._actor = actor
        system.published.epoch += 1
        self._epoch = system.published.epoch

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        del blocks, notices
        await self._system.scheduler.step(self._actor, "totals-sent")
        published = self._system.published
        if published.epoch != self._epoch:
            raise FencedProducer
        versions, totals = self._system.versions()
        for cell, version in versions.items():
            if version != number:
                continue
            known = published.latest.get(cell, (0, 0))[0]
            if known > number:
                raise Violation(f"version {number} of {cell} published after version {known}")
            published.latest[cell] = number, totals[cell]
        await self._system.scheduler.step(self._actor, "totals-done")


@dataclass(eq=False)
class Worker(Actor):
    stage: str = ""
    index: int = 0
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    behind: bool = False
    """Slept through a rebalance and has not heard of it yet."""


@dataclass
class System:
    """`engine`, `block_inlet` and `table` are there to be replaced by wrong ones, and the aggregator by a `design`."""

    scheduler: Scheduler
    records: list[Record]
    overlap: int
    engine: type[PartitionEngine] = PartitionEngine  # type: ignore[type-arg]  # each stage has its own batches
    block_inlet: type[BlockInlet] = BlockInlet
    table: type[Table] = Table
    design: Design | None = None
    log: Topic = field(default_factory=lambda: Topic.of(PARTITIONS))
    claims: Topic = field(default_factory=lambda: Topic.of(PARTITIONS))
    changes: Topic = field(default_factory=lambda: Topic.of(1))
    published: Published = field(default_factory=Published)
    tables: dict[str, Table] = field(init=False)
    disks: dict[tuple[str, int, int], Disk] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)
    owners: dict[tuple[str, int], int] = field(default_factory=dict)
    lives: dict[str, list[Actor]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    broken: Violation | None = None

    def __post_init__(self) -> None:
        self.tables = {stage: self.table() for stage in STAGES}
        for stage in STAGES:
            for partition in range(1 if stage == "aggregator" else PARTITIONS):
                self.owners[stage, partition] = partition % WORKERS
            for index in range(WORKERS):
                self.workers.append(Worker(f"{stage}-{index}", stage=stage, index=index))
        for worker in self.workers:
            self.start(worker)

    def start(self, worker: Worker) -> None:
        """A process starts, with the partitions that are its own now."""
        worker.alive, worker.asleep, worker.behind = True, False, False
        worker.tasks = {}
        for (stage, partition), owner in self.owners.items():
            if stage == worker.stage and owner == worker.index:
                self.open(worker, partition)

    def open(self, worker: Worker, partition: int) -> None:
        if worker.asleep:
            worker.behind = True
            return
        self.close(worker, partition)
        # Each opening is its own: what a process did before it was killed must not reach into its next life.
        life = Actor(worker.name)
        worker.tasks[partition] = self.scheduler.loop.create_task(self._count(worker, life, partition))
        worker.tasks[partition].add_done_callback(lambda task: self._ended(worker, task))
        self.lives.setdefault(worker.name, []).append(life)

    def kill(self, worker: Worker) -> None:
        worker.alive = False
        for life in self.lives.pop(worker.name, []):
            self.scheduler.kill(life)
        worker.tasks = {}

    def hear(self, worker: Worker) -> None:
        """A worker that slept learns what it owns now, and starts that anew."""
        worker.behind = False
        for partition in list(worker.tasks):
            self.close(worker, partition)
        for (stage, partition), owner in self.owners.items():
            if stage == worker.stage and owner == worker.index:
                self.open(worker, partition)

    def sleep(self, worker: Worker, *, asleep: bool) -> None:
        worker.asleep = asleep
        for life in self.lives.get(worker.name, []):
            life.asleep = asleep

    def close(self, worker: Worker, partition: int) -> None:
        task = worker.tasks.pop(partition, None)
        if task is not None:
            task.cancel()

    def _ended(self, worker: Worker, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or task not in worker.tasks.values():
            return
        problem = task.exception()
        while isinstance(problem, BaseExceptionGroup):
            problem = problem.exceptions[0]
        if isinstance(problem, Violation):
            self.broken = problem
        if problem is not None:
            self.failures[type(problem).__name__] += 1
            self.kill(worker)

    async def _count(self, worker: Worker, life: Actor, partition: int) -> None:
        scheduler, stage = self.scheduler, worker.stage
        topic = {"validator": self.log, "deduplicator": self.claims, "aggregator": self.changes}[stage]
        source = Source(topic, partition, scheduler, life)
        if stage == "aggregator" and self.design is not None:
            await consume(self.design, source, scheduler, life)
        table = self.tables[stage]
        if stage == "aggregator":
            await scheduler.step(life, "producer-started")
            sink: Sink | TotalsSink = TotalsSink(self, life)
            store = Store(Disk())
        else:
            sink = Sink(self.claims if stage == "validator" else self.changes, scheduler, life)
            store = Store(self.disks.setdefault((stage, worker.index, partition), Disk()))
        ports = Ports(source, Ledger(table, scheduler, life), store, sink, Clock(scheduler))
        limits = Limits(records=3, overlap=1 if stage == "aggregator" else self.overlap, patience=5.0)
        engine = self.engine(partition, self._fold(stage), self._inlet(stage, partition, life), ports, limits)
        position = await engine.take_over()
        if stage != "validator" and position > len(topic.partitions[partition]):
            position = 0
        source.position = position
        await engine.run()

    def _fold(self, stage: str) -> ValidatorFold | DeduplicatorFold | AggregatorFold:
        if stage == "validator":
            return ValidatorFold(KnownRecords(self.records), PARTITIONS)
        return DeduplicatorFold() if stage == "deduplicator" else AggregatorFold()

    def _inlet(self, stage: str, partition: int, life: Actor) -> LogInlet | BlockInlet:
        if stage == "validator":
            return LogInlet("log", partition, self.log)
        before = self.tables["validator" if stage == "deduplicator" else "deduplicator"]
        return self.block_inlet(partition, PARTITIONS, Upstream(before, self.scheduler, life))

    def versions(self) -> tuple[dict[Cell, int], Counter[Cell]]:
        """As of the newest checkpoint: the number that changed each cell last, and the totals."""
        versions: dict[Cell, int] = {}
        totals: Counter[Cell] = Counter()
        for entry in self.tables["aggregator"].entries(0):
            changed = changed_by(entry)
            totals.update(changed)
            versions |= dict.fromkeys(changed, entry.number)
        return versions, totals

    def totals(self) -> Counter[Cell]:
        totals = self.versions()[1] if self.design is None else self.design.totals
        return Counter({cell: count for cell, count in totals.items() if count})

    def counted_up_to(self) -> list[int]:
        if self.design is not None:
            return self._told() if self.design.committed >= len(self.changes.partitions[0]) else [0] * PARTITIONS
        entries = self.tables["aggregator"].entries(0)
        if not entries:
            return [0] * PARTITIONS
        seen = [entries[-1].seen[source].up_to if source in entries[-1].seen else {} for source in range(PARTITIONS)]
        return [min(up_to.get(partition, 0) for up_to in seen) for partition in range(PARTITIONS)]

    def _told(self) -> list[int]:
        """Up to where the stage before the aggregator is."""
        newest = [self.tables["deduplicator"].entries(partition)[-1:] for partition in range(PARTITIONS)]
        return [
            min(entries[0].up_to.get(partition, 0) if entries else 0 for entries in newest)
            for partition in range(PARTITIONS)
        ]
