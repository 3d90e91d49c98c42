"""The world of a simulated run: topics, a replicated database, disks. Each loses only what a real one may lose."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from shared.ledger.block import encode_blocks
from shared.ledger.entry import GENESIS_CHAIN, Entry, Notice, Record
from shared.ledger.errors import Fenced, LedgerMismatch, OutcomeUnknown
from shared.ledger.ports import BEGINNING, Look, Position
from tests.simulation.loop import Actor, Scheduler


@dataclass
class Topic:
    """Partitions of records. Whoever appends may be told so or not."""

    partitions: list[list[bytes]]
    acked: list[int]
    """What the group of its readers was told, per partition."""

    @classmethod
    def of(cls, partitions: int) -> "Topic":
        return cls([[] for _ in range(partitions)], [-1] * partitions)

    async def look(self, partition: int, offset: int) -> Look:
        records = self.partitions[partition]
        return Look(0, len(records), records[offset] if 0 <= offset < len(records) else None)


@dataclass
class Table:
    """One ledger's collection. An entry is applied first and confirmed by a majority later; until then it may be
    rolled back, and readers of the majority do not see it."""

    confirmed: dict[int, list[Entry]] = field(default_factory=dict)
    applied: dict[int, Entry] = field(default_factory=dict)

    def entries(self, partition: int) -> list[Entry]:
        return self.confirmed.setdefault(partition, [])

    def apply(self, entry: Entry) -> None:
        taken = len(self.entries(entry.partition)) + (entry.partition in self.applied)
        if entry.number <= taken:
            raise Fenced(entry.partition, entry.number)
        self.applied[entry.partition] = entry

    def confirm(self, partition: int) -> None:
        self.entries(partition).append(self.applied.pop(partition))

    def roll_back(self, partition: int) -> None:
        self.applied.pop(partition, None)


@dataclass
class Disk:
    """A store's folder: it keeps every state that was written, so that a crash can bring back an earlier one."""

    history: list[tuple[dict[bytes, bytes], Position]] = field(
        default_factory=lambda: [({}, Position(0, GENESIS_CHAIN))]
    )


class Ledger:
    """The ledger port of one process."""

    def __init__(self, table: Table, scheduler: Scheduler, actor: Actor) -> None:
        self._table = table
        self._scheduler = scheduler
        self._actor = actor

    async def newest(self, partition: int) -> Entry | None:
        await self._scheduler.step(self._actor, "newest")
        entries = self._table.entries(partition)
        return entries[-1] if entries else None

    async def insert(self, entry: Entry) -> None:
        await self._scheduler.step(self._actor, "insert-sent")
        self._table.apply(entry)
        await self._scheduler.step(self._actor, "insert-applied")
        if self._table.applied.get(entry.partition) is not entry:
            if entry not in self._table.entries(entry.partition):
                raise OutcomeUnknown("the primary stepped down")
        else:
            self._table.confirm(entry.partition)
        await self._scheduler.step(self._actor, "insert-confirmed")

    async def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        for entry in self._table.entries(partition)[after:up_to]:
            await self._scheduler.step(self._actor, "catch-up")
            yield entry

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        entries = self._table.entries(partition)
        return entries[number - 1].chain if 0 < number <= len(entries) else None


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
        self._disk.history = [({}, Position(0, GENESIS_CHAIN))]

    def close(self) -> None:
        pass


class Source:
    """Delivers in pieces of any size, and now and then something again."""

    def __init__(self, topic: Topic, partition: int, scheduler: Scheduler, actor: Actor) -> None:
        self._topic = topic
        self._partition = partition
        self._records = topic.partitions[partition]
        self._scheduler = scheduler
        self._actor = actor
        self.position = 0

    async def read(self, max_wait: float | None = None) -> Sequence[Record]:
        arrived = await self._scheduler.step(
            self._actor, "read", lambda: len(self._records) > self.position, can_time_out=max_wait is not None
        )
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
        self._topic.acked[self._partition] = last

    async def acked(self) -> int:
        told = self._topic.acked[self._partition]
        return told if told < len(self._records) else -1


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
        entries = self._table.entries(source)
        return Position(entries[-1].number, entries[-1].chain) if entries else BEGINNING

    async def block(self, source: int, number: int, target: int) -> bytes:
        await self._scheduler.step(self._actor, "upstream-block")
        entries = self._table.entries(source)
        if number > len(entries):
            raise LedgerMismatch(f"source={source} entry={number} is not in the ledger upstream")
        return encode_blocks(entries[number - 1])[target]


class Clock:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def monotonic(self) -> float:
        return self._scheduler.now
