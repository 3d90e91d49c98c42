"""What the engine needs from the world. Each port has a real adapter and one in memory, held to one contract suite."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.ledger.entry import GENESIS_CHAIN, Entry, Notice, Record


class Source(Protocol):
    """The input of one partition, in order."""

    async def read(self, max_wait: float | None = None) -> Sequence[Record]:
        """The next records; none after `max_wait` seconds without any."""
        ...

    def ack(self, last: int) -> None:
        """Tell the broker's consumer group how far things are. A hint for people: positions are the ledger's."""
        ...

    async def acked(self) -> int:
        """The offset that the group was last told of; -1 where it was told of none, or of one that this topic does
        not have."""
        ...


class Ledger(Protocol):
    """The entries of one stage, durable: once `insert` returns, a majority has the entry on disk."""

    async def newest(self, partition: int) -> Entry | None:
        """Raises Sealed where no more entries may come."""
        ...

    async def insert(self, entry: Entry) -> None:
        """Raises Fenced where the number is taken, Sealed where no more entries may come, OutcomeUnknown where nobody
        can say whether it was written."""
        ...

    async def seal(self, partition: int, successor: str) -> None:
        """Take the next number, so that nobody else can: the generation `successor` counts from now on."""
        ...

    def entries(self, partition: int, after: int, up_to: int) -> AsyncIterator[Entry]:
        """Entries with after < number <= up_to, in order."""
        ...

    async def chain_at(self, partition: int, number: int) -> bytes | None:
        """The chain value of one entry; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Position:
    number: int
    chain: bytes


BEGINNING = Position(0, GENESIS_CHAIN)


class Store(Protocol):
    """A cache of one partition's states. May be lost at any time; must never be torn: what survives a crash is the
    states exactly as of `position`."""

    def position(self) -> Position: ...

    def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]: ...

    def put(self, states: Mapping[bytes, bytes], position: Position) -> None:
        """Write states and position as one."""
        ...

    def wipe(self) -> None:
        """Forget everything; the position is the beginning."""
        ...

    def close(self) -> None: ...


class Sink(Protocol):
    """Where outputs go: one block per target partition of the next topic, and notices to people and outer topics."""

    @property
    def targets(self) -> int:
        """Partitions of the output topic; 0 where there is none."""
        ...

    async def publish(self, blocks: Sequence[bytes], notices: Sequence[Notice], number: int) -> None:
        """Returns when the broker has acknowledged everything. Publishing an entry again is harmless."""
        ...


class Upstream(Protocol):
    """The ledger of the stage before, where blocks that its topic no longer has can still be had."""

    async def newest(self, source: int) -> Position:
        """Number and chain value of the newest entry; the beginning where there is none."""
        ...

    async def block(self, source: int, number: int, target: int) -> bytes:
        """Raises LedgerMismatch where the entry is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """A partition has the offsets first <= offset < end; `value` is that of the record asked for, None where it has no
    such record (any more)."""

    first: int
    end: int
    value: bytes | None


class Aside(Protocol):
    """Where records of an inner topic that are no blocks are shown to people."""

    async def set_aside(self, offset: int, value: bytes) -> bool:
        """Write it down. Whether somebody has looked at it and said that it is to be skipped."""
        ...


class Log(Protocol):
    """The input topic, to look at a single record of it."""

    async def look(self, partition: int, offset: int) -> Look: ...


class Clock(Protocol):
    def monotonic(self) -> float:
        """Seconds, from some moment."""
        ...
