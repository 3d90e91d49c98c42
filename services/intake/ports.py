"""What intake needs of the log, and the ways in which the log may fail it."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import msgspec


class Position(msgspec.Struct, frozen=True, gc=False):
    """Where a record stands in the log."""

    partition: int
    offset: int


class Unavailable(Exception):
    """The record was not taken and is on no log: the log is away or its broker cannot be reached."""


class Overloaded(Exception):
    """The record was not taken: as much is in flight as may be."""


class OutcomeUnknown(Exception):
    """The record was sent and no answer came in time: it may be on the log, now or soon."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is in flight: sent and not acknowledged."""

    records: int
    bytes: int


class Publisher(Protocol):
    """Appends records to the submission log. All methods belong to the event loop's thread."""

    @property
    def topic(self) -> str: ...

    @property
    def topic_id(self) -> bytes:
        """Sixteen bytes that Kafka gives to a topic for as long as it lives: another log has another id."""
        ...

    @property
    def ready(self) -> bool:
        """The log answers, as far as is known."""
        ...

    @property
    def load(self) -> Load: ...

    async def start(self) -> None:
        """Begin to watch the log, on the running loop."""
        ...

    async def stop(self) -> None:
        """Wait for what is in flight, then let go. What is asked later is Unavailable."""
        ...

    def admit(self) -> None:
        """Raises Unavailable or Overloaded where a record would not be taken now."""
        ...

    def publish(self, subject: bytes, record: bytes, key_id: str) -> asyncio.Future[Position]:
        """Append; records are appended in the order of the calls. Never blocks.

        The future gives the position once every in-sync replica has the record, or raises OutcomeUnknown; or Unavailable
        where it turned out that the record was not taken after all.

        Raises:
            Unavailable, Overloaded: at once; the record is on no log.
        """
        ...

    async def room(self) -> None:
        """Wait until a record would not be Overloaded, or the log is away."""
        ...
