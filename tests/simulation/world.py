"""The world of a simulated run: topics, a replicated database, disks. Each loses only what a real one may lose."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.aggregator.fold import AGENCY_CHANGES, CHANGES
from services.aggregator.settling import Settling
from shared.contracts.changes import decode_agency_deltas, decode_deltas
from shared.ledger.block import encode_blocks
from shared.ledger.entry import Entry, Notice, Record
from shared.ledger.errors import Fenced, LedgerMismatch, OutcomeUnknown, Sealed
from shared.ledger.packing import unpack_states
from shared.ledger.ports import BEGINNING, Look, Position
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.oracle import Cell


@dataclass
class Topic:
    """Partitions of records. Whoever appends may be told so or not."""

    partitions: list[list[bytes]]

    @classmethod
    def of(cls, partitions: int) -> "Topic":
        return cls([[] for _ in range(partitions)])


class OffsetOutOfRange(Exception):
    """The topic ends before the place where the consumer is."""


@dataclass(frozen=True)
class Documents:
    """What is written along with an entry. `settled`: as the entry has it."""

    totals: Mapping[Cell, int] = field(default_factory=dict)
    settled: int = 0


@dataclass
class Table:
    """One ledger's collection. An entry is applied first and confirmed by a majority later; until then it may be
    rolled back, and readers of the majority do not see it. `totals` are the documents that checkpoints write along:
    per cell the number of the checkpoint, and the total; `settled` is the newest checkpoint that left none out."""

    confirmed: dict[int, list[Entry]] = field(default_factory=dict)
    applied: dict[int, tuple[Entry, Documents]] = field(default_factory=dict)
    sealed: dict[int, str] = field(default_factory=dict)
    totals: dict[Cell, tuple[int, int]] = field(default_factory=dict)
    settled: int = 0

    def entries(self, partition: int) -> list[Entry]:
        return self.confirmed.setdefault(partition, [])

    def position(self, partition: int) -> Position:
        entries = self.entries(partition)
        return Position(entries[-1].number, entries[-1].chain) if entries else BEGINNING

    def apply(self, entry: Entry, documents: Documents) -> None:
        if entry.partition in self.sealed:
            raise Sealed(entry.partition, self.sealed[entry.partition])
        taken = len(self.entries(entry.partition)) + (entry.partition in self.applied)
        if entry.number <= taken:
            raise Fenced(entry.partition, entry.number)
        self.applied[entry.partition] = entry, documents

    def is_applied(self, entry: Entry) -> bool:
        return entry.partition in self.applied and self.applied[entry.partition][0] is entry

    def confirm(self, partition: int) -> None:
        entry, documents = self.applied.pop(partition)
        self.entries(partition).append(entry)
        self.totals |= {cell: (entry.number, total) for cell, total in documents.totals.items()}
        self.settled = documents.settled

    @property
    def is_settled(self) -> bool:
        return self.settled == self.position(0).number

    def roll_back(self, partition: int) -> None:
        self.applied.pop(partition, None)

    def backup(self) -> "Table":
        confirmed = {partition: list(entries) for partition, entries in self.confirmed.items()}
        return replace(self, confirmed=confirmed, applied={}, sealed=dict(self.sealed), totals=dict(self.totals))

    def restore(self, backup: "Table") -> None:
        fresh = backup.backup()
        self.confirmed, self.applied, self.sealed, self.totals = fresh.confirmed, {}, fresh.sealed, fresh.totals
        self.settled = fresh.settled


@dataclass
class Disk:
    """A store's folder: it keeps every state that was written, so that a crash can bring back an earlier one."""

    history: list[tuple[dict[bytes, bytes], Position]] = field(default_factory=lambda: [({}, BEGINNING)])


class Ledger:
    """The ledger port of one process."""

    def __init__(self, table: Table, scheduler: Scheduler, actor: Actor) -> None:
        self._table = table
        self._scheduler = scheduler
        self._actor = actor

    async def newest(self, partition: int) -> Entry | None:
        await self._scheduler.step(self._actor, "newest")
        if partition in self._table.sealed:
            raise Sealed(partition, self._table.sealed[partition])
        entries = self._table.entries(partition)
        return entries[-1] if entries else None

    async def insert(self, entry: Entry) -> None:
        await self._insert(entry, Documents())

    async def _insert(self, entry: Entry, documents: Documents) -> None:
        await self._scheduler.step(self._actor, "insert-sent")
        self._table.apply(entry, documents)
        await self._scheduler.step(self._actor, "insert-applied")
        if self._table.is_applied(entry):
            self._table.confirm(entry.partition)
        elif entry not in self._table.entries(entry.partition):
            raise OutcomeUnknown("the primary stepped down")
        await self._scheduler.step(self._actor, "insert-confirmed")

    async def seal(self, partition: int, successor: str) -> None:
        # A number that is taken and not confirmed yet may still become free; whoever seals tries until it is settled.
        await self._scheduler.step(self._actor, "seal", lambda: partition not in self._table.applied)
        self._table.sealed.setdefault(partition, successor)

    async def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        for entry in self._table.entries(partition)[after:up_to]:
            await self._scheduler.step(self._actor, "entry-read")
            yield entry

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        await self._scheduler.step(self._actor, "chain-read")
        entries = self._table.entries(partition)
        return entries[number - 1].chain if 0 < number <= len(entries) else None


def changed_by(entry: Entry) -> Counter[Cell]:
    """What a checkpoint added."""
    return cells_of(unpack_states(entry.states))


def cells_of(states: Iterable[tuple[bytes, bytes]]) -> Counter[Cell]:
    """What the aggregator's fold made of a batch, by cell."""
    changed: Counter[Cell] = Counter()
    for key, packed in states:
        if key == CHANGES:
            for place, traits, day, sign in decode_deltas(packed).tolist():
                changed[place, traits, day] += sign
        elif key == AGENCY_CHANGES:
            for agency, traits, day, sign in decode_agency_deltas(packed).tolist():
                changed[agency.decode("ascii"), traits, day] += sign
    return changed


class Checkpoints(Ledger):
    """The aggregator's ledger: totals are kept in memory. Those of agencies are written with the entry that changed
    them, those of villages when it settles."""

    def __init__(self, table: Table, scheduler: Scheduler, actor: Actor) -> None:
        super().__init__(table, scheduler, actor)
        self._totals: Counter[Cell] = Counter()
        # Some checkpoints in a row leave something, others do not.
        self._left: Settling[Cell] = Settling(lambda: scheduler.now + scheduler.random.uniform(0, 8), every=4)
        self._settled = 0
        self.at = 0

    async def restore(self) -> Position:
        await self._scheduler.step(self._actor, "totals-read")
        self._totals = Counter({cell: total for cell, (_, total) in self._table.totals.items()})
        position, self._settled = self._table.position(0), self._table.settled
        await self._restore_what_was_left(position.number)
        self.at = position.number
        return position

    async def _restore_what_was_left(self, up_to: int) -> None:
        async for entry in self.entries(0, self._settled, up_to):
            villages = {cell: change for cell, change in changed_by(entry).items() if not _is_prompt(cell)}
            self._totals.update(villages)
            self._left.leave(villages)

    def unsettled(self) -> bool:
        return bool(self._left)

    async def insert(self, entry: Entry) -> None:
        changed = changed_by(entry)
        self._totals.update(changed)
        self.at = entry.number
        self._left.leave(cell for cell in changed if not _is_prompt(cell))
        due = {cell for cell in changed if _is_prompt(cell)}
        if entry.first > entry.last or self._left.is_due():
            self._settled = entry.number
            due |= self._left.take()
        await self._insert(entry, Documents({cell: self._totals[cell] for cell in due}, self._settled))


def _is_prompt(cell: Cell) -> bool:
    """Of an agency."""
    return isinstance(cell[0], str)


class Store:
    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def position(self) -> Position:
        return self._disk.history[-1][1]

    def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        states = self._disk.history[-1][0]
        return [states.get(key) for key in keys]

    def put(self, states: Mapping[bytes, bytes], position: Position) -> None:
        self._disk.history.append((self._disk.history[-1][0] | dict(states), position))

    def wipe(self) -> None:
        self._disk.history = [({}, BEGINNING)]

    def close(self) -> None:
        pass


class Source:
    """Delivers in pieces of any size, and now and then something again. `group`: what the broker's group was told, per
    partition."""

    def __init__(self, topic: Topic, partition: int, group: dict[int, int], scheduler: Scheduler, actor: Actor) -> None:
        self._records = topic.partitions[partition]
        self._partition = partition
        self._group = group
        self._scheduler = scheduler
        self._actor = actor
        self.position = 0

    async def read(self, max_wait: float | None = None) -> Sequence[Record]:
        arrived = await self._scheduler.step(
            self._actor, "read", lambda: len(self._records) != self.position, can_time_out=max_wait is not None
        )
        if self.position > len(self._records):
            raise OffsetOutOfRange
        if not arrived:
            return []
        random = self._scheduler.random
        if random.random() < 0.1:
            self.position = max(0, self.position - random.randint(1, 4))
        size = random.randint(1, 8)
        first = self.position
        values = self._records[first : first + size]
        self.position = first + len(values)
        return [Record(offset, value) for offset, value in enumerate(values, start=first)]

    def ack(self, last: int) -> None:
        self._group[self._partition] = last

    async def acked(self) -> int:
        await self._scheduler.step(self._actor, "group-asked")
        told = self._group.get(self._partition, -1)
        return told if told < len(self._records) else -1


class Log:
    """A look at one record of the log."""

    def __init__(self, topic: Topic, scheduler: Scheduler, actor: Actor) -> None:
        self._topic = topic
        self._scheduler = scheduler
        self._actor = actor

    async def look(self, partition: int, offset: int) -> Look:
        await self._scheduler.step(self._actor, "log-looked-at")
        records = self._topic.partitions[partition]
        return Look(0, len(records), records[offset] if 0 <= offset < len(records) else None)


class Sink:
    """Appends blocks. The acknowledgement of any of them may be lost on its way back."""

    def __init__(self, topic: Topic, scheduler: Scheduler, actor: Actor) -> None:
        self._topic = topic
        self._scheduler = scheduler
        self._actor = actor

    @property
    def targets(self) -> int:
        return len(self._topic.partitions)

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        del notices, number
        for target, block in enumerate(blocks):
            await self._scheduler.step(self._actor, "publish-sent")
            self._topic.partitions[target].append(block)
        await self._scheduler.step(self._actor, "publish-done")


class Upstream:
    def __init__(self, table: Table, scheduler: Scheduler, actor: Actor) -> None:
        self._table = table
        self._scheduler = scheduler
        self._actor = actor

    async def newest(self, source: int) -> Position:
        await self._scheduler.step(self._actor, "upstream-asked")
        return self._table.position(source)

    async def block(self, source: int, number: int, target: int) -> bytes:
        await self._scheduler.step(self._actor, "block-refetched")
        entries = self._table.entries(source)
        if number > len(entries):
            raise LedgerMismatch(f"source={source} entry={number} is not in the ledger upstream")
        return encode_blocks(entries[number - 1])[target]


class Clock:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def monotonic(self) -> float:
        return self._scheduler.now
