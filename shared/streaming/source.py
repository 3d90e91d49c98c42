"""One partition's records, from Faust's consumer to the ledger's engine, with back pressure between them."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from faust.types import TP

from shared.ledger.entry import Record


class Flow(Protocol):
    """What a source asks of the consumer."""

    def pause(self, tp: TP) -> None: ...
    def resume(self, tp: TP) -> None: ...
    def acknowledge(self, tp: TP, last: int) -> None: ...
    async def acknowledged(self, tp: TP) -> int: ...


class PartitionSource:
    """Fetching is paused while more than `high` bytes wait to be read."""

    def __init__(self, tp: TP, flow: Flow, *, high: int = 2 << 20) -> None:
        self._tp = tp
        self._flow = flow
        self._high = high
        self._fetched: list[list[Record]] = []
        self._bytes = 0
        self._paused = False
        self._arrived = asyncio.Event()
        self.next_offset = 0
        """Where the consumer has to read on, should it lose its place."""

    def feed(self, records: list[Record]) -> None:
        self._fetched.append(records)
        self.next_offset = max(self.next_offset, records[-1].offset + 1)
        self._bytes += _size(records)
        self._arrived.set()
        if self._bytes > self._high and not self._paused:
            self._paused = True
            self._flow.pause(self._tp)

    async def read(self, max_wait: float | None = None) -> Sequence[Record]:
        if not self._fetched:
            try:
                # Not wait_for: in Python 3.11 it drops a cancellation that comes together with what it waits for.
                async with asyncio.timeout(max_wait):
                    await self._arrived.wait()
            except TimeoutError:
                return []
        records = [record for fetched in self._fetched for record in fetched]
        self._fetched.clear()
        self._bytes = 0
        self._arrived.clear()
        if self._paused:
            self._paused = False
            self._flow.resume(self._tp)
        return records

    def ack(self, last: int) -> None:
        self._flow.acknowledge(self._tp, last)

    async def acked(self) -> int:
        return await self._flow.acknowledged(self._tp)


def _size(records: list[Record]) -> int:
    return sum(len(record.value) for record in records)
