"""The way in: what of the input is new, what came before, what is missing.

Two kinds of input. A stage that reads the log knows a record by its offset. A stage that reads blocks knows a block by
its source and number, because topics may repeat blocks or lose them; offsets only say where to go on reading.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.ledger.block import Block, decode_block
from shared.ledger.entry import Record, Seen
from shared.ledger.errors import LedgerMismatch, LogMismatch
from shared.ledger.fold import Input
from shared.ledger.ports import Upstream


@dataclass(frozen=True, slots=True)
class Taken:
    """One step forward in the input. `input` is None where there is nothing to count."""

    offset: int
    value: bytes
    input: Input | None
    source: int
    seen: Seen | None = None


class Inlet(Protocol):
    def start(self, last: int, seen: Mapping[int, Seen]) -> None: ...

    def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]: ...

    def up_to(self, last: int, seen: Mapping[int, Seen]) -> Mapping[int, int]:
        """For each partition of the log, below which offset all is in, once `last` and `seen` are."""
        ...


class LogInlet:
    """Records of the log: every offset exactly once, in order, without a gap."""

    def __init__(self, topic: str, partition: int) -> None:
        self._topic = topic
        self._partition = partition
        self._last = -1

    def start(self, last: int, seen: Mapping[int, Seen]) -> None:
        del seen
        self._last = last

    async def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]:
        for record in records:
            if record.offset <= self._last:
                continue
            if record.offset != self._last + 1:
                raise LogMismatch(
                    f"{self._topic}[{self._partition}] offset={self._last + 1} is gone, the next one is "
                    f"{record.offset}: input was lost. Restore the topic, or start a new generation from a backup"
                )
            self._last = record.offset
            yield Taken(
                record.offset, record.value, Input(self._partition, record.offset, record.value), self._partition
            )

    def up_to(self, last: int, seen: Mapping[int, Seen]) -> Mapping[int, int]:
        del seen
        return {self._partition: last + 1}


class BlockInlet:
    """Blocks of the stage before: from each source number after number, whatever the topic does."""

    def __init__(self, target: int, upstream: Upstream) -> None:
        self._target = target
        self._upstream = upstream
        self._last = -1
        self._seen: dict[int, Seen] = {}

    def start(self, last: int, seen: Mapping[int, Seen]) -> None:
        self._last = last
        self._seen = dict(seen)

    async def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]:
        for record in records:
            if record.offset <= self._last:
                continue
            block = decode_block(record.value)
            number = self._seen.get(block.source, Seen()).number
            for missing in range(number + 1, block.number):
                value = await self._upstream.block(block.source, missing, self._target)
                # Not yet past the record that showed the loss: a batch cut here must read that record again.
                yield self._step(record.offset - 1, value, decode_block(value))
            if block.number > number:
                yield self._step(record.offset, record.value, block)
            else:
                yield Taken(record.offset, record.value, None, block.source)
            self._last = record.offset

    def _step(self, offset: int, value: bytes, block: Block) -> Taken:
        known = self._seen.get(block.source, Seen())
        if block.previous != known.chain:
            raise LedgerMismatch(
                f"source={block.source} entry={block.number} does not continue the entry seen before it: the ledger "
                "upstream was rolled back or belongs to another system. Start a new generation: cacah replay"
            )
        seen = Seen(block.number, block.chain, block.up_to)
        self._seen[block.source] = seen
        counted = Input(block.source, block.number, block.body) if block.body else None
        return Taken(offset, value, counted, block.source, seen)

    def up_to(self, last: int, seen: Mapping[int, Seen]) -> Mapping[int, int]:
        del last
        together: dict[int, int] = {}
        for one in seen.values():
            together |= one.up_to
        return together
