"""The ports in memory: for tests, for simulation, for trying a fold without any server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from shared.ledger.block import encode_blocks
from shared.ledger.entry import Entry, Notice, Record
from shared.ledger.errors import Fenced, LedgerMismatch, Sealed
from shared.ledger.ports import BEGINNING, Look, Position


class MemoryLedger:
    def __init__(self) -> None:
        self._entries: dict[int, list[Entry]] = {}
        self._sealed: dict[int, str] = {}

    async def newest(self, partition: int) -> Entry | None:
        self._refuse_sealed(partition)
        entries = self._entries.get(partition)
        return entries[-1] if entries else None

    def position(self, partition: int) -> Position:
        """Of the newest entry, sealed or not."""
        entries = self._entries.get(partition)
        return Position(entries[-1].number, entries[-1].chain) if entries else BEGINNING

    async def seal(self, partition: int, successor: str) -> None:
        self._sealed.setdefault(partition, successor)

    def _refuse_sealed(self, partition: int) -> None:
        if partition in self._sealed:
            raise Sealed(partition, self._sealed[partition])

    async def insert(self, entry: Entry) -> None:
        self._refuse_sealed(entry.partition)
        entries = self._entries.setdefault(entry.partition, [])
        if entry.number <= len(entries):
            raise Fenced(entry.partition, entry.number)
        entries.append(entry)

    async def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        for entry in self._entries.get(partition, [])[after:up_to]:
            yield entry

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        entries = self._entries.get(partition, [])
        return entries[number - 1].chain if 0 < number <= len(entries) else None


class MemoryStore:
    def __init__(self) -> None:
        self._states: dict[bytes, bytes] = {}
        self._position = BEGINNING

    def position(self) -> Position:
        return self._position

    def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        return [self._states.get(key) for key in keys]

    def put(self, states: Mapping[bytes, bytes], position: Position) -> None:
        self._states.update(states)
        self._position = position

    def wipe(self) -> None:
        self._states.clear()
        self._position = BEGINNING

    def close(self) -> None:
        pass


class MemorySource:
    """Records that a test feeds."""

    def __init__(self) -> None:
        self._fed: asyncio.Queue[list[Record]] = asyncio.Queue()
        self.last_acked = -1

    def feed(self, records: Sequence[Record]) -> None:
        self._fed.put_nowait(list(records))

    async def read(self, max_wait: float | None = None) -> Sequence[Record]:
        try:
            async with asyncio.timeout(max_wait):
                return await self._fed.get()
        except TimeoutError:
            return []

    def ack(self, last: int) -> None:
        self.last_acked = max(self.last_acked, last)

    async def acked(self) -> int:
        return self.last_acked


class MemoryLog:
    """Records of one partition that can be looked at."""

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self.records = {record.offset: record.value for record in records}

    async def look(self, partition: int, offset: int) -> Look:
        del partition
        offsets = self.records.keys() or {-1}
        return Look(max(0, min(offsets)), max(offsets) + 1, self.records.get(offset))


class MemorySink:
    """Keeps what was published: blocks per target partition, notices by their key."""

    def __init__(self, targets: int) -> None:
        self._targets = targets
        self.blocks: list[list[bytes]] = [[] for _ in range(targets)]
        self.notices: dict[str, Notice] = {}

    @property
    def targets(self) -> int:
        return self._targets

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        del number
        for target, block in enumerate(blocks):
            self.blocks[target].append(block)
        self.notices |= {notice.key: notice for notice in notices}


class MemoryUpstream:
    """Blocks out of a ledger in memory."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger

    async def newest(self, source: int) -> Position:
        return self._ledger.position(source)

    async def block(self, source: int, number: int, target: int) -> bytes:
        async for entry in self._ledger.entries(source, number - 1, number):
            return encode_blocks(entry)[target]
        raise LedgerMismatch(f"source={source} entry={number} is not in the ledger upstream")


class ManualClock:
    """Stands still until somebody sets it; counts how often it was asked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0

    def monotonic(self) -> float:
        self.asked += 1
        return self.now
