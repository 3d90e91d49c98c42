"""Designs that are wrong, each in one way that real systems are wrong in. The simulation has to catch them all."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from services.aggregator.fold import AggregatorFold
from shared.ledger.block import Block, decode_block, encode_blocks
from shared.ledger.engine import PartitionEngine
from shared.ledger.entry import Entry, Record, Seen
from shared.ledger.fold import Input
from shared.ledger.inlet import BlockInlet, Taken
from shared.ledger.ports import Position
from tests.simulation.loop import Actor, Scheduler
from tests.simulation.oracle import Cell
from tests.simulation.world import Checkpoints, Documents, Source, Table, cells_of


class BlindInlet(BlockInlet):
    """Mutant: takes every block for new."""

    async def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]:
        for record in records:
            block = decode_block(record.value)
            counted = Input(block.source, block.number, block.body) if block.body else None
            seen = Seen(block.number, block.chain, block.up_to)
            yield Taken(record.offset, record.value, counted, block.source, seen)

    async def overdue(self) -> AsyncIterator[Taken]:
        nothing: tuple[Taken, ...] = ()
        for taken in nothing:
            yield taken


class EagerEngine(PartitionEngine[Any]):
    """Mutant: tells the next stage before the entry is inserted."""

    async def _count(self) -> None:
        while True:
            made = await self._folded.get()
            await self._ports.sink.publish(encode_blocks(made.entry), (), made.entry.number)
            await self._ports.ledger.insert(made.entry)
            self._ports.store.put(made.states, Position(made.entry.number, made.entry.chain))
            await self._counted.put(made)


class CarelessTable(Table):
    """Mutant: inserts are not unique; the second one is one more."""

    def apply(self, entry: Entry, documents: Documents) -> None:
        number = len(self.entries(entry.partition)) + 1
        self.applied[entry.partition] = (replace(entry, number=number) if number != entry.number else entry), documents


class ForgetfulCheckpoints(Checkpoints):
    """Mutant: an aggregator that starts knows what is written, and not what was left for a later checkpoint."""

    async def _restore_what_was_left(self, up_to: int) -> None:
        pass


class Design(Protocol):
    """A consumer of count changes that increments totals in place, as one would without a ledger.

    Offsets are committed to the consumer group after each block, so a successor begins where this one had been done.
    """

    totals: Counter[Cell]
    committed: int

    async def add(self, offset: int, block: Block, scheduler: Scheduler, life: Actor) -> None: ...


async def consume(design: Design, source: Source, scheduler: Scheduler, life: Actor) -> None:
    source.position = design.committed
    while True:
        for record in await source.read():
            await design.add(record.offset, decode_block(record.value), scheduler, life)
            await scheduler.step(life, "offset-committed")
            design.committed = max(design.committed, record.offset + 1)


def changes_of(block: Block) -> Counter[Cell]:
    fold = AggregatorFold()
    inputs = [Input(block.source, block.number, block.body)] if block.body else []
    return cells_of(fold.fold(fold.prepare(inputs), {}).states.items())


@dataclass
class OffsetGuarded:
    """Wrong design: `$inc`, guarded by the offset of the last record that changed the same total.

    Right for as long as a record keeps its offset. A publisher that cannot know whether its block arrived sends it
    again, and the block comes back under a new one.
    """

    totals: Counter[Cell] = field(default_factory=Counter)
    committed: int = 0
    _guards: dict[Cell, int] = field(default_factory=dict)

    async def add(self, offset: int, block: Block, scheduler: Scheduler, life: Actor) -> None:
        for cell, change in changes_of(block).items():
            await scheduler.step(life, "incremented")
            if self._guards.get(cell, -1) < offset:
                self._guards[cell] = offset
                self.totals[cell] += change


@dataclass
class NameThenIncrement:
    """Wrong design: the block's name is inserted under a unique key first, then the totals are incremented.

    A crash between the two leaves a name without its count: the successor takes the block for counted.
    """

    totals: Counter[Cell] = field(default_factory=Counter)
    committed: int = 0
    _names: set[tuple[int, int]] = field(default_factory=set)

    async def add(self, offset: int, block: Block, scheduler: Scheduler, life: Actor) -> None:
        del offset
        name = block.source, block.number
        await scheduler.step(life, "name-inserted")
        if name in self._names:
            return
        self._names.add(name)
        for cell, change in changes_of(block).items():
            await scheduler.step(life, "incremented")
            self.totals[cell] += change
