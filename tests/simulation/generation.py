"""One generation of the chain on the simulated world: three stages, two workers each, the services' folds on the
engine."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.aggregator.fold import AggregatorFold
from services.aggregator.store import TotalsStore
from services.deduplicator.fold import DeduplicatorFold
from services.validator.caution import CautiousFold
from services.validator.fold import ValidatorFold
from shared.ledger.batching import Limits, never
from shared.ledger.engine import PartitionEngine, Ports
from shared.ledger.inlet import BlockInlet, LogInlet
from tests.simulation.census import KnownRecords
from tests.simulation.designs import Design, consume
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.published import Published, TotalsSink
from tests.simulation.world import (
    Checkpoints,
    Clock,
    Disk,
    Ledger,
    Log,
    Sink,
    Source,
    Store,
    Table,
    Topic,
    Upstream,
)

WORKERS = 2
STAGES = ("validator", "deduplicator", "aggregator")


@dataclass(frozen=True)
class Parts:
    """What the chain is made of; the engine's parts are there to be replaced by wrong ones, and the aggregator by a
    `design`."""

    overlap: int
    reader: KnownRecords
    engine: type[PartitionEngine] = PartitionEngine  # type: ignore[type-arg]  # each stage has its own batches
    block_inlet: type[BlockInlet] = BlockInlet
    table: type[Table] = Table
    checkpoints: type[Checkpoints] = Checkpoints
    design: Design | None = None


@dataclass(eq=False)
class Worker:
    """A process. Each opening of a partition has a life of its own: what a process did before it was killed must not
    reach into its next one."""

    generation: "Generation"
    stage: str
    index: int
    alive: bool = False
    asleep: bool = False
    behind: bool = False
    """Slept through a rebalance and has not heard of it yet."""
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    unsettled: Callable[[], bool] = never
    """Of an aggregator: whether it will write without being given anything."""
    lives: list[Actor] = field(default_factory=list)


@dataclass(eq=False)
class Generation:
    """`on_end` is told of every worker that ended of itself, and why. A generation that is `retired` is started no
    more."""

    number: int
    scheduler: Scheduler
    parts: Parts
    log: Topic
    published: Published
    is_live: Callable[[], bool]
    on_end: Callable[[Worker, BaseException], None]
    claims: Topic
    retired: bool = False
    changes: Topic = field(default_factory=lambda: Topic.of(1))
    tables: dict[str, Table] = field(init=False)
    groups: dict[str, dict[int, int]] = field(default_factory=lambda: {stage: {} for stage in STAGES})
    disks: dict[tuple[str, int, int], Disk] = field(default_factory=dict)
    workers: list[Worker] = field(init=False)
    owners: dict[tuple[str, int], int] = field(init=False)

    def __post_init__(self) -> None:
        self.tables = {stage: self.parts.table() for stage in STAGES}
        self.workers = [Worker(self, stage, index) for stage in STAGES for index in range(WORKERS)]
        self.owners = {
            (stage, partition): partition % WORKERS for stage in STAGES for partition in range(self.partitions(stage))
        }
        for worker in self.workers:
            self.start(worker)

    def input(self, stage: str) -> Topic:
        return {"validator": self.log, "deduplicator": self.claims, "aggregator": self.changes}[stage]

    def partitions(self, stage: str) -> int:
        return len(self.input(stage).partitions)

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
        life = Actor(worker.stage)
        worker.lives.append(life)
        task = self.scheduler.loop.create_task(self._count(worker, life, partition))
        worker.tasks[partition] = task
        task.add_done_callback(lambda done: self._ended(worker, done))

    def kill(self, worker: Worker) -> None:
        worker.alive = False
        for life in worker.lives:
            self.scheduler.kill(life)
        worker.lives, worker.tasks = [], {}

    def retire(self) -> None:
        self.retired = True
        for worker in self.workers:
            self.kill(worker)

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
        for life in worker.lives:
            life.asleep = asleep

    def close(self, worker: Worker, partition: int) -> None:
        task = worker.tasks.pop(partition, None)
        if task is not None:
            task.cancel()

    def counted_up_to(self) -> list[int]:
        """Per partition of the log, as readers are told."""
        sources = range(self.partitions("deduplicator"))
        entries = self.tables["aggregator"].entries(0)
        known = [entries[-1].seen.get(source) if entries else None for source in sources]
        if self.parts.design is not None:
            done = self.parts.design.committed >= len(self.changes.partitions[0])
            newest = [self.tables["deduplicator"].entries(source)[-1:] for source in sources]
            known = [each[0] if each and done else None for each in newest]  # type: ignore[misc]  # both have up_to
        return [
            min(one.up_to.get(partition, 0) if one else 0 for one in known)
            for partition in range(self.partitions("validator"))
        ]

    @property
    def is_settled(self) -> bool:
        """Whether the documents are complete, and the aggregator knows it: an entry of one that was killed may be
        confirmed after another has read the ledger, which learns of it when it settles."""
        if self.parts.design is not None:
            return True
        owner = self.owners["aggregator", 0]
        writing = any(each.unsettled() for each in self.workers if (each.stage, each.index) == ("aggregator", owner))
        return self.tables["aggregator"].is_settled and not writing

    def totals(self) -> dict[Any, int]:
        if self.parts.design is not None:
            return {cell: total for cell, total in self.parts.design.totals.items() if total}
        return {cell: total for cell, (_, total) in self.tables["aggregator"].totals.items() if total}

    def _ended(self, worker: Worker, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or task not in worker.tasks.values():
            return
        problem = task.exception()
        while isinstance(problem, BaseExceptionGroup):
            problem = problem.exceptions[0]
        if problem is not None:
            self.kill(worker)
            self.on_end(worker, problem)

    async def _count(self, worker: Worker, life: Actor, partition: int) -> None:
        stage = worker.stage
        source = Source(self.input(stage), partition, self.groups[stage], self.scheduler, life)
        if stage == "aggregator" and self.parts.design is not None:
            await consume(self.parts.design, source, self.scheduler, life)
        life.phase = "takeover "
        engine = await (self._aggregator if stage == "aggregator" else self._keyed)(worker, life, partition, source)
        position = await engine.take_over()
        life.phase = ""
        beyond = stage != "validator" and position > len(self.input(stage).partitions[partition])
        source.position = 0 if beyond else position
        await engine.run()

    async def _keyed(self, worker: Worker, life: Actor, partition: int, source: Source) -> PartitionEngine[Any]:
        stage, scheduler = worker.stage, self.scheduler
        fold: CautiousFold | DeduplicatorFold = DeduplicatorFold()
        inlet: LogInlet | BlockInlet
        if stage == "validator":
            fold = CautiousFold(ValidatorFold(self.parts.reader, self.partitions("deduplicator")), limit=1000)
            inlet = LogInlet("log", partition, Log(self.log, scheduler, life), Clock(scheduler))
        else:
            upstream = Upstream(self.tables["validator"], scheduler, life)
            inlet = self.parts.block_inlet(partition, self.partitions("validator"), upstream)
        ports = Ports(
            source,
            Ledger(self.tables[stage], scheduler, life),
            Store(self.disks.setdefault((stage, worker.index, partition), Disk())),
            Sink(self.claims if stage == "validator" else self.changes, scheduler, life),
            Clock(scheduler),
        )
        return self.parts.engine(partition, fold, inlet, ports, Limits(records=3, overlap=self.parts.overlap))

    async def _aggregator(self, worker: Worker, life: Actor, partition: int, source: Source) -> PartitionEngine[Any]:
        scheduler, table = self.scheduler, self.tables["aggregator"]
        sink = TotalsSink(self.published, table, self.number, scheduler, life, silent=not self.is_live())
        await sink.start()
        checkpoints = self.parts.checkpoints(table, scheduler, life)
        position = await checkpoints.restore()
        await sink.announce(position.number, checkpoints)
        upstream = Upstream(self.tables["deduplicator"], scheduler, life)
        inlet = self.parts.block_inlet(partition, self.partitions("deduplicator"), upstream)
        ports = Ports(source, checkpoints, TotalsStore(checkpoints, position), sink, Clock(scheduler))
        limits, worker.unsettled = Limits(records=3, overlap=1), checkpoints.unsettled
        return self.parts.engine(partition, AggregatorFold(), inlet, ports, limits, unsettled=checkpoints.unsettled)
