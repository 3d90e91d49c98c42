"""Designs that are wrong, each in one way that real systems are wrong in. The simulation has to catch them all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.ledger.block import decode_block, encode_blocks
from shared.ledger.engine import PartitionEngine
from shared.ledger.entry import Entry, Record, Seen
from shared.ledger.fold import Input
from shared.ledger.inlet import BlockInlet, Taken
from shared.ledger.ports import Position
from tests.simulation.world import Table


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

    def apply(self, entry: Entry) -> None:
        number = len(self.entries(entry.partition)) + 1
        self.applied[entry.partition] = replace(entry, number=number) if number != entry.number else entry


class GuardedTotals:
    """Wrong design: totals are incremented in place, guarded by the offset of the last record that changed them.

    Fails because a publisher repeats records under new offsets.
    """

    def __init__(self) -> None:
        self.totals: dict[Any, int] = {}
        self._guards: dict[Any, int] = {}

    def add(self, offset: int, changes: Mapping[Any, int]) -> list[Any]:
        return [
            (cell, lambda cell=cell, change=change: self._increment(cell, offset, change))
            for cell, change in changes.items()
        ]

    def _increment(self, cell: Any, offset: int, change: int) -> None:
        if self._guards.get(cell, -1) < offset:
            self._guards[cell] = offset
            self.totals[cell] = self.totals.get(cell, 0) + change


class RememberedTotals:
    """Wrong design: a record's name is inserted under a unique key first, then totals are incremented.

    Fails because a crash between the two leaves a name without its count.
    """

    def __init__(self) -> None:
        self.totals: dict[Any, int] = {}
        self._names: set[Any] = set()

    def seen(self, name: Any) -> bool:
        known = name in self._names
        self._names.add(name)
        return known

    def increment(self, cell: Any, change: int) -> None:
        self.totals[cell] = self.totals.get(cell, 0) + change
