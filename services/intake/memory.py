"""A log in memory: for tests, and for trying intake without an engine."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass

from services.intake.ports import Load, OutcomeUnknown, Overloaded, Position, Unavailable
from shared.contracts.partitions import partition_of
from shared.contracts.topics import SUBMISSIONS

_TOPIC_ID = b"a log in memory."


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it was appended."""

    position: Position
    key: bytes
    value: bytes
    key_id: str


class MemoryPublisher:
    """Acknowledges on the loop's next turn, or when told to.

    Args:
        partitions: of the log.
        limit: how many records may be in flight.
        manual: acknowledge only in `acknowledge`.
    """

    def __init__(self, partitions: int = 4, *, limit: int = 10_000, manual: bool = False) -> None:
        self.records: list[Kept] = []
        self.away = False
        self._partitions = partitions
        self._limit = limit
        self._manual = manual
        self._ends: Counter[int] = Counter()
        self._waiting: deque[tuple[asyncio.Future[Position], Kept]] = deque()
        self._room = asyncio.Event()

    @property
    def topic(self) -> str:
        return SUBMISSIONS

    @property
    def topic_id(self) -> bytes:
        return _TOPIC_ID

    @property
    def ready(self) -> bool:
        return not self.away

    @property
    def load(self) -> Load:
        return Load(len(self._waiting), sum(len(kept.value) for _, kept in self._waiting))

    async def start(self) -> None:
        self.away = False

    async def stop(self) -> None:
        self.acknowledge(len(self._waiting))
        self.away = True

    def admit(self) -> None:
        if self.away:
            raise Unavailable("the log is away")
        if len(self._waiting) >= self._limit:
            raise Overloaded("too many records are in flight")

    def publish(self, subject: bytes, record: bytes, key_id: str) -> asyncio.Future[Position]:
        self.admit()
        loop = asyncio.get_running_loop()
        partition = partition_of(subject, self._partitions)
        kept = Kept(Position(partition, self._ends[partition]), subject, record, key_id)
        self._ends[partition] += 1
        future: asyncio.Future[Position] = loop.create_future()
        self._waiting.append((future, kept))
        if not self._manual:
            loop.call_soon(self.acknowledge, 1)
        return future

    def acknowledge(self, count: int) -> None:
        """Append the oldest `count` records in flight and answer for them."""
        for _ in range(min(count, len(self._waiting))):
            future, kept = self._waiting.popleft()
            self.records.append(kept)
            if not future.done():
                future.set_result(kept.position)
        self._room.set()

    def lose(self, count: int) -> None:
        """Let the oldest `count` records in flight pass their time."""
        for _ in range(min(count, len(self._waiting))):
            future, _kept = self._waiting.popleft()
            if not future.done():
                future.set_exception(OutcomeUnknown("no answer came in time"))
        self._room.set()

    async def room(self) -> None:
        while not self.away and len(self._waiting) >= self._limit:
            self._room.clear()
            await self._room.wait()
