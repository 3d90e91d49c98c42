"""The engine: one input partition, counted exactly once.

A batch is counted when its entry is inserted. Before that nothing has happened; after it everything else can be done
again from the entry. Three tasks run side by side, joined by queues that keep the order: the first reads, cuts, looks
up and folds; the second inserts and stores; the third publishes and acknowledges.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from shared.ledger.batching import Limits, batches, never
from shared.ledger.block import encode_blocks
from shared.ledger.entry import GENESIS_CHAIN, Entry, Seen, chain_of, digest, encode_notices, summarize
from shared.ledger.errors import LedgerMismatch, TooLarge
from shared.ledger.fold import Fold, Folded, Prepared
from shared.ledger.inlet import Inlet, Taken
from shared.ledger.packing import pack_states
from shared.ledger.ports import Clock, Ledger, Position, Sink, Source, Store
from shared.ledger.takeover import catch_up, unpublished


@dataclass(frozen=True, slots=True)
class Ports:
    source: Source
    ledger: Ledger
    store: Store
    sink: Sink
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Made:
    """A batch that is folded, on its way to being counted."""

    entry: Entry
    states: Mapping[bytes, bytes]


class PartitionEngine(Generic[Prepared]):
    """Counts one partition from where its ledger ends, until it is stopped or something is in doubt.

    Any exception out of `take_over` or `run` means that this process should end: see `shared.ledger.errors`.

    Args:
        unsettled: whether the ledger has left something for a later entry. Where no input comes, an entry without any
            follows then.
    """

    def __init__(
        self,
        partition: int,
        fold: Fold[Prepared],
        inlet: Inlet,
        ports: Ports,
        limits: Limits,
        *,
        on_counted: Callable[[Entry], None] | None = None,
        unsettled: Callable[[], bool] = never,
    ) -> None:
        self._partition = partition
        self._fold = fold
        self._inlet = inlet
        self._ports = ports
        self._limits = limits
        self._on_counted = on_counted
        self._unsettled = unsettled
        self._number = 0
        self._chain = GENESIS_CHAIN
        self._last = -1
        self._head = digest(b"")
        self._seen: dict[int, Seen] = {}
        self._published = 0
        self._room = asyncio.Semaphore(limits.overlap)
        self._folded: asyncio.Queue[_Made] = asyncio.Queue()
        self._counted: asyncio.Queue[_Made] = asyncio.Queue()
        # States that are folded but not yet in the store, each with the number of the entry that made it.
        self._overlay: dict[bytes, tuple[int, bytes]] = {}

    async def take_over(self) -> int:
        """Become the partition's owner. Returns the offset to read from."""
        # In this order: an owner who still lives may go on between the two.
        acked = await self._ports.source.acked()
        newest = await self._ports.ledger.newest(self._partition)
        self._refuse_older_ledger(-1 if newest is None else newest.last, acked)
        await catch_up(self._partition, newest, self._ports.ledger, self._ports.store)
        if newest is not None:
            self._remember(newest)
            async for entry in unpublished(newest, self._ports.ledger):
                await self._ports.sink.publish(encode_blocks(entry), entry.notices, entry.number)
        self._published = self._number
        await self._inlet.start(newest)
        return self._last + 1

    def _refuse_older_ledger(self, last: int, acked: int) -> None:
        """What was acknowledged had been counted: a ledger that ends before it has lost entries."""
        if acked > last:
            raise LedgerMismatch(
                f"partition={self._partition}: offset={acked} was counted and acknowledged, and the ledger ends at "
                f"offset={last}: it was restored from an older backup. Start a new generation: cacah replay. (If "
                "somebody moved the consumer group forward, move it back to the beginning: its offsets are not used)"
            )

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fold_batches())
            tasks.create_task(self._count())
            tasks.create_task(self._publish())

    async def _fold_batches(self) -> None:
        ports = self._ports
        async for batch in batches(ports.source, self._inlet, ports.clock, self._limits, self._unsettled):
            await self._fold_batch(batch)

    async def _fold_batch(self, batch: list[Taken]) -> None:
        await self._room.acquire()
        if not batch and not self._unsettled():
            # An entry that was under way meanwhile has settled it.
            self._room.release()
            return
        inputs = [taken.input for taken in batch if taken.input is not None]
        prepared = self._fold.prepare(inputs)
        folded = self._fold.fold(prepared, self._look_up(self._fold.keys(prepared)))
        packed = pack_states(folded.states)
        if self._too_large(folded, packed):
            self._room.release()
            if len(batch) == 1:
                raise TooLarge(f"partition={self._partition} offset={batch[0].offset}: more than one entry can hold")
            for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                await self._fold_batch(half)
            return
        entry = self._entry(batch, folded, packed)
        self._remember(entry)
        for key, state in folded.states.items():
            self._overlay[key] = (entry.number, state)
        await self._folded.put(_Made(entry, folded.states))

    def _remember(self, entry: Entry) -> None:
        self._number, self._chain, self._seen = entry.number, entry.chain, dict(entry.seen)
        self._last, self._head = entry.last, entry.head

    async def _count(self) -> None:
        while True:
            made = await self._folded.get()
            await self._ports.ledger.insert(made.entry)
            self._ports.store.put(made.states, Position(made.entry.number, made.entry.chain))
            for key in made.states:
                if self._overlay[key][0] == made.entry.number:
                    del self._overlay[key]
            if self._on_counted is not None:
                self._on_counted(made.entry)
            await self._counted.put(made)

    async def _publish(self) -> None:
        while True:
            entry = (await self._counted.get()).entry
            await self._ports.sink.publish(encode_blocks(entry), entry.notices, entry.number)
            self._published = entry.number
            self._ports.source.ack(entry.last)
            self._room.release()

    def _look_up(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        states: dict[bytes, bytes] = {}
        unknown: list[bytes] = []
        for key in dict.fromkeys(keys):
            newer = self._overlay.get(key)
            if newer is None:
                unknown.append(key)
            else:
                states[key] = newer[1]
        for key, state in zip(unknown, self._ports.store.get(unknown), strict=True):
            states[key] = state or b""
        return states

    def _too_large(self, folded: Folded, packed: bytes) -> bool:
        outputs = sum(len(body) for body in folded.outputs)
        notices = len(encode_notices(folded.notices))
        return len(packed) + outputs + notices > self._limits.entry_bytes or any(
            len(body) > self._limits.block_bytes for body in folded.outputs
        )

    def _entry(self, batch: list[Taken], folded: Folded, packed: bytes) -> Entry:
        seen = self._seen | {taken.source: taken.seen for taken in batch if taken.seen is not None}
        number, last, head = self._number + 1, self._last, self._head
        if batch:
            last, head = batch[-1].offset, digest(batch[-1].value)
        first = batch[0].offset if batch else last + 1
        up_to = self._inlet.up_to(last, seen)
        summary = summarize(
            partition=self._partition,
            number=number,
            first=first,
            last=last,
            head=head,
            up_to=up_to,
            seen=seen,
            states=packed,
            outputs=folded.outputs,
            notices=folded.notices,
        )
        return Entry(
            partition=self._partition,
            number=number,
            first=first,
            last=last,
            head=head,
            up_to=up_to,
            seen=seen,
            states=packed,
            outputs=folded.outputs,
            notices=folded.notices,
            published=self._published,
            previous=self._chain,
            chain=chain_of(self._chain, summary),
        )
