"""The system of a run: a log, generations that count it, the one that is live, backups, and whoever replays."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from shared.ledger.errors import LedgerMismatch, LogMismatch
from tests.simulation.census import Record
from tests.simulation.generation import STAGES, Generation, Parts, Worker
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.published import Published, Violation
from tests.simulation.world import Ledger, Table, Topic

PARTITIONS = 2
_LOOKS = 4
_NEAR = 3
"""Records of a partition that a generation may be behind when it is to go live."""


@dataclass
class Backup:
    """What MongoDB held at one moment."""

    live: int
    tables: dict[int, dict[str, Table]]


@dataclass
class System:
    """`damaged`: the log or the database lost something that was acknowledged, so that a worker may refuse to go on;
    without that none may."""

    scheduler: Scheduler
    parts: Parts
    records: list[Record]
    log: Topic = field(default_factory=lambda: Topic.of(PARTITIONS))
    published: Published = field(default_factory=Published)
    generations: list[Generation] = field(default_factory=list)
    live: int = 1
    backup: Backup | None = None
    damaged: bool = False
    refused: set[int] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    broken: BaseException | None = None
    building: Generation | None = None
    waiting: list[Record] = field(init=False)
    _operator: Actor | None = None

    def __post_init__(self) -> None:
        self.waiting = list(self.records)
        self.begin(PARTITIONS)

    @property
    def random(self) -> Random:
        return self.scheduler.random

    @property
    def running(self) -> Generation:
        return self.generations[self.live - 1]

    @property
    def workers(self) -> Sequence[Worker]:
        """Of every generation that is not retired."""
        return [worker for each in self.generations if not each.retired for worker in each.workers]

    @property
    def replaying(self) -> bool:
        return self.building is not None

    @property
    def at_rest(self) -> bool:
        """Whether everybody runs, and nobody has anything to do."""
        up = all(worker.alive for worker in self.running.workers)
        return up and not self.replaying and self.live not in self.refused and not self.scheduler.busy()

    def is_operator(self, actor: Actor) -> bool:
        return actor is self._operator

    def begin(self, claims: int) -> Generation:
        """A generation with so many partitions of persons."""
        number = len(self.generations) + 1
        made = Generation(
            number,
            self.scheduler,
            self.parts,
            self.log,
            self.published,
            is_live=lambda: self.live == number,
            on_end=self._ended,
            claims=Topic.of(claims),
        )
        self.generations.append(made)
        return made

    def _ended(self, worker: Worker, problem: BaseException) -> None:
        self.failures[type(problem).__name__] += 1
        if isinstance(problem, Violation):
            self.broken = problem
        elif isinstance(problem, LogMismatch | LedgerMismatch):
            if not self.damaged:
                self.broken = Violation(f"refused, and nothing was lost: {problem}")
            self.refused.add(worker.generation.number)

    def replay(self) -> None:
        """`cacah replay`: a new generation, unless one is being built."""
        if self.building is None:
            self.building = self.begin(self.random.choice((1, 2, 2, 3)))
        if self._operator is None:
            self._operator = Actor("replay")
            self.scheduler.loop.create_task(self._replay(self.building, self._operator))

    def stop_replay(self) -> None:
        if self._operator is not None:
            self.scheduler.kill(self._operator)
            self._operator = None

    def abandon(self) -> None:
        """The generation that is being built is not to be."""
        self.stop_replay()
        if self.building is not None:
            self.building.retire()
            self.building = None

    async def _replay(self, new: Generation, operator: Actor) -> None:
        old = self.running
        self._perhaps_crash()
        await self.scheduler.step(operator, "caught-up", lambda: self._near(new))
        for stage in STAGES:
            for partition in range(old.partitions(stage)):
                self._perhaps_crash()
                await Ledger(old.tables[stage], self.scheduler, operator).seal(partition, f"g{new.number}")
        self._perhaps_crash()
        await self.scheduler.step(operator, "drained", lambda: self._covers(new, old))
        for worker in new.workers:
            new.kill(worker)
        # From here to the swap nothing is started: a worker learns when it starts whether it may be heard.
        new.retired = True
        self._perhaps_crash()
        await self.scheduler.step(operator, "swap")
        self.live = new.number
        new.retired = False
        old.retired = True
        self.building, self._operator = None, None

    def _perhaps_crash(self) -> None:
        """At the next step: they come close together, and planned faults would hardly ever meet one."""
        if self.random.random() < 0.08:
            self.scheduler.loop.call_soon(self.stop_replay)

    def _near(self, new: Generation) -> bool:
        ends = [len(records) for records in self.log.partitions]
        return all(counted >= end - _NEAR for counted, end in zip(new.counted_up_to(), ends, strict=True))

    def _covers(self, new: Generation, old: Generation) -> bool:
        """What readers were told is counted stays counted; as far as the log still has it."""
        goals = [
            min(told, len(records)) for told, records in zip(old.counted_up_to(), self.log.partitions, strict=True)
        ]
        return all(counted >= goal for counted, goal in zip(new.counted_up_to(), goals, strict=True))

    def keep_going(self, restart: float) -> None:
        """What supervisors and operators do: dead workers start, and what refuses to go on is replaced; each with a
        chance of `restart`."""
        if restart < 1.0:
            # Few looks, and then something is likely to be done.
            if self.random.random() >= restart * _LOOKS:
                return
            restart = 1 / _LOOKS
        self._replace_what_refuses(restart)
        for worker in self.workers:
            sealed = worker.generation.tables[worker.stage].sealed
            if worker.generation.number in self.refused or sealed or self.random.random() >= restart:
                continue
            if not worker.alive:
                worker.generation.start(worker)
            elif worker.behind and not worker.asleep:
                worker.generation.hear(worker)

    def _replace_what_refuses(self, restart: float) -> None:
        if self.building is not None and self.building.number in self.refused:
            self.abandon()
        if self.building is None and any(table.sealed for table in self.running.tables.values()):
            # The one that was to follow is not to be, or the database is a backup from the middle of a swap.
            self.refused.add(self.live)
        stuck = self._operator is None and (self.building is not None or self.live in self.refused)
        if stuck and self.random.random() < restart:
            if self.building is not None:
                self.building.retired = False
            self.replay()

    def append(self, record: Record) -> None:
        """Intake takes a record, and says so."""
        self.waiting.remove(record)
        self.log.partitions[record.partition].append(record.value)

    def send_again(self, values: list[bytes]) -> None:
        self.waiting[:0] = [each for each in self.records if each.value in values]

    def take_backup(self) -> None:
        tables = {
            each.number: {stage: table.backup() for stage, table in each.tables.items()} for each in self.generations
        }
        self.backup = Backup(self.live, tables)

    def restore_backup(self) -> None:
        """Somebody put yesterday's database in the place of today's, behind the system's back."""
        self.damaged = True
        self.abandon()
        for generation in self.generations:
            generation.retire()
            for stage, table in generation.tables.items():
                known = self.backup.tables.get(generation.number) if self.backup is not None else None
                table.restore(known[stage] if known is not None else Table())
        self.live = self.backup.live if self.backup is not None else 1
        self.running.retired = False
