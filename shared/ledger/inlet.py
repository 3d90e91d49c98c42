"""The way in: what of the input is new, what came before, what is missing.

Two kinds of input. A stage that reads the log knows a record by its offset. A stage that reads blocks knows a block by
its source and number, because topics may repeat blocks or lose them; offsets only say where to go on reading.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

import msgspec

from shared.ledger.block import Block, BlockError, decode_block
from shared.ledger.entry import Entry, Record, Seen, digest
from shared.ledger.errors import LedgerMismatch, LogMismatch, NotABlock
from shared.ledger.fold import Input
from shared.ledger.ports import Aside, Clock, Log, Look, Upstream

_NO_SOURCE = -1
_SILENCE = 3.0
"""Seconds."""
_NEW_GENERATION = "Start a new generation: cacah replay"


class Taken(msgspec.Struct, frozen=True):
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

    def __init__(self, topic: str, partition: int, log: Log, clock: Clock) -> None:
        self._topic = topic
        self._partition = partition
        self._log = log
        self._clock = clock
        self._last = -1
        self._head: bytes | None = None
        self._value = b""
        self._heard = 0.0

    async def start(self, newest: Entry | None) -> None:
        if newest is not None:
            self._last, self._head = newest.last, newest.head
        await self._compare()
        self._heard = self._clock.monotonic()

    async def _compare(self) -> None:
        """Raises LogMismatch where the log no longer has what was read of it last."""
        found = await self._log.look(self._partition, self._last)
        difference = _difference(found, self._last, self._head or (digest(self._value) if self._last >= 0 else None))
        if difference:
            raise LogMismatch(
                f"{self._topic}[{self._partition}] {difference}. Restore the topic, or count what it has as a new "
                "generation: cacah replay"
            )

    async def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]:
        if records:
            now = self._clock.monotonic()
            if abs(now - self._heard) > _SILENCE:
                # Long enough for a broker to have come back without its newest records.
                await self._compare()
            self._heard = now
        for record in records:
            if record.offset <= self._last:
                continue
            if record.offset != self._last + 1:
                raise LogMismatch(
                    f"{self._topic}[{self._partition}] offset={self._last + 1} is gone, the next one is "
                    f"{record.offset}: input was lost. Restore the topic, or start a new generation from a backup"
                )
            self._last, self._head, self._value = record.offset, None, record.value
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


def _difference(found: Look, last: int, head: bytes | None) -> str:
    """How the log differs from what was read of it, up to a record at `last` with the hash `head`; empty if it does
    not."""
    if found.first > last + 1:
        return f"begins at offset={found.first}, and offset={last + 1} is to be read next: retention or somebody cut it"
    if found.end <= last:
        return f"ends before offset={found.end}, and offset={last} was read: it was cut, or made again"
    if head is not None and found.value is None:
        return (
            f"offset={last} is gone, so that nobody can say whether this is the same log: retention or somebody cut it"
        )
    if head is not None and digest(found.value or b"") != head:
        return f"offset={last} is another record than was read: it was cut and grew again, or was made again"
    return ""


class BlockInlet:
    """Blocks of the stage before: from each source number after number, whatever the topic does.

    The topic may repeat blocks, lose them after it acknowledged them, or put others at their offsets; only numbers
    and chain values are believed. What is no block was written by nobody of this system: the first one stops the
    stage, until a person has looked at it and says in `aside` that it is to be skipped. It took no block's place,
    because a missing one comes from upstream.
    """

    def __init__(self, target: int, sources: int, upstream: Upstream, aside: Aside | None = None) -> None:
        self._target = target
        self._sources = sources
        self._upstream = upstream
        self._aside = aside
        self._last = -1
        self._seen: dict[int, Seen] = {}

    async def start(self, newest: Entry | None) -> None:
        self._last = -1 if newest is None else newest.last
        self._seen = {} if newest is None else dict(newest.seen)
        for source in range(self._sources):
            await self._newest(source)

    async def take(self, records: Sequence[Record]) -> AsyncIterator[Taken]:
        for record in records:
            try:
                block = decode_block(record.value)
            except BlockError as problem:
                await self._pass_over(record, problem)
                self._last = record.offset
                yield Taken(record.offset, record.value, None, _NO_SOURCE)
                continue
            # Not yet past the record that shows a loss: a batch cut here must read that record again.
            self._last = max(self._last, record.offset - 1)
            async for missing in self._from_upstream(block.source, block.number - 1):
                yield missing
            # Never back, though the topic may have been made again: positions that only grow can be compared.
            self._last = max(self._last, record.offset)
            if block.number > self._number(block.source):
                yield self._step(record.value, block)
            else:
                yield Taken(self._last, record.value, None, block.source)

    async def overdue(self) -> AsyncIterator[Taken]:
        for source in range(self._sources):
            async for missing in self._from_upstream(source, await self._newest(source)):
                yield missing

    async def _newest(self, source: int) -> int:
        """Raises LedgerMismatch where the ledger upstream is not the one whose entries were seen."""
        newest, known = await self._upstream.newest(source), self._seen.get(source, Seen())
        if newest.number < known.number or (newest.number == known.number and newest.chain != known.chain):
            raise LedgerMismatch(
                f"source={source}: entry {known.number} was seen, and the ledger upstream has another one or ends at "
                f"{newest.number}: it was restored from an older backup. {_NEW_GENERATION}"
            )
        return newest.number

    async def _pass_over(self, record: Record, problem: BlockError) -> None:
        """Raises NotABlock where nobody has said so."""
        if self._aside is None or not await self._aside.set_aside(record.offset, record.value):
            raise NotABlock(
                f"partition={self._target} offset={record.offset}: {problem}. Find out who wrote it, then have it "
                "skipped: cacah quarantine ls --code not-a-block, cacah quarantine discard"
            )

    def _number(self, source: int) -> int:
        return self._seen.get(source, Seen()).number

    async def _from_upstream(self, source: int, up_to: int) -> AsyncIterator[Taken]:
        for number in range(self._number(source) + 1, up_to + 1):
            value = await self._upstream.block(source, number, self._target)
            yield self._step(value, decode_block(value))

    def _step(self, value: bytes, block: Block) -> Taken:
        known = self._seen.get(block.source, Seen())
        if block.previous != known.chain:
            raise LedgerMismatch(
                f"source={block.source} entry={block.number} does not continue the entry seen before it: the ledger "
                f"upstream was restored from an older backup, or belongs to another system. {_NEW_GENERATION}"
            )
        seen = Seen(block.number, block.chain, block.up_to)
        self._seen[block.source] = seen
        counted = Input(block.source, block.number, block.body) if block.body else None
        return Taken(self._last, value, counted, block.source, seen)

    def up_to(self, last: int, seen: Mapping[int, Seen]) -> Mapping[int, int]:
        del last
        together: dict[int, int] = {}
        for one in seen.values():
            together |= one.up_to
        return together
