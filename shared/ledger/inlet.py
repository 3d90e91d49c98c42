"""The way in: what of the input is new, what came before, what is missing.

Two kinds of input. A stage that reads the log knows a record by its offset. A stage that reads blocks knows a block by
its source and number, because topics may repeat blocks or lose them; offsets only say where to go on reading.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.ledger.block import Block, decode_block
from shared.ledger.entry import Entry, Record, Seen, digest
from shared.ledger.errors import LedgerMismatch, LogMismatch
from shared.ledger.fold import Input
from shared.ledger.ports import Log, Upstream


@dataclass(frozen=True, slots=True)
class Taken:
    """One step forward in the input. `input` is None where there is nothing to count."""

    offset: int
    value: bytes
    input: Input | None
    source: int
    seen: Seen | None = None


class Inlet(Protocol):
    async def start(self, newest: Entry | None) -> None:
        """Go on after `newest`. Raises LogMismatch where the input is not the one that it was made from."""
        ...

    def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]: ...

    def overdue(self) -> AsyncIterator[Taken]:
        """What should have arrived long ago. Asked when nothing has come for a while."""
        ...

    def up_to(self, last: int, seen: Mapping[int, Seen]) -> Mapping[int, int]:
        """For each partition of the log, below which offset all is in, once `last` and `seen` are."""
        ...


class LogInlet:
    """Records of the log: every offset exactly once, in order, without a gap."""

    def __init__(self, topic: str, partition: int, log: Log) -> None:
        self._topic = topic
        self._partition = partition
        self._log = log
        self._last = -1

    async def start(self, newest: Entry | None) -> None:
        self._last = -1 if newest is None else newest.last
        if newest is None:
            return
        value = await self._log.record(self._partition, newest.last)
        if value is None or digest(value) != newest.head:
            found = "is gone" if value is None else "is another record"
            raise LogMismatch(
                f"{self._topic}[{self._partition}] offset={newest.last} {found}: the topic was cut, recreated or "
                "belongs to another cluster. Restore the topic, or start a new generation: cacah replay"
            )

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
            counted = Input(self._partition, record.offset, record.value)
            yield Taken(record.offset, record.value, counted, self._partition)

    async def overdue(self) -> AsyncIterator[Taken]:
        # The log tells of itself whatever it has.
        nothing: tuple[Taken, ...] = ()
        for taken in nothing:
            yield taken

    def up_to(self, last: int, seen: Mapping[int, Seen]) -> Mapping[int, int]:
        del seen
        return {self._partition: last + 1}


class BlockInlet:
    """Blocks of the stage before: from each source number after number, whatever the topic does.

    The topic may repeat blocks, lose them after it acknowledged them, or put others at their offsets; only numbers
    and chain values are believed.
    """

    def __init__(self, target: int, sources: int, upstream: Upstream) -> None:
        self._target = target
        self._sources = sources
        self._upstream = upstream
        self._last = -1
        self._seen: dict[int, Seen] = {}

    async def start(self, newest: Entry | None) -> None:
        self._last = -1 if newest is None else newest.last
        self._seen = {} if newest is None else dict(newest.seen)

    async def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]:
        for record in records:
            block = decode_block(record.value)
            # Not yet past the record that shows a loss: a batch cut here must read that record again.
            async for missing in self._from_upstream(block.source, block.number - 1, record.offset - 1):
                yield missing
            self._last = record.offset
            if block.number > self._number(block.source):
                yield self._step(record.offset, record.value, block)
            else:
                yield Taken(record.offset, record.value, None, block.source)

    async def overdue(self) -> AsyncIterator[Taken]:
        for source in range(self._sources):
            newest = await self._upstream.newest(source)
            async for missing in self._from_upstream(source, newest, self._last):
                yield missing

    def _number(self, source: int) -> int:
        return self._seen.get(source, Seen()).number

    async def _from_upstream(self, source: int, up_to: int, offset: int) -> AsyncIterator[Taken]:
        for number in range(self._number(source) + 1, up_to + 1):
            value = await self._upstream.block(source, number, self._target)
            yield self._step(offset, value, decode_block(value))

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
